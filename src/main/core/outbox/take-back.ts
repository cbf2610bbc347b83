/**
 * `outbox.edit` and `outbox.discard`: a person takes an order back. Only one that was never sent, or that the server
 * has stopped: what may be on its way cannot be taken back.
 */
import type { Writer } from '../db/connection.ts';
import type { Touch } from '../db/write.ts';
import type { Desk } from '../desk.ts';
import { findDraft, keepVersion, putDraft } from '../drafts/draft-store.ts';
import { forgetFilesOf, giveBackToDraft } from '../files/outgoing-files.ts';
import { Refused } from '../refused.ts';
import { touchItem, writeOutbox } from './enqueue.ts';
import { findItem, needsAttention, type OutboxItem } from './outbox-state.ts';
import { releaseBlocked } from './release-blocked.ts';

/** Throws an item away. Refused with `not-found` and `not-allowed`. */
export function discardItem(desk: Desk, { commandId }: { commandId: string }): { ok: true } {
  writeOutbox(desk, (writer, touch) => {
    const item = takeOut(desk, writer, touch, commandId);
    // The text of an agent is kept for 30 days, also when they throw it away.
    if (item.rowId !== null) forgetFilesOf(writer, item.rowId);
    if (isText(item))
      keepVersion(desk, writer, item.body.conversationId, whatOf(item), item.body.text, desk.clock.now());
  });
  desk.line.outboxChanged();
  return { ok: true };
}

/** Takes an item out and makes its text the draft again. Refused with `not-found` and `not-allowed`. */
export function editItem(desk: Desk, { commandId }: { commandId: string }): { ok: true } {
  writeOutbox(desk, (writer, touch) => {
    const item = takeOut(desk, writer, touch, commandId);
    if (!isText(item)) return;
    const what = whatOf(item);
    const { conversationId, messageId } = item.body;
    giveBackToDraft(writer, touch, conversationId, messageId);
    const before = findDraft(writer, conversationId, what);
    // Somebody who has begun a new text keeps it too: nothing typed is ever overwritten.
    const text =
      before === undefined || before.text.trim() === '' || before.text === item.body.text
        ? item.body.text
        : `${item.body.text}\n\n${before.text}`;
    const mail = item.body.kind === 'reply.send' ? item.body.mail : null;
    // A reply of files alone leaves no words behind.
    if (text !== '') putDraft(desk, writer, conversationId, what, text, mail ?? before?.mail ?? null);
    touch(`draft:${conversationId}`);
  });
  desk.line.outboxChanged();
  desk.line.draftsChanged();
  return { ok: true };
}

type TextItem = OutboxItem & { body: Extract<OutboxItem['body'], { kind: 'reply.send' | 'note.add' | 'note.edit' }> };

function isText(item: OutboxItem): item is TextItem {
  const { kind } = item.body;
  return kind === 'reply.send' || kind === 'note.add' || kind === 'note.edit';
}

function whatOf(item: TextItem): 'reply' | 'note' {
  return item.body.kind === 'reply.send' ? 'reply' : 'note';
}

function takeOut(desk: Desk, writer: Writer, touch: Touch, commandId: string): OutboxItem {
  const item = findItem(desk.outbox.reader, commandId);
  if (!item) throw new Refused('not-found', 'this order is not in the outbox any more', 'commandId');
  if (item.wasSent && !needsAttention(item.state)) {
    throw new Refused('not-allowed', 'this order may be on its way already and cannot be taken back');
  }
  writer.run('delete from outbox where n = ?', item.n);
  releaseBlocked(desk, writer, item.conversationId);
  touchItem(touch, item.conversationId, item.customerId);
  return item;
}
