/** What the device keeps, lets go of and fetches again, over a server in memory, on a clock that only the test moves. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Bench,
  putConversation,
  putCustomer,
  putMessage,
  signIn,
  startBench,
} from '../../../../tests/support/core-bench.ts';
import { makeManualTime, type ManualTime } from '../../../../tests/support/manual-time.ts';
import type { ConversationId } from '../../../shared/domain/ids.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23);

let time: ManualTime;
let bench: Bench;
beforeEach(() => {
  time = makeManualTime(NOW);
});
afterEach(() => bench.stop());

/** Small enough that everything must go, large enough that nothing must. */
const TIGHT = 1;
const WIDE = 5_000_000_000;

async function begin(more: Parameters<typeof startBench>[0] = {}): Promise<void> {
  bench = startBench({ time, ...more });
  await signIn(bench);
  await time.pass(3_000);
}

/** A conversation with messages `name 1 … name n`, the last of them so many days ago. */
function put(
  customerId: string,
  name: string,
  daysAgo: number,
  more: Parameters<typeof putConversation>[2] = {},
  n = 3,
) {
  const lastActivityAt = NOW - daysAgo * DAY;
  const conversationId = putConversation(bench, customerId, {
    status: 'resolved',
    subject: name,
    openedAt: lastActivityAt - n * 1_000,
    lastActivityAt,
    lastSeq: n,
    ...more,
  });
  for (let seq = 1; seq <= n; seq++)
    putMessage(bench, conversationId, customerId, {
      seq,
      text: `${name} ${seq}`,
      receivedAt: lastActivityAt - (n - seq) * 1_000,
    });
  return conversationId as ConversationId;
}

async function shown(customerId: string): Promise<string[]> {
  const { entries } = await bench.api.customers.timeline({
    customerId: customerId,
    conversationId: null,
    before: null,
    limit: 500,
  });
  return entries.map((entry) =>
    entry.kind === 'message'
      ? entry.message.text
      : entry.kind === 'absent'
        ? `[${entry.subject ?? ''}]`
        : entry.kind === 'pending'
          ? `(${entry.text})`
          : 'call',
  );
}
const historyAsked = (): unknown[] => bench.server.heard.filter(({ event }) => event === 'history');

test('above the cap old conversations leave their place in the timeline; open, young and pinned ones stay', async () => {
  await begin();
  const customerId = putCustomer(bench);
  put(customerId, 'two years', 730);
  put(customerId, 'open', 200, { status: 'inProgress' });
  put(customerId, 'half a year', 180);
  put(customerId, 'last month', 30);
  const pinned = putCustomer(bench, { displayName: '鈴木' });
  const pinnedId = put(pinned, 'pinned', 400);
  void bench.api.customers.pin({ customerId: pinned });
  await time.pass(60_000);
  const at = bench.server.rowOf('conversation', pinnedId);
  bench.server.put('conversation', at as never, [bench.scopes.queue, `customer:${pinned}`]);
  await time.pass(60_000);
  const before = await shown(customerId);
  bench.cap.bytes = TIGHT;
  await time.pass(60_000);
  expect(before).toHaveLength(12);
  expect(await shown(customerId)).toEqual([
    '[two years]',
    ...['open 1', 'open 2', 'open 3'],
    '[half a year]',
    ...['last month 1', 'last month 2', 'last month 3'],
  ]);
  expect(await shown(pinned)).toEqual(['pinned 1', 'pinned 2', 'pinned 3']);
  const { rows } = await bench.api.inbox.rows({ view: 'resolved', tab: 'all', offset: 0, limit: 9 });
  expect(rows).toHaveLength(4);
});

