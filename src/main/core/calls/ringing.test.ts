/** Rings, by the server's clock: what rings late has not rung. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Bench,
  freshId,
  putConversation,
  putCustomer,
  signIn,
  startBench,
} from '../../../../tests/support/core-bench.ts';
import { makeManualTime, type ManualTime } from '../../../../tests/support/manual-time.ts';

let time: ManualTime;
let bench: Bench;
let customerId: string;
let conversationId: string;
beforeEach(async () => {
  time = makeManualTime();
  bench = startBench({ time });
  customerId = putCustomer(bench);
  conversationId = putConversation(bench, customerId, { channel: 'phone' });
  await signIn(bench);
  await time.pass(3_000);
});
afterEach(() => bench.stop());

function ring(change: object = {}, id = freshId()): string {
  const now = time.clock.now();
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
      agentId: bench.ids.agent,
      state: 'offered',
      offeredAt: now,
      expiresAt: now + 30_000,
      answeredAt: null,
      endedAt: null,
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
const ringing = async () => (await bench.api.calls.ringing({})).calls;

test('a ring comes with its customer, and ends by itself without any message', async () => {
  await ringing();
  ring();
  await time.pass(100);
  expect(await ringing()).toMatchObject([{ customer: { displayName: '田中 花子' }, isForMe: true }]);
  bench.window.stale.length = 0;
  await time.pass(31_000);
  expect(bench.window.stale).toContain('calls');
  expect(await ringing()).toEqual([]);
});

test('the ring is gone when a colleague answers', async () => {
  const id = ring();
  await time.pass(100);
  ring({ state: 'answered', agentId: freshId(), answeredAt: time.clock.now() }, id);
  await time.pass(100);
  expect(await ringing()).toEqual([]);
});

test('a ring that comes late with a catch-up is a missed call, whatever the clock of this device says', async () => {
  bench.server.isUp = false;
  bench.server.cut();
  await time.pass(100);
  ring();
  await time.pass(60_000);
  bench.clock.shift = -3_600_000;
  bench.server.isUp = true;
  await time.pass(3_000);
  expect(await ringing()).toEqual([]);
  ring();
  await time.pass(100);
  expect(await ringing()).toHaveLength(1);
});

test('a call of my queue rings for me when it is offered to nobody, one of a colleague is shown as theirs', async () => {
  ring({ agentId: null });
  ring({ agentId: freshId() });
  await time.pass(100);
  expect((await ringing()).map((call) => call.isForMe).sort()).toEqual([false, true]);
});

test('my call is the running one, then the one that waits for its wrap-up, until that is written, also offline', async () => {
  const id = ring({ state: 'answered', answeredAt: time.clock.now() }) as never;
  await time.pass(100);
  expect((await bench.api.calls.mine({})).call?.id).toBe(id);
  ring({ state: 'ended', answeredAt: time.clock.now() - 9, endedAt: time.clock.now() }, id);
  await time.pass(100);
  await bench.api.calls.saveWrapUpDraft({ callId: id, note: '書きかけ', wrapUpCodeId: null });
  bench.restart();
  expect(await bench.api.calls.mine({})).toMatchObject({
    call: { id },
    draftNote: '書きかけ',
    customer: { displayName: '田中 花子' },
  });
  bench.server.isUp = false;
  bench.server.cut();
  await bench.api.calls.finishWrapUp({ callId: id, note: '書いた', wrapUpCodeId: null });
  expect((await bench.api.calls.mine({})).call).toBeNull();
});
