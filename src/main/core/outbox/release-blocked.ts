/**
 * Keeps the rule of the outbox: a stopped item holds up only later items of its own conversation, and no longer than it
 * stands. An item is also held up while this device may not hold its conversation.
 */
import type { Reader, Writer } from '../db/connection.ts';
import type { Desk } from '../desk.ts';

/** Lets the blocked items of a conversation go on, unless something still holds them up. Inside a transaction on `outbox.db`. */
export function releaseBlocked(desk: Pick<Desk, 'cache'>, writer: Writer, conversationId: string | null): void {
  if (conversationId === null) return;
  if (!isHere(desk.cache.reader, conversationId)) return;
  writer.run(
    `update outbox set state = 'queued', reason = null
     where conversation_id = ? and state = 'blocked'
       and not exists (select 1 from outbox as stopped where stopped.conversation_id = outbox.conversation_id
         and stopped.state in ('needsReview', 'refused') and stopped.n < outbox.n)`,
    conversationId,
  );
}

/** Holds up the unsent items of a conversation that come after a stopped one. Inside a transaction on `outbox.db`. */
export function blockAfter(writer: Writer, conversationId: string, n: number): void {
  writer.run(
    `update outbox set state = 'blocked' where conversation_id = ? and n > ? and state = 'queued' and mid is null
       and kind <> 'conversation.markRead'`,
    conversationId,
    n,
  );
}

/** Whether this device holds the conversation. */
export function isHere(cache: Reader, conversationId: string): boolean {
  return cache.value('select 1 from conversation where id = ?', conversationId) !== undefined;
}