test('what was let go is read again page by page, is there without a line afterwards, and is refused without one before', async () => {
  await begin({ rowsPerPage: 5 });
  const customerId = putCustomer(bench);
  const old = put(customerId, 'old', 300, {}, 12);
  await time.pass(3_000);
  bench.cap.bytes = TIGHT;
  await time.pass(60_000);
  expect(await shown(customerId)).toEqual(['[old]']);
  bench.server.isUp = false;
  bench.server.cut();
  await time.pass(10);
  await expect(bench.api.conversations.fetchHistory({ conversationId: old })).rejects.toMatchObject({
    refusal: { why: 'offline' },
  });
  bench.server.isUp = true;
  await time.pass(20_000);
  const steps: number[] = [];
  for (let page = 0; page < 3; page++) {
    const fetched = bench.api.conversations.fetchHistory({ conversationId: old });
    await time.pass(100);
    await fetched;
    steps.push((await shown(customerId)).length);
  }
  // 5, 10, 12 messages; the note of what is missing stands above them until the last page.
  expect(steps).toEqual([6, 11, 12]);
  expect(bench.window.stale).toContain(`customer:${customerId}`);
  bench.server.isUp = false;
  bench.restart();
  await time.pass(5_000);
  expect(await shown(customerId)).toEqual(Array.from({ length: 12 }, (_, at) => `old ${at + 1}`));
});

test('what was fetched goes again in its turn, and does not come back by itself', async () => {
  await begin();
  const customerId = putCustomer(bench);
  const looked = put(customerId, 'looked at', 500);
  put(customerId, 'not looked at', 400);
  await time.pass(3_000);
  bench.cap.bytes = TIGHT;
  await time.pass(60_000);
  bench.cap.bytes = WIDE;
  await time.pass(1);
  const fetched = bench.api.conversations.fetchHistory({ conversationId: looked });
  await time.pass(100);
  await fetched;
  bench.cap.bytes = TIGHT;
  // What found nothing more to let go has rested for an hour.
  await time.pass(3_700_000);
  expect(await shown(customerId)).toEqual(['[looked at]', '[not looked at]']);
  const asked = historyAsked().length;
  await time.pass(10 * 60_000);
  expect(historyAsked()).toHaveLength(asked);
});

test('a conversation with a draft or a waiting order keeps its words, however old it is', async () => {
  await begin();
  const customerId = putCustomer(bench);
  const drafted = put(customerId, 'drafted', 500);
  const ordered = put(customerId, 'ordered', 400);
  put(customerId, 'plain', 300);
  await time.pass(3_000);
  bench.server.isUp = false;
  bench.server.cut();
  await time.pass(10);
  await bench.api.drafts.save({ conversationId: drafted, what: 'note', text: '書きかけ', mail: null });
  await bench.api.notes.add({ conversationId: ordered, text: '待っています' });
  bench.cap.bytes = TIGHT;
  await time.pass(120_000);
  const now = await shown(customerId);
  expect(now.filter((text) => /^(drafted|ordered) /.test(text))).toHaveLength(6);
  expect(now).toContain('[plain]');
});

test('a customer who writes again brings the old words of that conversation back', async () => {
  await begin();
  const customerId = putCustomer(bench);
  const old = put(customerId, 'old', 300);
  await time.pass(3_000);
  bench.cap.bytes = TIGHT;
  await time.pass(60_000);
  expect(await shown(customerId)).toEqual(['[old]']);
  putConversation(bench, customerId, {
    ...(bench.server.rowOf('conversation', old) as never as Parameters<typeof putConversation>[2]),
    status: 'inProgress',
    lastActivityAt: NOW,
    lastSeq: 4,
  });
  putMessage(bench, old, customerId, { seq: 4, text: 'again', receivedAt: NOW });
  await time.pass(5_000);
  expect(await shown(customerId)).toEqual(['old 1', 'old 2', 'old 3', 'again']);
});

test('a device that joins a centre with a long history does not download what it would let go at once', async () => {
  bench = startBench({ time, rowsPerPage: 4, capBytes: TIGHT });
  const customerId = putCustomer(bench);
  const straddling = put(customerId, 'straddling', 10, { openedAt: NOW - 200 * DAY });
  putMessage(bench, straddling, customerId, { seq: 0, text: 'its beginning', receivedAt: NOW - 199 * DAY });
  const open = put(customerId, 'open', 150, { status: 'inProgress' });
  put(customerId, 'old', 300);
  put(customerId, 'young', 20);
  await signIn(bench);
  await time.pass(3_000);
  expect((await bench.api.connection.get({})).state).toBe('online');
  const walks = bench.server.heard
    .filter(({ event }) => event === 'walk')
    .map(({ payload }) => payload as { since?: number });
  expect(walks.some(({ since }) => since !== undefined)).toBe(true);
  await time.pass(60_000);
  expect(await shown(customerId)).toEqual([
    '[old]',
    'its beginning',
    ...['open 1', 'open 2', 'open 3'],
    ...['young 1', 'young 2', 'young 3'],
    ...['straddling 1', 'straddling 2', 'straddling 3'],
  ]);
  const asked = historyAsked().map(
    (heard) => (heard as { payload: { conversationId: string } }).payload.conversationId,
  );
  expect([...new Set(asked)].sort()).toEqual([open, straddling].sort());
});

