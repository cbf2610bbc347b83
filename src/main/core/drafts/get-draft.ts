/** `drafts.get`: what the agent has typed into a conversation and not sent, here and on their other devices. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import type { Desk } from '../desk.ts';
import { listDrafts } from './draft-store.ts';
import { listCopies, listOthers } from './other-drafts.ts';

type Draft = Awaited<ReturnType<ConsoleHandlers['drafts']['get']>>;

/** Both drafts of a conversation; empty texts when there are none. */
export function getDraft(desk: Desk, { conversationId }: { conversationId: string }): Draft {
  const own = listDrafts(desk.outbox.reader, 'conversation_id = ?', conversationId);
  const reply = own.find(({ what }) => what === 'reply');
  const copies = listCopies(desk, conversationId);
  return {
    reply: reply?.text ?? '',
    note: own.find(({ what }) => what === 'note')?.text ?? '',
    mail: reply?.mail ?? null,
    savedAt: own.length === 0 ? null : Math.max(...own.map(({ savedAt }) => savedAt)),
    others: listOthers(desk, conversationId).map(({ id, revision, what, text, mail, deviceName, copiedAt }) => ({
      draftId: id,
      revision,
      what,
      text,
      mail,
      deviceName,
      copiedAt,
    })),
    takenOver: own.flatMap(({ draftId, what }) => {
      const copy = copies.find(({ id }) => id === draftId);
      if (!copy || copy.takenOverAt === null || copy.takenOverByName === null) return [];
      return [{ what, byName: copy.takenOverByName, at: copy.takenOverAt }];
    }),
  };
}
