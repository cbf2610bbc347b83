/** The calls of `console-account.ts`: each asks the server, and what this device must do about the answer is done here. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import { changedPasswordSchema } from '../../../shared/account-protocol.ts';
import { type AccountParts, askAccount } from './ask-account.ts';

/** @param parts `keepPassword` makes the new password open the local files */
export function makeAccountHandlers(
  parts: AccountParts & { keepPassword(password: string): void },
): ConsoleHandlers['account'] {
  return {
    async changePassword(input) {
      const request = { method: 'POST', path: '/api/account/password', body: input } as const;
      const done = await askAccount(parts, request, changedPasswordSchema);
      parts.keepPassword(input.next);
      return done;
    },
  };
}
