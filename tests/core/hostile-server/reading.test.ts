/** Pages, walks, levels and greetings of a server that breaks or forgets itself: given up for a while, told, healed by the first honest word. */
import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { HIGHEST_SV } from '../../../src/shared/domain/rows.ts';
import type { Scope } from '../../../src/shared/domain/scope.ts';
import { freshId, putConversation } from '../../support/core-bench.ts';
import {
  SECRET,
  time,
  bench,
  customerId,
  conversationId,
  connection,
  inbox,
  said,
  rowLike,
  pageOf,
  frame,
  honestWords,
} from './lying-server.ts';

const broken: [string, () => unknown][] = [
  ['no page', () => null],
  ['broken JSON', () => ({ json: `{"tables":[${SECRET}` })],
  ['broken zstd', () => ({ zstd: new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]) })],
  ['a bomb of 1 GiB', () => ({ zstd: new Uint8Array(bomb()) })],
  [
    '1,001 rows of a kind',
    () => ({
      json: JSON.stringify(
        pageOf(
          'queue',
          Array.from({ length: 1_001 }, () => ({})),
        ),
      ),
    }),
  ],
  [
    'a thousand tables',
    () => ({
      json: JSON.stringify({
        tables: Array.from({ length: 1_000 }, () => ({ kind: 'queue', columns: [], rows: [] })),
        gone: [],
      }),
    }),
  ],
  ['nesting without end', () => ({ json: `{"tables":${'['.repeat(200_000)}` })],
];
function bomb(): Buffer {
  return zstdCompressSync(Buffer.alloc(1024 * 1024 * 1024));
}

test.each(broken)(
  '%s instead of a page is set aside, asked for again later, and healed by an honest answer',
  async (_what, page) => {
    const answer = page();
    bench.server.sendsFrames = false;
    bench.server.intercept = (event) =>
      event === 'pull' ? { answer: { ok: true, page: answer, to: bench.server.sv, more: false, left: 0 } } : null;
    bench.server.say('frame', {
      scope: bench.scopes.queue,
      from: bench.server.sv,
      to: bench.server.sv + 1,
      page: answer,
    });
    const late = putConversation(bench, customerId);
    bench.server.sendLevel();
    await time.pass(1_000);
    expect(await connection()).toMatchObject({ trouble: 'answersNotUnderstood' });
    expect(await inbox()).toEqual([conversationId]);
    bench.server.intercept = null;
    await time.pass(31_000);
    await honestWords();
    expect(await connection()).toMatchObject({ state: 'online', trouble: null });
    expect(await inbox()).toEqual(expect.arrayContaining([late]));
  },
);

const lyingPulls: [string, (after: number) => object, string][] = [
  ['that goes back', (after) => ({ to: after - 1, more: false }), 'a pull did not go forward'],
  ['that stands still and has more', (after) => ({ to: after, more: true }), 'a pull did not go forward'],
  ['that is empty and has more, for ever', (after) => ({ to: after + 1, more: true }), 'page after page is empty'],
  ['of no shape', () => ({ to: 'soon', more: 'maybe' }), 'a shape that this version does not know'],
  ['beyond every number', () => ({ to: HIGHEST_SV + 1, more: false }), 'a shape that this version does not know'],
];
test.each(lyingPulls)(
  'a catch-up %s is given up for a while, other scopes go on, and nothing is missing afterwards',
  async (_what, lie, word) => {
    bench.server.sendsFrames = false;
    bench.server.intercept = (event, payload) => {
      const { scope, after } = payload as { scope: string; after: number };
      if (event !== 'pull' || scope !== bench.scopes.queue) return null;
      return { answer: { ok: true, page: { json: '{"tables":[],"gone":[]}' }, left: 0, ...lie(after) } };
    };
    const late = putConversation(bench, customerId);
    const mine = putConversation(bench, customerId, { assigneeId: bench.ids.agent, queueId: freshId() });
    bench.server.sendLevel();
    await time.pass(5_000);
    expect(said(word), bench.lines.join('\n')).toBe(true);
    expect(await connection()).toMatchObject({ trouble: 'answersNotUnderstood' });
    expect(await inbox()).toEqual(expect.arrayContaining([conversationId, mine]));
    const asked = bench.server.heard.filter(({ event }) => event === 'pull').length;
    expect(asked).toBeLessThan(150);
    bench.server.intercept = null;
    await time.pass(31_000);
    await honestWords();
    expect(await inbox()).toEqual(expect.arrayContaining([conversationId, late, mine]));
    expect(await connection()).toMatchObject({ state: 'online', trouble: null });
  },
);

