/**
 * The promises of the contract, and what is noted during a run to judge them. Some are judged at each step, the others
 * when everything has become quiet. Reads the model, changes nothing in it but the ledger.
 */
import type { Client } from './client.ts';
import { isReached } from './next-step.ts';
import type { Mail } from './server.ts';
import { agentOf } from './decide.ts';
import { messagesOf, scopesOf, type ServerFile } from './server-file.ts';
import { viewOf } from './view.ts';
import { conversationKey, keyOf, type Key, type Row } from './wire.ts';
import { BrokenPromise, type Desk, type Ledger, type World } from './world-state.ts';

/** A ledger in which nothing has happened. */
export function emptyLedger(): Ledger {
  return { cursors: new Map(), composed: new Map(), takenBack: new Set(), finished: new Map(), hasClones: false };
}

function checkCursors(ledger: Ledger, desk: Desk, next: Client): void {
  for (const [scope, state] of next.cache.scopes) {
    if (state.cursor < 0) continue;
    const name = `${next.name}/${next.cache.epoch}/${scope}`;
    const highest = ledger.cursors.get(name) ?? 0;
    if (state.cursor < highest) {
      throw new BrokenPromise('no cursor goes back', `${name} from ${highest} to ${state.cursor}`);
    }
    ledger.cursors.set(name, state.cursor);
  }
  if (next.healed > desk.client.healed && !ledger.hasClones) {
    throw new BrokenPromise('mids are dense', `${next.name} had to take a new client id`);
  }
}

function checkWritten(desk: Desk, next: Client): void {
  const before = desk.client.cache;
  if (before.rows === next.cache.rows) return;
  for (const [key, row] of next.cache.rows) {
    const stored = before.rows.get(key);
    if (stored === row) continue;
    if (stored && stored.sv > row.sv && before.epoch === next.cache.epoch) {
      throw new BrokenPromise('no row goes back', `${next.name} wrote ${key} ${row.sv} over ${stored.sv}`);
    }
    if (row.kind === 'message') continue;
    if (!scopesOf(row, next.cache.rows).some((scope) => next.cache.wanted.has(scope))) {
      throw new BrokenPromise('no row outside the scopes is written', `${next.name} wrote ${key}`);
    }
  }
}

function checkFinished(world: World, desk: Desk, next: Client): void {
  if (desk.client.outbox.rows.length <= next.outbox.rows.length) return;
  const shown = viewOf(next.cache, next.outbox);
  const left = new Set(next.outbox.rows.map((row) => row.command.id));
  for (const { command } of desk.client.outbox.rows) {
    if (left.has(command.id) || world.ledger.takenBack.has(command.id)) continue;
    world.ledger.finished.set(command.id, next.outbox.epoch ?? '');
    if (command.kind !== 'reply' && command.kind !== 'note') continue;
    const verdict = world.server.file.verdicts.get(command.id);
    if (!verdict || next.cache.rows.has(`message:${command.message}`)) continue;
    // Gone from the outbox and not in the history: the bubble vanished, unless the conversation is not on this device.
    const holders = next.cache.held.get(conversationKey(command.conversation)) ?? new Set();
    const isHere = verdict.scopes.some(
      (scope) => holders.has(scope) && next.cache.scopes.get(scope)?.phase === 'complete',
    );
    const times = shown.get(command.conversation)?.messages.filter(({ id }) => id === command.message).length;
    if (isHere && times === 0) {
      throw new BrokenPromise(
        'no bubble blinks',
        `${command.id} on ${next.name}, reached: ${isReached(next, verdict, null)}`,
      );
    }
  }
}

/** Judges one durable step of a device, before it is taken. */
export function checkStep(world: World, desk: Desk, next: Client): void {
  checkCursors(world.ledger, desk, next);
  checkWritten(desk, next);
  checkFinished(world, desk, next);
}

/** Judges what the server is about to send: only rows that stand in the scope now, only to those who may read it now. */
export function checkMail(world: World, mail: readonly Mail[]): void {
  const { file, connections } = world.server;
  for (const { connection, message } of mail) {
    if (message.say !== 'frame' && message.say !== 'pulled' && message.say !== 'walked') continue;
    if (message.page.rows.length === 0) continue;
    const agent = connections.get(connection)?.agent ?? '';
    if (!file.rights.get(agent)?.has(message.scope)) {
      throw new BrokenPromise('no row is sent without the right', `${message.scope} to ${agent}`);
    }
    for (const row of message.page.rows) {
      if (!scopesOf(row, file.rows).includes(message.scope)) {
        throw new BrokenPromise('no row is sent in a foreign scope', `${keyOf(row)} in ${message.scope}`);
      }
    }
  }
}

/** What an agent's device should hold: the rows of the server, filtered by the scopes of the agent. */
function expectedRows(file: ServerFile, agent: string): Map<Key, Row> {
  const rights = file.rights.get(agent) ?? new Set();
  return new Map([...file.rows].filter(([, row]) => scopesOf(row, file.rows).some((scope) => rights.has(scope))));
}

