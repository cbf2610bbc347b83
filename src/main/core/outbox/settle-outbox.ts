/**
 * Ends what is done: an applied item whose effect has come back (the cursors have reached its verdict), and what a crash
 * left behind. The rows are in `cache.db` before the item leaves `outbox.db`: the two files are not atomic together, so
 * for a moment both may have it, never neither.
 */
import type { DbFile, Reader } from '../db/connection.ts';
import { write } from '../db/write.ts';
import { distrustUploads, forgetFilesOf, sweepFiles } from '../files/outgoing-files.ts';
import { putMeta } from './client-identity.ts';
import { touchItem } from './enqueue.ts';
import { listItems, type OutboxItem } from './outbox-state.ts';
import { blockAfter, isHere, releaseBlocked } from './release-blocked.ts';

/**
 * The cursor of a scope; null while it is walked or in the middle of a catch-up (a row may have a later entry than the
 * page that passed the verdict); undefined when the scope is not held.
 */
export type CursorOf = (scope: string) => number | null | undefined;

/**
 * Removes applied items whose effect is on this device, or will never come because no held scope carries it.
 * @param mayIgnore whether a scope that is not held may be left out of account: not before the server has named all
 * scopes after the verdict, for the word of a new scope may still be on its way
 */
export function settleOutbox(outbox: DbFile, cursorOf: CursorOf, mayIgnore: (commandId: string) => boolean): void {
  const done = listItems(outbox.reader, "state = 'applied'").filter(({ commandId, verdictScopes, verdictSv }) =>
    verdictScopes.every((scope) => {
      const cursor = cursorOf(scope);
      return cursor === undefined ? mayIgnore(commandId) : cursor !== null && cursor >= (verdictSv ?? 0);
    }),
  );
  remove(outbox, done);
}

/** At the start: removes items whose message is on this device already, and files that no item has. Only their removal was lost, not their effect. */
export function sweepOutbox(outbox: DbFile, cache: Reader): void {
  const done = listItems(
    outbox.reader,
    "row_id is not null and state in ('queued', 'sending', 'applied') and mid is not null",
  ).filter(
    ({ rowId }) =>
      cache.value('select 1 from message where id = ?', rowId) !== undefined ||
      cache.value('select 1 from call_note where id = ?', rowId) !== undefined,
  );
  remove(outbox, done);
  // Parts never stand there without their file.
  if (outbox.reader.value('select 1 from outgoing_file limit 1') !== undefined) write(outbox, sweepFiles);
}

function remove(outbox: DbFile, items: readonly OutboxItem[]): void {
  if (items.length === 0) return;
  write(outbox, (writer, touch) => {
    for (const item of items) {
      writer.run('delete from outbox where n = ?', item.n);
      if (item.rowId !== null) forgetFilesOf(writer, item.rowId);
      touchItem(touch, item.conversationId, item.customerId);
    }
  });
}

/** Holds up what waits for conversations that have left this device: nobody there may send into them any more. */
export function blockGone(outbox: DbFile, cache: Reader, conversations: readonly string[]): void {
  const gone = conversations.filter((id) => !isHere(cache, id));
  const waiting = gone.flatMap((id) =>
    listItems(outbox.reader, "conversation_id = ? and state = 'queued' and mid is null", id),
  );
  if (waiting.length === 0) return;
  write(outbox, (writer, touch) => {
    for (const item of waiting) {
      // A read mark for what cannot be read any more is no work that is lost.
      if (item.body.kind === 'conversation.markRead') writer.run('delete from outbox where n = ?', item.n);
      else writer.run("update outbox set state = 'blocked', reason = 'not-yours-any-more' where n = ?", item.n);
      touchItem(touch, item.conversationId, item.customerId);
    }
  });
}

/** Lets what was held up go on when its conversation has come back. */
export function releaseReturned(outbox: DbFile, cache: DbFile, conversations: readonly string[]): boolean {
  const held = new Set(
    outbox.reader.column<string>("select distinct conversation_id from outbox where state = 'blocked'"),
  );
  const returned = conversations.filter((id) => held.has(id));
  if (returned.length === 0) return false;
  write(outbox, (writer, touch) => {
    for (const conversationId of returned) {
      releaseBlocked({ cache }, writer, conversationId);
      touchItem(touch, conversationId, null);
    }
  });
  return true;
}

/**
 * Meets the epoch of the server. Another one than before: the server was restored from an older copy, and what it had
 * applied may be lost. Orders go again under their old ids, which keep them from being applied twice; a reply that may
 * have gone out to the customer already waits for a person, because nobody can call it back. The outbox remembers its
 * epoch itself: a crash between the two files must not skip this.
 */
export function meetEpoch(outbox: DbFile, epoch: string): void {
  const before = outbox.reader.value<string>("select value from meta where key = 'epoch'");
  if (before === epoch) return;
  write(outbox, (writer, touch) => {
    putMeta(writer, 'epoch', epoch);
    if (before === undefined) return;
    // Copies of drafts may be lost with it, or be there again.
    writer.run('update draft set copied_revision = null');
    writer.run('update draft_done set told_at = null');
    distrustUploads(writer);
    const open = listItems(writer, "was_sent = 1 and state in ('queued', 'sending', 'applied')");
    for (const item of open) {
      const mayBeOut = item.body.kind === 'reply.send' || item.body.kind === 'message.decide';
      writer.run(
        'update outbox set state = ?, reason = ?, mid = null, verdict_sv = null, verdict_scopes = null where n = ?',
        mayBeOut ? 'needsReview' : 'queued',
        mayBeOut ? 'state-changed' : null,
        item.n,
      );
      if (mayBeOut && item.conversationId !== null) blockAfter(writer, item.conversationId, item.n);
      touchItem(touch, item.conversationId, item.customerId);
    }
  });
}
