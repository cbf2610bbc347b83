/** `calls.mine`: the call that this agent is on, or the last one that is not wrapped up yet. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import type { WorkspaceId, WrapUpCodeId } from '../../../shared/domain/ids.ts';
import { isOver } from '../../../shared/domain/call.ts';
import type { CallRow } from '../../../shared/domain/rows.ts';
import { findShownCustomer } from '../customers/find-shown-customer.ts';
import { predictCall } from '../customers/show-call.ts';
import { codecOf } from '../db/row-codec.ts';
import type { Desk } from '../desk.ts';
import { listItems } from '../outbox/outbox-state.ts';

type Mine = Awaited<ReturnType<ConsoleHandlers['calls']['mine']>>;

/** A call that ended longer ago than this is not waited for any more: nobody remembers what to write, in ms. */
const WRAP_UP_WITHIN_MS = 24 * 3_600_000;

const calls = codecOf('call');

/** A running call comes before one that waits for its wrap-up; of those the newest. */
export function getMyCall(desk: Desk): Mine {
  const since = desk.serverNow() - WRAP_UP_WITHIN_MS;
  const open = desk.cache.reader
    .rows(
      `select ${calls.select} from call indexed by call_mine
       where agent_id = ? and answered_at is not null and wrap_up_ended_at is null order by offered_at desc limit 20`,
      desk.me.agentId,
    )
    .map((values): CallRow => calls.decode(values))
    .map((call) => predictCall(call, listItems(desk.outbox.reader, 'conversation_id = ?', call.conversationId)))
    .filter((call) => call.wrapUpEndedAt === null && (call.endedAt === null || call.endedAt > since));
  const call = open.find(({ state }) => !isOver(state)) ?? open[0] ?? null;
  const draft =
    call &&
    desk.outbox.reader.get<{ note: string; wrapUpCodeId: WrapUpCodeId | null }>(
      'select note, wrap_up_code_id as wrapUpCodeId from wrap_up_draft where call_id = ?',
      call.id,
    );
  return {
    call,
    customer:
      call &&
      findShownCustomer(desk.cache.reader, call.customerId, desk.me.workspaceId as WorkspaceId, call.fromMasked ?? ''),
    draftNote: draft?.note ?? call?.wrapUpNote ?? '',
    draftWrapUpCodeId: draft ? draft.wrapUpCodeId : (call?.wrapUpCodeId ?? null),
  };
}
