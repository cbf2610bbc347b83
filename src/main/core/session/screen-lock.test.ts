/** The locked screen: what is still answered, what opens it, and when it locks by itself. */
import { afterEach, expect, test } from 'vitest';
import { type Bench, putConversation, putCustomer, signIn, startBench } from '../../../../tests/support/core-bench.ts';
import { eventually } from '../../../../tests/support/eventually.ts';
import { makeManualTime } from '../../../../tests/support/manual-time.ts';
import { consoleContract } from '../../../shared/console-api.ts';
import { hasWay } from '../keys/open-ring.ts';
import { readRing } from '../keys/key-ring.ts';
import { join } from 'node:path';

let bench: Bench;
afterEach(() => bench.stop());

const session = async () => {
  const now = await bench.api.session.get({});
  if (now.state !== 'signedIn') throw new Error('signed out');
  return now;
};
const rows = () => bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 });
const hasWays = () => {
  const ring = readRing(join(bench.dataDir, bench.ids.agent));
  return ring !== null && hasWay(ring, 'password') && hasWay(ring, 'server');
};
async function begin(): Promise<string> {
  bench = startBench();
  bench.server.deviceSecrets = new Map();
  const conversationId = putConversation(bench, putCustomer(bench));
  await signIn(bench);
  await eventually(async () => (await rows()).total === 1);
  await eventually(hasWays);
  return conversationId;
}

test('a locked screen answers nothing of a customer, in no window and not after a restart, and opens by the password', async () => {
  const conversationId = await begin();
  await bench.api.session.lock({});
  await eventually(() => bench.window.stale.includes('*'));
  expect((await session()).locked).toMatchObject({ why: 'byHand' });
  await expect(rows()).rejects.toMatchObject({ refusal: { why: 'locked' } });
  await expect(bench.api.search.all({ text: '田中', limit: 9 })).rejects.toMatchObject({ refusal: { why: 'locked' } });
  // What was being typed is written down all the same.
  await bench.api.drafts.save({ conversationId: conversationId, what: 'reply', text: '書きかけ', mail: null });
  bench.restart();
  await expect(rows()).rejects.toMatchObject({ refusal: { why: 'locked' } });
  await expect(bench.api.session.unlock({ password: 'wrong' })).rejects.toMatchObject({
    refusal: { why: 'wrong-password' },
  });
  await bench.api.session.unlock({ password: 'right' });
  await eventually(() => bench.window.stale.filter((topic) => topic === '*').length === 1);
  expect((await session()).locked).toBeNull();
  expect((await rows()).total).toBe(1);
  expect((await bench.api.drafts.get({ conversationId: conversationId })).reply).toBe('書きかけ');
});

test('it opens without a line; after ten wrong passwords only the server can open it', async () => {
  await begin();
  bench.server.isUp = false;
  bench.server.cut();
  await bench.api.session.lock({});
  await bench.api.session.unlock({ password: 'right' });
  await bench.api.session.lock({});
  bench.clock.shift += 3_600_000;
  for (let n = 0; n < 10; n++)
    await expect(bench.api.session.unlock({ password: `wrong ${n}` })).rejects.toMatchObject({
      refusal: { why: 'wrong-password' },
    });
  await expect(bench.api.session.unlock({ password: 'right' })).rejects.toMatchObject({
    refusal: { why: 'too-many-attempts' },
  });
  bench.server.isUp = true;
  await bench.api.session.unlock({ password: 'right' });
  expect((await session()).locked).toBeNull();
});

test('every call of the contract is refused behind the lock but those that say nothing of a customer', async () => {
  await begin();
  await bench.api.session.lock({});
  const answered: string[] = [];
  for (const [group, calls] of Object.entries(consoleContract))
    for (const name of Object.keys(calls)) {
      bench.window.replies.length = 0;
      bench.window.send({ t: 'call', id: 1, method: `${group}.${name}`, input: null });
      await eventually(() => bench.window.replies.length === 1);
      const [reply] = bench.window.replies;
      if (reply?.t === 'reply' && !(!reply.ok && reply.refusal.why === 'locked')) answered.push(`${group}.${name}`);
    }
  expect(answered.sort()).toEqual([
    'calls.saveWrapUpDraft',
    'calls.signs',
    'connection.get',
    'connection.reconnectNow',
    'device.get',
    'device.set',
    'drafts.save',
    'inbox.outline',
    'session.demoAccounts',
    'session.get',
    'session.lock',
    'session.signIn',
    'session.signOut',
    'session.touch',
    'session.unlock',
  ]);
});

test('it locks by itself when nobody has touched it for as long as the policy says, and each touch begins anew', async () => {
  const time = makeManualTime();
  bench = startBench({ time });
  bench.server.policy = { idleLockMinutes: 10, offlineForHours: 168, mustSetUpSecondFactor: false };
  await signIn(bench);
  expect((await session()).idleLockMinutes).toBe(10);
  await bench.api.session.touch({});
  await time.pass(9 * 60_000);
  await bench.api.session.touch({});
  await time.pass(9 * 60_000);
  expect((await session()).locked).toBeNull();
  await time.pass(61_000);
  expect((await session()).locked).toMatchObject({ why: 'idle' });
});
