/**
 * Ends what is done: an applied item whose effect has come back (the cursors have reached its verdict), and what a crash
 * left behind. The rows are in `cache.db` before the item leaves `outbox.db`: the two files are not atomic together, so
 * for a moment both may have it, never neither.
 */
import type { Scope } from '../../../shared/domain/scope.ts';
import type { DbFile, Reader } from '../db/connection.ts';
import { write } from '../db/write.ts';
import { touchItem } from './enqueue.ts';
import { listItems, type OutboxItem } from './outbox-state.ts';
import { blockAfter, isHere, releaseBlocked } from './release-blocked.ts';

/** @returns the cursor of a scope, null while it is being read for the first time, undefined when it is not held */
export type CursorOf = (scope: string) => number | null | undefined;

/** Removes applied items whose effect is on this device, or will never come because no held scope carries it. */
export function settleOutbox(outbox: DbFile, cursorOf: CursorOf): void {
  const done = listItems(outbox.reader, "state = 'applied'").filter((item) => isDone(item, cursorOf));
  remove(outbox, done);
}

function isDone(item: OutboxItem, cursorOf: CursorOf): boolean {
  return item.verdictScopes.every((scope) => {
    const cursor = cursorOf(scope satisfies string as Scope);
    return cursor === undefined || (cursor !== null && cursor >= (item.verdictSv ?? 0));
  });
}

/** At the start: removes items whose message is on this device already. Only their removal was lost, not their effect. */
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
}

function remove(outbox: DbFile, items: readonly OutboxItem[]): void {
  if (items.length === 0) return;
  write(outbox, (writer, touch) => {
    for (const item of items) {
      writer.run('delete from outbox where n = ?', item.n);
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
 * The server was restored from an older copy: verdicts of before may have been lost with their effects. Orders go again
 * under their old ids; a reply that counted as sent waits for a person, because it may have gone out already.
 */
export function reopenAfterRestore(outbox: DbFile): void {
  const applied = listItems(outbox.reader, "state = 'applied'");
  if (applied.length === 0) return;
  write(outbox, (writer, touch) => {
    for (const item of applied) {
      const isReply = item.body.kind === 'reply.send' || item.body.kind === 'message.decide';
      writer.run(
        'update outbox set state = ?, reason = ?, mid = null, verdict_sv = null, verdict_scopes = null where n = ?',
        isReply ? 'needsReview' : 'queued',
        isReply ? 'state-changed' : null,
        item.n,
      );
      if (isReply && item.conversationId !== null) blockAfter(writer, item.conversationId, item.n);
      touchItem(touch, item.conversationId, item.customerId);
    }
  });
}