test('as long as there is room, what was left out comes by itself, newest first', async () => {
  bench = startBench({ time, rowsPerPage: 4, capBytes: TIGHT });
  const customerId = putCustomer(bench);
  put(customerId, 'older', 400);
  put(customerId, 'old', 300);
  await signIn(bench);
  await time.pass(60_000);
  expect(await shown(customerId)).toEqual(['[older]', '[old]']);
  bench.cap.bytes = WIDE;
  await time.pass(60_000);
  expect(await shown(customerId)).toEqual(['older 1', 'older 2', 'older 3', 'old 1', 'old 2', 'old 3']);
});

test('search says up to when something is missing, and finds it once it is here', async () => {
  await begin();
  const customerId = putCustomer(bench);
  const old = put(customerId, 'ancient', 300);
  await time.pass(3_000);
  const find = async () => {
    const answer = bench.api.search.all({ text: 'ancient 2', limit: 10 });
    await time.pass(1_000);
    const { messages, missingUpto } = await answer;
    return { found: messages.length, missingUpto };
  };
  expect(await find()).toEqual({ found: 1, missingUpto: null });
  bench.cap.bytes = TIGHT;
  await time.pass(60_000);
  expect(await find()).toEqual({ found: 0, missingUpto: NOW - 300 * DAY });
  const fetched = bench.api.conversations.fetchHistory({ conversationId: old });
  await time.pass(1_000);
  await fetched;
  expect(await find()).toEqual({ found: 1, missingUpto: null });
});

test('an answer with rows of another conversation, or for one that has left meanwhile, writes nothing of them', async () => {
  await begin();
  const customerId = putCustomer(bench);
  const old = put(customerId, 'old', 300);
  const other = put(customerId, 'other', 200);
  await time.pass(3_000);
  bench.cap.bytes = TIGHT;
  await time.pass(60_000);
  const foreign = bench.server.frameOf(bench.scopes.queue, 0).page;
  bench.server.intercept = (event) =>
    event === 'history' ? { answer: { ok: true, page: foreign, upto: null } } : null;
  const fetched = bench.api.conversations.fetchHistory({ conversationId: old });
  await time.pass(100);
  await fetched;
  expect(await shown(customerId)).toEqual(['old 1', 'old 2', 'old 3', '[other]']);
  expect(bench.lines.some((line) => line.includes('a row of another conversation'))).toBe(true);
  bench.server.intercept = null;
  const late = bench.api.conversations.fetchHistory({ conversationId: other }).catch(() => undefined);
  bench.server.remove('conversation', other);
  await time.pass(5_000);
  await late;
  expect(await shown(customerId)).toEqual(['old 1', 'old 2', 'old 3']);
});

test('the file gets smaller when its conversations go, and settings say what is kept', async () => {
  await begin();
  const customerId = putCustomer(bench);
  for (let at = 0; at < 60; at++) {
    const id = put(customerId, `old ${at}`, 200 + at, {}, 1);
    putMessage(bench, id, customerId, { seq: 2, text: 'あ'.repeat(20_000), receivedAt: NOW - 250 * DAY });
  }
  await time.pass(10_000);
  const before = await bench.api.storage.get({});
  expect(before).toMatchObject({ incomplete: 0, incompleteUpto: null, keepDays: 90, capBytes: WIDE });
  bench.cap.bytes = TIGHT;
  await time.pass(120_000);
  const after = await bench.api.storage.get({});
  expect(after.incomplete).toBe(60);
  expect(after.copyBytes).toBeLessThan(before.copyBytes / 2);
});
