/** The calls of `console-api.ts` about who sits at this device: signing in and out, the locked screen, the key of the files. */
import { z } from 'zod';
import { done, nothing, sessionSchema } from './console-shapes.ts';
import { command, live, query } from './contract.ts';

export const sessionCalls = {
  get: query({ input: nothing, output: sessionSchema, topics: () => ['session'] }),
  /**
   * Without a line only for whom the server has let in on this device before, for the hours that it allows. Refused with
   * `key-lost` when nothing opens the agent's files any more; `startAnew` then puts them aside and begins without them.
   */
  signIn: live({
    input: z.strictObject({
      login: z.string().trim().min(1).max(254),
      password: z.string().min(1).max(1_000),
      /** Of the second factor: when the server has refused with `code-needed`. */
      code: z.string().trim().min(1).max(40).optional(),
      startAnew: z.boolean().optional(),
    }),
    output: done,
  }),
  /** Somebody is here: the time until the screen locks begins anew. */
  touch: command({ input: nothing, output: done }),
  /** Locks the screen of every window of this device: only `session`, `device`, `calls.signs` and counts are answered then. */
  lock: command({ input: nothing, output: done }),
  /** Opens it again by the agent's password; without a line too. Refused with `wrong-password`, `too-many-attempts`, `offline`. */
  unlock: command({ input: z.strictObject({ password: z.string().min(1).max(1_000) }), output: done }),
  /**
   * Takes the address of the server, once it has answered there. Refused with `bad-address`, `not-encrypted`,
   * `no-server`, and `not-allowed` while somebody is signed in or where the console was started for one server.
   */
  chooseServer: live({ input: z.strictObject({ address: z.string().trim().min(1).max(300) }), output: done }),
  /** Accounts to sign in with one click; empty outside the demo centre. */
  demoAccounts: live({
    input: nothing,
    output: z.object({
      accounts: z.array(z.object({ login: z.string(), password: z.string(), name: z.string(), role: z.string() })),
    }),
  }),
  /** Brings the agent's files on this device under a new key. Refused with `offline`, `signed-out` and `key-lost`. */
  renewKey: live({ input: nothing, output: done }),
  /** Ends the session on this device. Refused with `outbox-not-empty` unless `evenIfWaiting`; what waits stays encrypted for the next sign-in. */
  signOut: command({ input: z.strictObject({ evenIfWaiting: z.boolean() }), output: done }),
};
