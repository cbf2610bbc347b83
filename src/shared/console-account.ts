/** The calls of `console-api.ts` with which an agent keeps their own account. All of them need the server now. */
import {
  accountSchema,
  begunFactorSchema,
  changedPasswordSchema,
  changePasswordSchema,
  factorCodeSchema,
  recoveryCodesSchema,
} from './account-protocol.ts';
import { z } from 'zod';
import { live } from './contract.ts';

const nothing = z.strictObject({});

export const accountCalls = {
  /**
   * Refused with `wrong-password`, `weak-password`, `too-many-attempts`, `offline` and `signed-out`. The local files open by
   * the new one from then on.
   */
  changePassword: live({ input: changePasswordSchema, output: changedPasswordSchema }),
  /** How the account stands, as the server knows it now. */
  get: live({ input: nothing, output: accountSchema }),
  /** A fresh secret; in force only after `confirmFactor`. */
  beginFactor: live({ input: nothing, output: begunFactorSchema }),
  /** Refused with `wrong-code` and `too-many-attempts`, as the next two. Gives the recovery codes, this once. */
  confirmFactor: live({ input: factorCodeSchema, output: recoveryCodesSchema }),
  renewRecoveryCodes: live({ input: factorCodeSchema, output: recoveryCodesSchema }),
  turnFactorOff: live({ input: factorCodeSchema, output: z.object({ ok: z.literal(true) }) }),
};
