/** A changed password and the files of this device: the new one opens them without a line, the old one does not. */
import { afterEach, expect, test } from 'vitest';
import { type Bench, signIn, startBench } from '../../../../tests/support/core-bench.ts';
import { eventually } from '../../../../tests/support/eventually.ts';
import { hasWay } from '../keys/open-ring.ts';
import { readRing } from '../keys/key-ring.ts';
import { join } from 'node:path';

const NEXT = 'an evening walk in the rain';
let bench: Bench;
afterEach(() => bench.stop());

const ring = () => readRing(join(bench.dataDir, bench.ids.agent));
const passwordWay = () => JSON.stringify(ring()?.keys.map(({ password }) => password));
const hasWays = () => {
  const now = ring();
  return now !== null && hasWay(now, 'server') && hasWay(now, 'password');
};
const session = async () => await bench.api.session.get({});
const goDark = (): void => {
  bench.server.isUp = false;
  bench.server.cut();
};
async function begin(): Promise<void> {
  bench = startBench();
  bench.server.deviceSecrets = new Map();
  await signIn(bench);
  await eventually(hasWays);
}

test('after a change the new password opens the desk without a line, and the old one does not', async () => {
  await begin();
  const before = passwordWay();
  await expect(
    bench.api.account.changePassword({ current: 'wrong', next: NEXT, endOthers: true }),
  ).rejects.toMatchObject({ refusal: { why: 'wrong-password' } });
  expect(passwordWay()).toBe(before);
  await bench.api.account.changePassword({ current: 'right', next: NEXT, endOthers: true });
  await eventually(() => hasWays() && passwordWay() !== before);
  await bench.api.session.signOut({ evenIfWaiting: false });
  goDark();
  await expect(bench.api.session.signIn({ login: 'sato', password: 'right' })).rejects.toMatchObject({
    refusal: { why: 'wrong-password' },
  });
  await bench.api.session.signIn({ login: 'sato', password: NEXT });
  expect(await session()).toMatchObject({ state: 'signedIn' });
});

test('without a line a password cannot be changed, and nothing on the device has changed', async () => {
  await begin();
  const before = passwordWay();
  goDark();
  bench.clock.shift += 3_600_000;
  await expect(
    bench.api.account.changePassword({ current: 'right', next: NEXT, endOthers: true }),
  ).rejects.toMatchObject({ refusal: { why: 'offline' } });
  expect(passwordWay()).toBe(before);
});

test('a password that was changed elsewhere takes the old way off this device; the new one brings everything back', async () => {
  await begin();
  bench.server.password = NEXT;
  bench.server.isSignedOut = 'password-changed';
  bench.clock.shift += 3_600_000;
  bench.server.cut();
  await eventually(async () => (await session()).state === 'signedIn' && !hasWays());
  expect(await session()).toMatchObject({ needsSignIn: true });
  bench.server.isSignedOut = false;
  await bench.api.session.signIn({ login: 'sato', password: NEXT });
  await eventually(hasWays);
  await bench.api.session.signOut({ evenIfWaiting: false });
  goDark();
  await expect(bench.api.session.signIn({ login: 'sato', password: 'right' })).rejects.toMatchObject({
    refusal: { why: 'wrong-password' },
  });
});
