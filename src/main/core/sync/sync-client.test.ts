/** Sync under everything that a line, a server or a crash can do to it, on a clock that only the test moves. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Bench,
  freshId,
  putConversation,
  putCustomer,
  putMessage,
  signIn,
  startBench,
} from '../../../../tests/support/core-bench.ts';
import type { FakeServerOptions } from '../../../../tests/support/fake-link.ts';
import { makeManualTime, type ManualTime } from '../../../../tests/support/manual-time.ts';
import { type Scope, scopeSchema } from '../../../shared/domain/scope.ts';

let time: ManualTime;
let bench: Bench;
beforeEach(() => {
  time = makeManualTime();
});
afterEach(() => bench.stop());

async function begin(more: Partial<FakeServerOptions> = {}): Promise<void> {
  bench = startBench({ time, ...more });
  await signIn(bench);
}
async function level(ms = 3_000): Promise<void> {
  await time.pass(ms);
  expect((await bench.api.connection.get({})).state).toBe('online');
}
async function ids(): Promise<string[]> {
  const { rows } = await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 200 });
  return rows.map((row) => row.conversationId).sort();
}
async function texts(customerId: string): Promise<string[]> {
  const { entries } = await bench.api.customers.timeline({
    customerId,
    conversationId: null,
    before: null,
    limit: 500,
  });
  return entries.map((entry) =>
    entry.kind === 'message' ? entry.message.text : entry.kind === 'pending' ? `(${entry.text})` : 'call',
  );
}
const questions = (event: string): unknown[] =>
  bench.server.heard.filter((heard) => heard.event === event).map(({ payload }) => payload);

test('settings, directory and mine are read before any queue', async () => {
  await begin();
  await level();
  const order = questions('walk').map((payload) => (payload as { scope: string }).scope.split(':')[0]);
  expect(order).toEqual(['settings', 'directory', 'mine', 'queue']);
});

test('a first download goes on where a crash left it, and is not begun again', async () => {
  await begin({ rowsPerPage: 5 });
  const customerId = putCustomer(bench);
  const made = Array.from({ length: 40 }, () => putConversation(bench, customerId)).sort();
  while (questions('walk').filter((payload) => (payload as { scope: string }).scope.startsWith('queue')).length < 4)
    await time.pass(1);
  expect((await bench.api.connection.get({})).bootstrap).toBeGreaterThan(0);
  bench.kill();
  bench.server.heard.length = 0;
  bench.restart();
  await level();
  const first = questions('walk').find((payload) => (payload as { scope: string }).scope.startsWith('queue'));
  expect((first as { below: number | null }).below).not.toBeNull();
  expect(await ids()).toEqual(made);
  expect((await bench.api.connection.get({})).bootstrap).toBeNull();
});

test('frames that are lost are pulled, doubled ones change nothing, and one that comes late does no harm', async () => {
  await begin();
  await level();
  const customerId = putCustomer(bench);
  const a = putConversation(bench, customerId, { preview: 'a' });
  await time.pass(10);
  bench.server.sendsFrames = false;
  const b = putConversation(bench, customerId, { preview: 'b' });
  bench.server.sendsFrames = true;
  const from = bench.server.sv;
  const late = bench.server.frameOf(bench.scopes.queue, from - 1);
  const c = putConversation(bench, customerId, { preview: 'c' });
  await time.pass(100);
  expect(await ids()).toEqual([a, b, c].sort());
  putConversation(bench, customerId, { id: b, preview: 'b, newer' });
  await time.pass(100);
  bench.server.say('frame', late);
  bench.server.say('frame', late);
  await time.pass(100);
  const { rows } = await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 });
  expect(rows.find((row) => row.conversationId === b)?.preview).toBe('b, newer');
});

test('a stream that says nothing is noticed by the level, and a line that is silent is made anew', async () => {
  await begin();
  await level();
  bench.server.sendsFrames = false;
  const customerId = putCustomer(bench);
  const made = putConversation(bench, customerId);
  await time.pass(1_000);
  expect(await ids()).toEqual([]);
  bench.server.sendLevel();
  await time.pass(100);
  expect(await ids()).toEqual([made]);
  const before = questions('hello').length;
  await time.pass(24_000);
  expect(questions('hello')).toHaveLength(before);
  await time.pass(3_000);
  expect(questions('hello')).toHaveLength(before + 1);
});

test('after sleep the line begins with hello, however it looks', async () => {
  await begin();
  await level();
  const before = questions('hello').length;
  bench.core.wake();
  await time.pass(100);
  expect(questions('hello')).toHaveLength(before + 1);
});

test('a server that is away is tried within a second again and again; one that asks for time gets it', async () => {
  await begin();
  await level();
  bench.server.isUp = false;
  bench.server.cut();
  await time.pass(60_000);
  expect((await bench.api.connection.get({})).state).toBe('offline');
  bench.server.isUp = true;
  await time.pass(1_100);
  expect((await bench.api.connection.get({})).state).toBe('online');
  bench.server.intercept = (event) =>
    event === 'hello' ? { answer: { ok: false, why: 'busy', retryAfterMs: 20_000 } } : null;
  bench.server.cut();
  await time.pass(2_000);
  const asked = questions('hello').length;
  expect((await bench.api.connection.get({})).retryAt).toBeGreaterThan(time.clock.now());
  await time.pass(10_000);
  expect(questions('hello')).toHaveLength(asked);
  bench.server.intercept = null;
  await time.pass(12_000);
  expect((await bench.api.connection.get({})).state).toBe('online');
});

test('a conversation that leaves one scope stays while another holds it, and goes with all that belongs to it when none does', async () => {
  await begin();
  const customerId = putCustomer(bench);
  const { queue, mine } = bench.scopes;
  const conversationId = putConversation(bench, customerId, { assigneeId: bench.ids.agent });
  putMessage(bench, conversationId, customerId, { text: '一' });
  await level();
  const row = bench.server.rowOf('conversation', conversationId) as never;
  bench.server.put('conversation', row, [mine]);
  await time.pass(1_000);
  expect(await texts(customerId)).toEqual(['一']);
  bench.server.put('conversation', row, [queue]);
  bench.server.put('conversation', row, []);
  await time.pass(2_000);
  expect(await ids()).toEqual([]);
  expect(await texts(customerId)).toEqual([]);
});

test('a conversation that moves between two queues of this device never vanishes from the desk', async () => {
  const other = freshId();
  const otherScope = scopeSchema.parse(`queue:${other}`);
  await begin();
  bench.server.setScopes([...Object.values(bench.scopes), otherScope]);
  const customerId = putCustomer(bench);
  const conversationId = putConversation(bench, customerId);
  putMessage(bench, conversationId, customerId, { text: '一' });
  await level();
  putConversation(bench, customerId, { id: conversationId, queueId: other });
  for (let i = 0; i < 400; i++) {
    await time.pass(1);
    expect(await ids()).toEqual([conversationId]);
  }
  expect(await texts(customerId)).toEqual(['一']);
});

test('a dropped scope takes its rows along, holds up what waits for them, and gives both back when it returns', async () => {
  await begin();
  const customerId = putCustomer(bench);
  const conversationId = putConversation(bench, customerId) as never;
  putMessage(bench, conversationId, customerId);
  await level();
  bench.server.intercept = (event) => (event === 'submit' ? 'lost' : null);
  bench.server.isUp = false;
  bench.server.cut();
  await time.pass(100);
  await bench.api.notes.add({ conversationId, text: '覚え書き' });
  const { settings, directory, mine } = bench.scopes;
  bench.server.setScopes([settings, directory, mine]);
  bench.server.intercept = null;
  bench.server.isUp = true;
  // The core must not send before it knows what it may hold; what was never sent is held up.
  bench.server.intercept = (event) =>
    event === 'submit' ? { answer: { ok: false, why: 'busy', lastMid: 0, detail: '' } } : null;
  await time.pass(5_000);
  expect(await ids()).toEqual([]);
  expect(await texts(customerId)).toEqual(['(覚え書き)']);
  bench.server.intercept = null;
  bench.server.setScopes([settings, directory, mine, bench.scopes.queue]);
  await time.pass(60_000);
  expect(await ids()).toEqual([conversationId]);
  expect((await bench.api.outbox.list({})).rows).toEqual([]);
});

test('a cursor below the horizon reads its scope again, and what was deleted meanwhile goes', async () => {
  await begin();
  const customerId = putCustomer(bench);
  const stays = putConversation(bench, customerId);
  const goes = putConversation(bench, customerId);
  putMessage(bench, stays, customerId, { text: '残る' });
  const message = putMessage(bench, stays, customerId, { text: '消える', seq: 2 });
  await level();
  bench.server.isUp = false;
  bench.server.cut();
  await time.pass(100);
  bench.server.forget('conversation', goes);
  bench.server.forget('message', message);
  putConversation(bench, customerId, { id: stays, preview: '新しい' });
  bench.server.setHorizon(bench.server.sv);
  bench.server.isUp = true;
  await level(5_000);
  expect(await ids()).toEqual([stays]);
  expect(await texts(customerId)).toEqual(['残る']);
});

test('a server restored from an older copy is followed although it counts lower, and unsent work is kept', async () => {
  await begin();
  const customerId = putCustomer(bench);
  const conversationId = putConversation(bench, customerId, { preview: 'neu' });
  await level();
  const copy = bench.server.sv;
  const lost = putConversation(bench, customerId);
  await time.pass(100);
  expect(await ids()).toEqual([conversationId, lost].sort());
  bench.server.forget('conversation', lost);
  bench.server.restore({ sv: copy, epoch: 'epoch-2', lastMid: 0 });
  putConversation(bench, customerId, { id: conversationId, preview: 'alt' });
  await level(5_000);
  expect(await ids()).toEqual([conversationId]);
  const { rows } = await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 });
  expect(rows[0]?.preview).toBe('alt');
  await bench.api.notes.add({ conversationId: conversationId, text: 'nachher' });
  await time.pass(1_000);
  expect(bench.server.applied.map(({ body }) => body.kind)).toEqual(['note.add']);
});

test('rows of unknown kinds, of wrong types or outside their scope are left out, by name, and the rest is taken', async () => {
  await begin();
  await level();
  const customerId = putCustomer(bench);
  await time.pass(100);
  const good = { ...bench.server.rowOf('customer', customerId), id: freshId(), sv: 0 };
  const columns = Object.keys(good);
  const row = (change: object): unknown[] =>
    columns.map((column) => ({ ...good, ...change, sv: 9_000 })[column as keyof typeof good]);
  const frame = (scope: Scope, tables: unknown[]): void => {
    bench.server.say('frame', { scope, from: 0, to: 9_000, page: { json: JSON.stringify({ tables, gone: [] }) } });
  };
  const taken = freshId();
  frame(bench.scopes.directory, [
    { kind: 'sqlite_master', columns: ['id'], rows: [['x']] },
    { kind: '__proto__', columns: ['id'], rows: [['x']] },
    { kind: 'message', columns: ['id'], rows: [['x']] },
    {
      kind: 'customer',
      columns,
      rows: [
        row({ displayName: 7 }),
        row({ id: 'not-an-id' }),
        row({ workspaceId: freshId() }),
        row({}).slice(1),
        row({ id: taken, displayName: '良い行' }),
      ],
    },
  ]);
  frame(scopeSchema.parse(`queue:${freshId()}`), [
    { kind: 'customer', columns, rows: [row({ id: freshId(), displayName: '秘密' })] },
  ]);
  bench.server.say('frame', { scope: bench.scopes.directory, from: 0, to: 9_001, page: { json: '{"tables":' } });
  bench.server.say('frame', { scope: "x'; drop table customer", from: 0, to: 1, page: {} });
  bench.server.say('frame', null);
  bench.server.say('level', { to: 'x' });
  bench.server.say('scopes', { add: ['everything'] });
  await time.pass(100);
  const { customers } = await bench.api.search.all({ text: '良い行', limit: 9 });
  expect(customers.map(({ customerId }) => customerId)).toEqual([taken]);
  expect((await bench.api.search.all({ text: '秘密', limit: 9 })).customers).toEqual([]);
  expect(bench.lines.join('\n')).toContain('customer.displayName of a wrong type');
  expect(bench.lines.join('\n')).toContain('a kind that this version does not know');
  expect(bench.lines.join('\n')).not.toMatch(/秘密|良い行/);
  putConversation(bench, customerId);
  await time.pass(2_000);
  expect(await ids()).toHaveLength(1);
});

test('columns of a newer server are kept, and leave nothing out', async () => {
  await begin();
  await level();
  const customerId = putCustomer(bench);
  await time.pass(100);
  const row = { ...bench.server.rowOf('customer', customerId), sv: 9_000, loyalty: { points: 3 } };
  const json = JSON.stringify({
    tables: [{ kind: 'customer', columns: Object.keys(row), rows: [Object.values(row)] }],
    gone: [],
  });
  bench.server.say('frame', { scope: bench.scopes.directory, from: 0, to: 9_000, page: { json } });
  await time.pass(100);
  expect((await bench.api.customers.sheet({ customerId: customerId })).customer.sv).toBe(9_000);
});

test('an expired session leaves the desk readable, and signing in again brings the line back', async () => {
  await begin();
  const customerId = putCustomer(bench);
  const conversationId = putConversation(bench, customerId);
  await level();
  bench.server.isSignedOut = true;
  bench.server.cut();
  await time.pass(3_000);
  expect(await bench.api.session.get({})).toMatchObject({ state: 'signedIn', needsSignIn: true });
  expect(await ids()).toEqual([conversationId]);
  expect((await bench.api.connection.get({})).state).toBe('offline');
  await bench.api.notes.add({ conversationId: conversationId, text: '続き' });
  bench.server.isSignedOut = false;
  await signIn(bench);
  await time.pass(1_000);
  expect(await bench.api.session.get({})).toMatchObject({ state: 'signedIn', needsSignIn: false });
  expect(bench.server.applied).toHaveLength(1);
});

test('a clock that is two minutes off is named, and rings and due times follow the server', async () => {
  await begin();
  await level();
  expect((await bench.api.connection.get({})).clockSkewMs).toBeNull();
  bench.clock.shift = 3_600_000;
  bench.server.sendLevel();
  await time.pass(100);
  expect((await bench.api.connection.get({})).clockSkewMs).toBeGreaterThan(3_500_000);
});

test('whoever types is heard for seconds only', async () => {
  await begin();
  await level();
  const conversationId = freshId() as never;
  bench.server.say('signal', { conversationId, what: 'typing', on: true, who: 'customer', name: '田中' });
  bench.server.say('signal', {
    conversationId,
    what: 'viewing',
    on: true,
    who: 'agent',
    name: '伊藤',
    agentId: freshId(),
  });
  await time.pass(100);
  expect(await bench.api.conversations.signals({ conversationId })).toMatchObject({
    typing: [{ who: 'customer', name: '田中' }],
    viewing: [{ name: '伊藤' }],
  });
  await time.pass(7_000);
  expect((await bench.api.conversations.signals({ conversationId })).typing).toEqual([]);
});