test('a scope that always has more rows does not keep the others from being read', async () => {
  bench.server.sendsFrames = false;
  let n = 0;
  const row = rowLike('conversation', conversationId, { sv: 1 });
  bench.server.intercept = (event, payload) => {
    const { scope, after } = payload as { scope: string; after: number };
    if (event !== 'pull' || scope !== bench.scopes.mine) return null;
    n += 1;
    const page = {
      json: JSON.stringify(pageOf('conversation', [{ ...row, id: freshId(), assigneeId: bench.ids.agent }])),
    };
    return { answer: { ok: true, page, to: after + 1, more: true, left: 1 } };
  };
  putConversation(bench, customerId, { assigneeId: bench.ids.agent, queueId: freshId() });
  const late = putConversation(bench, customerId);
  bench.server.sendLevel();
  await time.pass(400);
  expect(n).toBeGreaterThan(50);
  expect(await inbox()).toEqual(expect.arrayContaining([late]));
});

test('a first reading that turns up, changes its ceiling or never ends is not taken for a whole one', async () => {
  const scope = `customer:${customerId}` as Scope;
  for (const lie of [
    (payload: { ceiling: number | null; below: number | null }) => ({
      ceiling: payload.ceiling ?? 5,
      below: payload.below === null ? 4 : payload.below + 1,
    }),
    (payload: { ceiling: number | null; below: number | null }) => ({ ceiling: (payload.ceiling ?? 5) + 1, below: 4 }),
    () => ({ ceiling: 5, below: 9 }),
  ]) {
    bench.lines.length = 0;
    bench.server.intercept = (event, payload) =>
      event === 'walk' && (payload as { scope: string }).scope === scope
        ? { answer: { ok: true, page: { json: '{"tables":[],"gone":[]}' }, left: 0, ...lie(payload as never) } }
        : null;
    bench.server.setScopes([...Object.values(bench.scopes), scope]);
    await time.pass(2_000);
    expect(said('a walk did not go down')).toBe(true);
    expect((await connection()).trouble).toBe('answersNotUnderstood');
    bench.server.intercept = null;
    bench.server.setScopes(Object.values(bench.scopes));
    await time.pass(2_000);
  }
});

test('a cursor that was talked into the future comes back, and rows from there do not stay', async () => {
  const far = HIGHEST_SV - 1;
  await frame(pageOf('conversation', [rowLike('conversation', conversationId, { preview: SECRET, sv: far })]), {
    to: far,
  });
  expect((await bench.api.conversations.get({ conversationId })).conversation.preview).toBe(SECRET);
  bench.server.put('conversation', { ...rowLike('conversation', conversationId, {}), preview: '本当の文' } as never, [
    bench.scopes.queue,
  ]);
  await honestWords();
  expect((await bench.api.conversations.get({ conversationId })).conversation.preview).toBe('本当の文');
  expect(await connection()).toMatchObject({ state: 'online' });
});

test('a level from the future is not believed for long', async () => {
  bench.server.say('level', {
    to: HIGHEST_SV,
    latest: Object.fromEntries(Object.values(bench.scopes).map((scope) => [scope, 0])),
    serverTime: time.clock.now(),
  });
  await time.pass(100);
  const late = putConversation(bench, customerId);
  await honestWords();
  expect(await inbox()).toEqual(expect.arrayContaining([late]));
  expect(await connection()).toMatchObject({ state: 'online', trouble: null });
});

