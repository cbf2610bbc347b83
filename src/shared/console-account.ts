/** The calls of `console-api.ts` with which an agent keeps their own account. All of them need the server now. */
import { changedPasswordSchema, changePasswordSchema } from './account-protocol.ts';
import { live } from './contract.ts';

export const accountCalls = {
  /**
   * Refused with `wrong-password`, `weak-password`, `too-many-attempts`, `offline` and `signed-out`. The local files open by
   * the new one from then on.
   */
  changePassword: live({ input: changePasswordSchema, output: changedPasswordSchema }),
};
