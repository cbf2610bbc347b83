/** The timeline pages through messages and calls of all channels without a gap and without a double. */
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
import { makeManualTime, type ManualTime } from '../../../../tests/support/manual-time.ts';
import type { TimelineEntry } from '../../../shared/console-shapes.ts';
import { seededRandom } from '../../../shared/domain/clock.ts';
import type { ConversationId, CustomerId } from '../../../shared/domain/ids.ts';

let time: ManualTime;
let bench: Bench;
let customerId: CustomerId;
beforeEach(async () => {
  time = makeManualTime();
  bench = startBench({ time });
  customerId = putCustomer(bench) as CustomerId;
  await signIn(bench);
});
afterEach(() => bench.stop());

function putCall(conversationId: string, offeredAt: number, change: object = {}): string {
  const id = freshId();
  bench.server.put(
    'call',
    {
      id,
      conversationId,
      customerId,
      direction: 'in',
      fromMasked: '090-••••-5678',
      fromReason: null,
      queueId: bench.ids.queue,
      agentId: null,
      state: 'ended',
      offeredAt,
      expiresAt: offeredAt + 30_000,
      answeredAt: null,
      endedAt: offeredAt + 60_000,
      heldMs: 0,
      heldSince: null,
      cause: null,
      wrapUpCodeId: null,
      wrapUpNote: '',
      wrapUpStartedAt: null,
      wrapUpEndedAt: null,
      ...change,
    },
    [bench.scopes.queue],
  );
  return id;
}

async function readAll(conversationId: ConversationId | null, limit: number): Promise<TimelineEntry[]> {
  const pages: TimelineEntry[][] = [];
  let before: { at: number; id: string } | null = null;
  for (;;) {
    const page: { entries: TimelineEntry[]; older: { at: number; id: string } | null } =
      await bench.api.customers.timeline({ customerId, conversationId, before, limit });
    pages.unshift(page.entries);
    if (page.older === null) return pages.flat();
    before = page.older;
  }
}

test('every entry comes once and in order, whatever the page size, also at equal times', async () => {
  const random = seededRandom(5);
  const conversations = [
    putConversation(bench, customerId),
    putConversation(bench, customerId, { channel: 'phone' }),
  ] as ConversationId[];
  const expected: { at: number; seq: number; id: string; conversationId: string }[] = [];
  for (let seq = 1; seq <= 90; seq++) {
    const conversationId = conversations[Math.floor(random.next() * 2)] ?? conversations[0];
    const at = 1_000_000 + Math.floor(random.next() * 12) * 1_000;
    const isCall = random.next() < 0.2;
    const id = isCall
      ? putCall(conversationId ?? '', at)
      : putMessage(bench, conversationId ?? '', customerId, { seq, receivedAt: at });
    expected.push({ at, seq: isCall ? 0 : seq, id, conversationId: conversationId ?? '' });
  }
  await time.pass(3_000);
  expected.sort((a, b) => a.at - b.at || a.seq - b.seq || (a.id < b.id ? -1 : 1));
  for (const limit of [1, 3, 7, 50, 500]) {
    expect((await readAll(null, limit)).map((entry) => entry.id)).toEqual(expected.map(({ id }) => id));
    const [first] = conversations;
    if (first)
      expect((await readAll(first, limit)).map((entry) => entry.id)).toEqual(
        expected.filter((entry) => entry.conversationId === first).map(({ id }) => id),
      );
  }
});

test('files stand with their message; notes and a wrap-up that wait stand with their call already', async () => {
  const conversationId = putConversation(bench, customerId, { channel: 'phone' });
  const messageId = putMessage(bench, conversationId, customerId, { receivedAt: 1 });
  bench.server.put(
    'attachment',
    {
      id: freshId(),
      messageId,
      conversationId,
      name: '写真.png',
      declaredType: 'image/png',
      sniffedType: 'image/png',
      size: 3,
      sha256: 'x',
      inlineCid: null,
      isBlocked: false,
      blockedBecause: null,
    },
    [bench.scopes.queue],
  );
  const callId = putCall(conversationId, 2, { agentId: bench.ids.agent, answeredAt: 3 }) as never;
  await time.pass(3_000);
  bench.server.isUp = false;
  bench.server.cut();
  await time.pass(100);
  await bench.api.calls.addNote({ callId, text: '折り返す' });
  await bench.api.calls.finishWrapUp({ callId, note: '解決', wrapUpCodeId: null });
  const [message, call] = await readAll(null, 10);
  expect(message).toMatchObject({ kind: 'message', attachments: [{ name: '写真.png' }] });
  expect(call).toMatchObject({
    kind: 'call',
    call: { wrapUpNote: '解決' },
    notes: [{ text: '折り返す', isPending: true }],
  });
});

test('what waits stands at the end, whatever the clock of this device says', async () => {
  const conversationId = putConversation(bench, customerId) as ConversationId;
  putMessage(bench, conversationId, customerId, { receivedAt: time.clock.now() + 999_999, text: '未来から' });
  await time.pass(3_000);
  bench.server.isUp = false;
  bench.server.cut();
  await time.pass(100);
  await bench.api.replies.send({ conversationId, text: '返信', mail: null, seenSeq: 1 });
  await bench.api.notes.add({ conversationId, text: '覚え書き' });
  const entries = await readAll(conversationId, 10);
  expect(
    entries.map((entry) => (entry.kind === 'pending' ? [entry.what, entry.text, entry.state] : entry.kind)),
  ).toEqual(['message', ['reply', '返信', 'queued'], ['note', '覚え書き', 'queued']]);
});
