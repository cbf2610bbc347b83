/**
 * The one front door of the outbox: writes an order to the disk (fsync) before it answers. Sends nothing and gives no
 * `mid`: an item that was never sent can still be taken back.
 */
import { type CommandBody, conversationOf } from '../../../shared/domain/command.ts';
import { newId } from '../../../shared/domain/clock.ts';
import type { CommandId } from '../../../shared/domain/ids.ts';
import type { Writer } from '../db/connection.ts';
import { type Touch, write } from '../db/write.ts';
import type { Desk } from '../desk.ts';
import { Refused } from '../refused.ts';
import { listItems } from './outbox-state.ts';
import { releaseBlocked } from './release-blocked.ts';

/** Why nothing is written into an outbox that a newer version left behind; named so that the agent can act on it. */
export const OUTBOX_OF_A_NEWER_VERSION =
  'the outbox on this device was written by a newer version of the console; update the console, nothing in it is lost';

/**
 * Changes `outbox.db`. Refused when the file belongs to a newer version; that is also the guard of drafts.
 */
export function writeOutbox<T>(desk: Desk, change: (writer: Writer, touch: Touch) => T): T {
  if (!desk.isOutboxWritable) throw new Refused('failed', OUTBOX_OF_A_NEWER_VERSION);
  return write(desk.outbox, change);
}

/** Appends an order. When it returns, the order survives a power cut. */
export function enqueue(desk: Desk, body: CommandBody): CommandId {
  const commandId = writeOutbox(desk, (writer, touch) => append(desk, writer, touch, body));
  desk.line.outboxChanged();
  return commandId;
}

/**
 * What is ordered while console and server are too far apart would be of a form that the other may not know. Read marks
 * pass: nobody orders them, and they mean the same in every version. Drafts are kept all the while.
 */
export function refuseWhileReadOnly(desk: Desk, kind: CommandBody['kind']): void {
  const gap = desk.line.versionGap();
  if (gap === null || kind === 'conversation.markRead') return;
  throw new Refused(
    'read-only',
    gap === 'consoleTooOld'
      ? 'this console is too old for the server: update the console; what waits is kept and sent then'
      : 'the server is older than this console: it has to be updated; what waits is kept and sent then',
  );
}

/** Appends an order inside a transaction that changes more than that; the caller says `outboxChanged` after it. `holdUntil`: see `held-replies.ts`. */
export function append(
  desk: Desk,
  writer: Writer,
  touch: Touch,
  body: CommandBody,
  holdUntil: number | null = null,
): CommandId {
  refuseWhileReadOnly(desk, body.kind);
  const commandId = newId(desk.clock, desk.random) as CommandId;
  const conversationId = conversationOf(body);
  const customerId = customerOf(desk, body);
  // A read mark says nothing that a person must look at first, so nothing holds it up.
  const isBlocked =
    conversationId !== null &&
    body.kind !== 'conversation.markRead' &&
    writer.value(
      "select 1 from outbox where conversation_id = ? and state in ('needsReview', 'refused', 'blocked')",
      conversationId,
    ) === 1;
  writer.run(
    `insert into outbox (command_id, kind, body, composed_at, conversation_id, customer_id, row_id, state, hold_until)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    commandId,
    body.kind,
    JSON.stringify(body),
    // The server judges the age of a reply: a PC that is a day off must not make it stale.
    Math.round(desk.serverNow()),
    conversationId,
    customerId,
    rowOf(body),
    isBlocked ? 'blocked' : 'queued',
    holdUntil,
  );
  touchItem(touch, conversationId, customerId);
  return commandId;
}

/**
 * An agent changes the same thing once more before the server has taken the first change: the two become one order, so
 * that the second does not run into the first. Takes out the orders of a kind that never left or that were stopped, where `isSame` holds. Gives the first one that was
 * still on its way to the server, whose `seen…` the new order must keep; undefined when there was none.
 */
export function replaceWaiting<K extends CommandBody['kind']>(
  desk: Desk,
  writer: Writer,
  kind: K,
  isSame: (body: Extract<CommandBody, { kind: K }>) => boolean,
): Extract<CommandBody, { kind: K }> | undefined {
  const replaced = listItems(
    writer,
    "kind = ? and ((mid is null and was_sent = 0) or state in ('needsReview', 'refused'))",
    kind,
  ).filter((item) => isSame(item.body as Extract<CommandBody, { kind: K }>));
  for (const item of replaced) {
    writer.run('delete from outbox where n = ?', item.n);
    releaseBlocked(desk, writer, item.conversationId);
  }
  const waited = replaced.find(({ state }) => state === 'queued' || state === 'blocked');
  return waited?.body as Extract<CommandBody, { kind: K }> | undefined;
}

/** The topics of an item of the outbox. */
export function touchItem(touch: Touch, conversationId: string | null, customerId: string | null): void {
  touch('outbox');
  touch('inbox');
  if (conversationId !== null) touch(`conversation:${conversationId}`);
  if (customerId !== null) touch(`customer:${customerId}`);
}

function customerOf(desk: Desk, body: CommandBody): string | null {
  const conversationId = conversationOf(body);
  if (conversationId !== null) {
    return desk.cache.reader.value<string>('select customer_id from conversation where id = ?', conversationId) ?? null;
  }
  if (body.kind === 'handoverNote.acknowledge') {
    return (
      desk.cache.reader.value<string>('select customer_id from handover_note where id = ?', body.handoverNoteId) ?? null
    );
  }
  return 'customerId' in body ? body.customerId : null;
}

/** Id of the row that a command will make, or null. */
export function rowOf(body: CommandBody): string | null {
  if (body.kind === 'reply.send' || body.kind === 'note.add') return body.messageId;
  return body.kind === 'callNote.add' ? body.callNoteId : null;
}