function checkView(file: ServerFile, client: Client): void {
  const expected = expectedRows(file, client.agent);
  for (const [key, row] of expected) {
    const stored = client.cache.rows.get(key);
    if (stored === undefined)
      throw new BrokenPromise('the view is the server filtered by scopes', `${client.name} lacks ${key}`);
    if (JSON.stringify(stored) !== JSON.stringify(row)) {
      throw new BrokenPromise('the view is the server filtered by scopes', `${client.name} has an old ${key}`);
    }
  }
  for (const key of client.cache.rows.keys()) {
    if (!expected.has(key))
      throw new BrokenPromise('the view is the server filtered by scopes', `${client.name} keeps ${key}`);
  }
  const shown = JSON.stringify([...viewOf(client.cache, client.outbox)].sort());
  if (shown !== JSON.stringify([...viewOf({ rows: expected }, client.outbox)].sort())) {
    throw new BrokenPromise('the view is the server filtered by scopes', `${client.name} shows ${shown}`);
  }
}

function checkEffects(world: World): void {
  const { file } = world.server;
  for (const [commandId, times] of file.effects) {
    if (times !== 1) throw new BrokenPromise('each command is applied once', `${commandId} ${times} times`);
    if (!file.verdicts.has(commandId))
      throw new BrokenPromise('each command is applied once', `${commandId} has no verdict`);
  }
  for (const [commandId, epoch] of world.ledger.finished) {
    // What was finished before the server lost a part of its history may be lost with it.
    if (epoch === file.epoch && file.verdicts.get(commandId)?.outcome !== 'applied') {
      throw new BrokenPromise('what is done on a device is done on the server', commandId);
    }
  }
  for (const command of world.ledger.composed.values()) {
    const isKept = world.desks.some(({ client }) => client.outbox.rows.some((row) => row.command.id === command.id));
    const { takenBack, finished } = world.ledger;
    if (!isKept && !takenBack.has(command.id) && !finished.has(command.id)) {
      throw new BrokenPromise('no command is lost', command.id);
    }
  }
}

/** No reply went out over the head of a colleague, unless its author saw it and said so. */
function checkReviews(world: World): void {
  for (const row of world.server.file.rows.values()) {
    const command = row.kind === 'message' ? world.ledger.composed.get(row.text) : undefined;
    if (row.kind !== 'message' || command?.kind !== 'reply' || command.anyway) continue;
    for (const other of messagesOf(world.server.file.rows, row.conversation)) {
      const isColleague = other.author !== 'customer' && agentOf(other.author) !== agentOf(row.author);
      if (isColleague && other.seq > command.seenSeq && other.seq < row.seq) {
        throw new BrokenPromise('no reply goes over a colleague', `${command.id} after ${other.id}`);
      }
    }
  }
}

/** Replies and notes of one device stand in each conversation in the order in which they were composed. */
function checkOrder(world: World): void {
  const lastPosition = new Map<string, { position: number; seq: number; id: string }>();
  const messages = [...world.server.file.rows.values()].filter((row) => row.kind === 'message');
  for (const message of messages.sort((a, b) => a.seq - b.seq)) {
    if (message.author === 'customer') continue;
    const command = world.ledger.composed.get(message.text);
    if (command === undefined) throw new BrokenPromise('no message without an author', message.id);
    const name = `${message.conversation} ${command.author}`;
    const before = lastPosition.get(name);
    // On a cloned disk two people may decide differently about the same stopped reply; then there is no one order.
    if (before && before.position > command.position && !world.ledger.hasClones) {
      throw new BrokenPromise('replies keep their order', `${before.id} stands before ${command.id}`);
    }
    lastPosition.set(name, { position: command.position, seq: message.seq, id: command.id });
  }
}

/** Why a world without faults is still at work, or null when it is quiet. */
export function unrest(world: World): string | null {
  if (world.wires.length > 0) return 'messages are on their way';
  if (world.server.dirty.size > 0) return 'frames are waiting';
  for (const { client, connection } of world.desks) {
    const { cache, outbox, memory } = client;
    if (memory.phase !== 'live') return `${client.name} is ${memory.phase}`;
    if (!world.server.connections.get(connection ?? -1)?.isOpen) return `${client.name} speaks to nobody`;
    if (cache.epoch !== world.server.file.epoch) return `${client.name} lives in another epoch`;
    const rights = world.server.file.rights.get(client.agent) ?? new Set();
    if (rights.symmetricDifference(new Set(cache.scopes.keys())).size > 0) return `${client.name} holds other scopes`;
    for (const [scope, state] of cache.scopes) {
      if (state.phase !== 'complete' || !state.isLevel) return `${client.name} is not level in ${scope}`;
    }
    if (cache.condemned.size > 0) return `${client.name} has not swept`;
    const waiting = outbox.rows.find((row) => row.state !== 'refused' && row.state !== 'needsReview');
    if (waiting) return `${client.name} keeps ${waiting.command.id} (${waiting.state}, mid ${waiting.mid})`;
  }
  return null;
}

/** Judges a quiet world. */
export function checkQuiet(world: World): void {
  for (const { client } of world.desks) checkView(world.server.file, client);
  checkEffects(world);
  checkReviews(world);
  checkOrder(world);
}