test('lists of scopes that no device could hold, and names that are none, change nothing', async () => {
  const many = Object.fromEntries(Array.from({ length: 1_001 }, () => [`queue:${freshId()}`, 1]));
  bench.server.say('level', { to: bench.server.sv, latest: many, serverTime: time.clock.now() });
  bench.server.say('scopes', { add: Object.keys(many), drop: Object.values(bench.scopes) });
  bench.server.say('scopes', { add: [SECRET], drop: [] });
  bench.server.say('level', { to: -1, latest: {}, serverTime: 'now' });
  bench.server.say('frame', { scope: SECRET });
  bench.server.say('lag', { scope: bench.scopes.queue, to: 'x' });
  bench.server.say('signal', { conversationId: SECRET, what: 'typing', on: true });
  bench.server.say('goodbye', { why: SECRET });
  bench.server.say('no-such-event' as never, SECRET);
  await time.pass(3_000);
  expect(await inbox()).toEqual([conversationId]);
  expect(bench.server.heard.filter(({ event }) => event === 'walk')).toHaveLength(4);
});

test('a greeting for somebody else, in another shape, or with an epoch without end opens nothing', async () => {
  const honest = {
    ok: true,
    protocol: 2,
    epoch: 'epoch-1',
    lastMid: 0,
    sv: 1,
    horizon: 0,
    scopes: [],
    agentId: bench.ids.agent,
    serverTime: time.clock.now(),
  };
  for (const lie of [
    { agentId: freshId() },
    { epoch: 'e'.repeat(70_000) },
    { sv: -3 },
    { scopes: [{ scope: SECRET, latest: 0 }] },
    { lastMid: Number.NaN },
  ]) {
    bench.server.intercept = (event) => (event === 'hello' ? { answer: { ...honest, ...lie } } : null);
    bench.server.cut();
    await time.pass(2_000);
    expect(await connection(), JSON.stringify(lie).slice(0, 80)).toMatchObject({
      state: 'offline',
      trouble: 'answersNotUnderstood',
    });
    expect(await inbox()).toEqual([conversationId]);
  }
  bench.server.intercept = null;
  await time.pass(31_000);
  await time.pass(3_000);
  expect(await connection()).toMatchObject({ state: 'online', trouble: null });
});

test('an epoch that changes in the middle begins the copy anew, and orders still go once', async () => {
  bench.server.isUp = false;
  bench.server.cut();
  await bench.api.notes.add({ conversationId, text: '一度だけ' });
  bench.server.isUp = true;
  for (const epoch of ['epoch-x', 'epoch-y', 'epoch-1']) {
    bench.server.restore({ sv: bench.server.sv, epoch, lastMid: 0 });
    await time.pass(300);
  }
  await time.pass(10_000);
  await honestWords();
  expect(bench.server.applied.filter(({ body }) => 'text' in body && body.text === '一度だけ')).toHaveLength(1);
  expect(await inbox()).toEqual([conversationId]);
});

test('answers to orders that are none are asked for again, and the order is neither lost nor doubled', async () => {
  for (const [index, answer] of [
    null,
    'ok',
    { ok: true },
    { ok: true, verdict: { commandId: SECRET } },
    { ok: false, why: SECRET },
  ].entries()) {
    bench.server.intercept = (event) => (event === 'submit' ? { answer } : null);
    const text = `注文 ${index}`;
    await bench.api.notes.add({ conversationId, text });
    await time.pass(1_000);
    expect((await connection()).waiting).toBeGreaterThan(0);
    bench.server.intercept = null;
    await time.pass(40_000);
    expect(bench.server.applied.filter(({ body }) => 'text' in body && body.text === text)).toHaveLength(1);
  }
});
