/**
 * Lets go of what a device need not keep: the messages, files and calls of whole conversations, oldest first. Heads stay,
 * with a note of what is missing. Never touches a conversation that is open, young, pinned or has work of this agent in
 * it. Works in slices and survives a crash between any two of them.
 */
import { conversationChildren } from '../../../shared/domain/synced-kinds.ts';
import type { DbFile, Reader, Writer } from '../db/connection.ts';
import { tableOf } from '../db/row-codec.ts';
import { write } from '../db/write.ts';
import { findAbsence, noteAbsence } from './absence.ts';
import { putCacheMeta } from './cache-meta.ts';
import { removeChildren } from './remove-rows.ts';

/** Rows that go in one transaction: 200 with their indices take about 4 ms, a slice shall stay below 8. */
const ROWS_PER_SLICE = 200;
/** Conversations looked at in one transaction. */
const LOOKED_AT_PER_SLICE = 200;

type Candidate = { id: string; customerId: string; orderKey: number };

/** Where a pass stands. A pass goes over what was never fetched, oldest activity first, then over what was, least recently used first. */
export type EvictionPass = {
  stage: 'old' | 'broughtBack' | 'done';
  /** Key of the last conversation that was looked at in stage `old`. */
  after: { orderKey: number; id: string };
  /** The conversation that is being let go. */
  current: { id: string; upto: number } | null;
};

export type EvictionFiles = { cache: DbFile; outbox: DbFile };

const FROM_THE_OLDEST = { orderKey: Number.MAX_SAFE_INTEGER, id: '' };

/** A pass that goes on where the last one ended; what is older than that was let go or had a reason to stay. */
export function beginPass(cache: Reader): EvictionPass {
  const stored = cache.value<string>("select value from meta where key = 'evictedTo'");
  const after = stored === undefined ? FROM_THE_OLDEST : (JSON.parse(stored) as EvictionPass['after']);
  return { stage: 'old', after, current: null };
}

/** The next pass looks at everything again: what was protected may not be any more. */
export function forgetPass(cache: DbFile): void {
  write(cache, (writer) => writer.run("delete from meta where key = 'evictedTo'"));
}

/**
 * One slice of a pass.
 * @param keepSince conversations that were active at or after this (server epoch ms) stay
 */
export function evictSlice({ cache, outbox }: EvictionFiles, pass: EvictionPass, keepSince: number): void {
  write(cache, (writer, touch) => {
    if (pass.current !== null && !mayGo(writer, outbox.reader, pass.current.id, keepSince)) pass.current = null;
    pass.current ??= nextConversation(writer, outbox.reader, pass, keepSince);
    if (pass.current !== null) {
      const removed = removeChildren(writer, touch, pass.current.id, ROWS_PER_SLICE, pass.current.upto);
      if (removed < ROWS_PER_SLICE) pass.current = null;
    }
    if (pass.stage !== 'done') putCacheMeta(writer, 'evictedTo', JSON.stringify(pass.after));
  });
}

/** Chooses and marks the next conversation, or moves the pass on. */
function nextConversation(
  writer: Writer,
  outbox: Reader,
  pass: EvictionPass,
  keepSince: number,
): EvictionPass['current'] {
  if (pass.stage === 'old') {
    const rows = oldOnes(writer, pass, keepSince);
    for (const row of rows) {
      pass.after = { orderKey: row.orderKey, id: row.id };
      if (writer.value('select 1 from brought_back where conversation_id = ?', row.id) !== undefined) continue;
      const chosen = choose(writer, outbox, row, keepSince);
      if (chosen) return chosen;
    }
    if (rows.length < LOOKED_AT_PER_SLICE) pass.stage = 'broughtBack';
    return null;
  }
  for (const row of broughtBackOnes(writer)) {
    const chosen = choose(writer, outbox, row, keepSince);
    writer.run('delete from brought_back where conversation_id = ?', row.id);
    if (chosen) return chosen;
  }
  pass.stage = 'done';
  return null;
}

/** Statement for the next ended conversations, oldest activity first; exported so that a test can look at its plan. */
export const OLDEST_ENDED = `select id, customer_id as customerId, order_key as orderKey
  from conversation indexed by conversation_everyone
  where bucket = 3 and order_key > ? and (order_key, id) < (?, ?) order by order_key desc, id desc limit ?`;

function oldOnes(cache: Reader, { after }: EvictionPass, keepSince: number): Candidate[] {
  // In the bucket of what has ended the order key is minus the last activity.
  return cache.all<Candidate>(OLDEST_ENDED, -keepSince, after.orderKey, after.id, LOOKED_AT_PER_SLICE);
}

function broughtBackOnes(cache: Reader): Candidate[] {
  return cache.all<Candidate>(
    `select c.id, c.customer_id as customerId, c.order_key as orderKey
     from brought_back b cross join conversation c on c.id = b.conversation_id order by b.used_at limit ?`,
    LOOKED_AT_PER_SLICE,
  );
}

/** Marks a conversation that may go and has something to let go; null when it has not. */
function choose(
  writer: Writer,
  outbox: Reader,
  { id, customerId }: Candidate,
  keepSince: number,
): EvictionPass['current'] {
  if (!mayGo(writer, outbox, id, keepSince)) return null;
  const upto = newestChildAt(writer, id);
  if (upto === null) return null;
  noteAbsence(writer, { conversationId: id, customerId, upto, shownAt: upto });
  return { id, upto: Math.max(upto, findAbsence(writer, id)?.upto ?? upto) };
}

/** Whether a conversation has ended long ago and nobody here needs it. Asked before each slice: somebody may have begun to work on it. */
function mayGo(cache: Reader, outbox: Reader, id: string, keepSince: number): boolean {
  const isOld = cache.value(
    'select 1 from conversation where id = ? and bucket = 3 and last_activity_at < ?',
    id,
    keepSince,
  );
  return isOld !== undefined && !isPinned(cache, id) && !hasWork(outbox, cache, id);
}

/** Whether the conversation is on this device because its customer was opened or rang. */
function isPinned(cache: Reader, conversationId: string): boolean {
  return (
    cache.value(
      "select 1 from held join scope on scope.n = held.scope_n where held.row_id = ? and scope.name like 'customer:%' limit 1",
      conversationId,
    ) !== undefined
  );
}

/** Whether something of this agent waits in the conversation: an order, a draft, a wrap-up. */
function hasWork(outbox: Reader, cache: Reader, conversationId: string): boolean {
  if (outbox.value('select 1 from outbox where conversation_id = ? limit 1', conversationId) !== undefined) return true;
  if (outbox.value('select 1 from draft where conversation_id = ? limit 1', conversationId) !== undefined) return true;
  const calls = cache.column<string>('select id from call where conversation_id = ?', conversationId);
  return calls.some((id) => outbox.value('select 1 from wrap_up_draft where call_id = ?', id) !== undefined);
}

function newestChildAt(cache: Reader, conversationId: string): number | null {
  const message = cache.value<number | null>(
    'select max(received_at) from message where conversation_id = ?',
    conversationId,
  );
  const call = cache.value<number | null>('select max(offered_at) from call where conversation_id = ?', conversationId);
  if (typeof message === 'number' || typeof call === 'number') return Math.max(message ?? 0, call ?? 0);
  // Left over from a crash: a file or a note whose message or call has gone already.
  const isLeft = conversationChildren.some(
    (kind) =>
      cache.value(`select 1 from ${tableOf(kind)} where conversation_id = ? limit 1`, conversationId) !== undefined,
  );
  return isLeft ? 0 : null;
}
