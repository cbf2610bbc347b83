/** `drafts.left`: what was being written when its conversation left this device. The words stay with their author. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import type { ConversationId } from '../../../shared/domain/ids.ts';
import type { Desk } from '../desk.ts';
import { listDrafts } from './draft-store.ts';

type Left = ReturnType<ConsoleHandlers['drafts']['left']>;

/** Newest first. */
export function listLeft(desk: Desk): Left {
  const drafts = listDrafts(desk.outbox.reader, "text <> '' order by saved_at desc").filter(
    ({ conversationId }) =>
      desk.cache.reader.value('select 1 from conversation where id = ?', conversationId) === undefined,
  );
  return {
    drafts: drafts.map(({ conversationId, what, text, customerName, conversationNumber, savedAt }) => ({
      conversationId: conversationId as ConversationId,
      what,
      text,
      customerName,
      conversationNumber,
      savedAt,
    })),
  };
}
