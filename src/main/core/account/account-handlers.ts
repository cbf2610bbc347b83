/** The calls of `console-account.ts`: each asks the server, and what this device must do about the answer is done here. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import {
  accountSchema,
  begunFactorSchema,
  changedPasswordSchema,
  recoveryCodesSchema,
} from '../../../shared/account-protocol.ts';
import { z } from 'zod';
import { type AccountParts, askAccount } from './ask-account.ts';

const FACTOR = '/api/account/second-factor';

/** @param parts `keepPassword` makes the new password open the local files; `factorIsOn`: what the role asked for is there */
export function makeAccountHandlers(
  parts: AccountParts & { keepPassword(password: string): void; factorIsOn(): void },
): ConsoleHandlers['account'] {
  return {
    async changePassword(input) {
      const request = { method: 'POST', path: '/api/account/password', body: input } as const;
      const done = await askAccount(parts, request, changedPasswordSchema);
      parts.keepPassword(input.next);
      return done;
    },
    get: () => askAccount(parts, { method: 'GET', path: '/api/account' }, accountSchema),
    beginFactor: () => askAccount(parts, { method: 'POST', path: FACTOR, body: {} }, begunFactorSchema),
    async confirmFactor(body) {
      const request = { method: 'POST', path: `${FACTOR}/confirm`, body } as const;
      const given = await askAccount(parts, request, recoveryCodesSchema);
      parts.factorIsOn();
      return given;
    },
    renewRecoveryCodes: (body) =>
      askAccount(parts, { method: 'POST', path: `${FACTOR}/recovery-codes`, body }, recoveryCodesSchema),
    async turnFactorOff(body) {
      await askAccount(parts, { method: 'POST', path: `${FACTOR}/off`, body }, z.unknown());
      return { ok: true };
    },
  };
}
