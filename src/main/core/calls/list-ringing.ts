/** `calls.ringing`: what rings now, by the server's clock. A ring that arrives late has already ended: it is a missed call. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import type { WorkspaceId } from '../../../shared/domain/ids.ts';
import type { CautionRow, CallRow, ConversationRow } from '../../../shared/domain/rows.ts';
import { findShownCustomer } from '../customers/find-shown-customer.ts';
import { summarise } from '../customers/get-sheet.ts';
import { findRow } from '../db/find-row.ts';
import { codecOf } from '../db/row-codec.ts';
import type { Desk } from '../desk.ts';

type Ringing = Awaited<ReturnType<ConsoleHandlers['calls']['ringing']>>;

const calls = codecOf('call');
const cautions = codecOf('caution');
const conversations = codecOf('conversation');

/** Ringing calls, the ones that end first in front. */
export function listRinging(desk: Desk): Ringing {
  const now = desk.serverNow();
  const cache = desk.cache.reader;
  const myQueues = new Set<string>(findRow(cache, 'agent', desk.me.agentId)?.queueIds ?? []);
  const rows = cache
    .rows(
      `select ${calls.select} from call where state = 'offered' and expires_at > ? order by expires_at, id limit 20`,
      now,
    )
    .map((values): CallRow => calls.decode(values));
  return {
    calls: rows.flatMap((call) => {
      const customer = findShownCustomer(
        cache,
        call.customerId,
        desk.me.workspaceId as WorkspaceId,
        call.fromMasked ?? '',
      );
      const [caution] = cache.rows(
        `select ${cautions.select} from caution where customer_id = ? order by created_at desc limit 1`,
        customer.id,
      );
      const [last] = cache.rows(
        `select ${conversations.select} from conversation where customer_id = ? and id <> ? order by last_activity_at desc limit 1`,
        customer.id,
        call.conversationId,
      );
      return [
        {
          call,
          customer,
          caution: caution ? (cautions.decode(caution) satisfies CautionRow) : null,
          lastConversation: last ? summarise(desk, conversations.decode(last) satisfies ConversationRow) : null,
          isForMe: call.agentId === desk.me.agentId || (call.agentId === null && myQueues.has(call.queueId)),
          msLeft: call.expiresAt - now,
        },
      ];
    }),
  };
}

/** Server time (epoch ms) at which the next ring ends by itself, or undefined when nothing rings. */
export function nextRingEnd(desk: Desk): number | undefined {
  return desk.cache.reader.value<number>(
    "select expires_at from call where state = 'offered' and expires_at > ? order by expires_at limit 1",
    desk.serverNow(),
  );
}
