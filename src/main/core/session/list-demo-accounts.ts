/** `session.demoAccounts`: the accounts that the demo centre offers. Empty outside it, and when the server cannot be reached. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import { demoAccountsSchema } from '../../../shared/sync-protocol.ts';
import { Refused } from '../refused.ts';
import { type AskHttp, jsonOf } from './ask-http.ts';

/** Refused with `offline` when the server cannot be reached. */
export async function listDemoAccounts(
  askHttp: AskHttp,
): Promise<Awaited<ReturnType<ConsoleHandlers['session']['demoAccounts']>>> {
  const answer = await askHttp({ method: 'GET', path: '/api/demo-accounts' }).catch(() => {
    throw new Refused('offline', 'the server cannot be reached');
  });
  const given = demoAccountsSchema.safeParse(jsonOf(answer));
  return answer.status === 200 && given.success ? given.data : { accounts: [] };
}
