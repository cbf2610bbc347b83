/** A key store that is lost, a password without a line, a device that is revoked: what opens the files, and what does not. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  type Bench,
  KEY,
  putConversation,
  putCustomer,
  putMessage,
  signIn,
  startBench,
} from '../../../../tests/support/core-bench.ts';
import { keyOfFiles } from '../../../../tests/support/key-of-files.ts';
import { eventually } from '../../../../tests/support/eventually.ts';
import type { ConversationId } from '../../../shared/domain/ids.ts';
import { opensWith, rekeyFiles } from '../db/rekey.ts';
import { hasWay } from './open-ring.ts';
import { readRing } from './key-ring.ts';

const OTHER_KEY = 'cd'.repeat(32);
const HOUR = 3_600_000;
let bench: Bench;
let conversationId: ConversationId;
afterEach(() => bench.stop());

const folder = (): string => join(bench.dataDir, bench.ids.agent);
const connection = async () => await bench.api.connection.get({});
const session = async () => await bench.api.session.get({});
const ways = () => {
  const ring = readRing(folder());
  return ring && (['host', 'server', 'password'] as const).filter((by) => hasWay(ring, by));
};
const sentTexts = () => bench.server.applied.map(({ body }) => ('text' in body ? body.text : body.kind));

/** A desk that is level, with every way to its key. */
async function begin(): Promise<void> {
  bench = startBench();
  bench.server.deviceSecrets = new Map();
  const customerId = putCustomer(bench);
  conversationId = putConversation(bench, customerId) as ConversationId;
  putMessage(bench, conversationId, customerId, { text: '冷蔵庫が冷えません' });
  await signIn(bench);
  await eventually(async () => (await connection()).state === 'online');
  await eventually(() => ways()?.length === 3);
}
/** A note and a draft that the server has not heard of. */
async function workOffline(): Promise<void> {
  bench.server.isUp = false;
  bench.server.cut();
  await bench.api.notes.add({ conversationId, text: '送れなかった覚え書き' });
  await bench.api.drafts.save({ conversationId, what: 'reply', text: '書きかけの返信', mail: null });
}
async function expectEverythingBack(): Promise<void> {
  await eventually(() => sentTexts().includes('送れなかった覚え書き'));
  expect(sentTexts().filter((text) => text === '送れなかった覚え書き')).toHaveLength(1);
  expect((await bench.api.drafts.get({ conversationId })).reply).toBe('書きかけの返信');
  await eventually(
    async () => (await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 })).total === 1,
  );
}

test('the files of an agent have a key of their own, which neither the host nor the server knows', async () => {
  await begin();
  const key = keyOfFiles(folder(), KEY);
  expect(key).not.toBe(KEY);
  bench.stop();
  for (const name of ['outbox.db', 'cache.db', 'search.db']) {
    expect(opensWith(join(folder(), name), KEY), name).toBe(false);
    expect(opensWith(join(folder(), name), key), name).toBe(true);
  }
  expect(JSON.stringify(bench.server.asked)).not.toContain(key);
  expect(bench.lines.join('\n')).not.toContain(key);
});

test('a lost key store costs no unsent work: signing in brings everything back, under a new key', async () => {
  await begin();
  await workOffline();
  const before = keyOfFiles(folder(), KEY);
  bench.stop();
  bench.host.key = OTHER_KEY;
  bench.server.isUp = true;
  bench.restart();
  expect(await session()).toMatchObject({ state: 'signedOut', why: 'keyLost' });

  // Without a line nobody can tell who this is, and nothing is touched.
  bench.server.isUp = false;
  await expect(signIn(bench)).rejects.toMatchObject({ refusal: { why: 'offline' } });
  bench.server.isUp = true;

  await signIn(bench);
  await expectEverythingBack();
  expect(keyOfFiles(folder(), OTHER_KEY)).not.toBe(before);
  await eventually(() => ways()?.length === 3);
  expect(readdirSync(bench.dataDir)).not.toContain('set-aside');
  bench.restart();
  expect(await session()).toMatchObject({ state: 'signedIn' });
});

test('when the server has dropped its secret too, the files are put aside only after a person has said so', async () => {
  await begin();
  await workOffline();
  bench.stop();
  bench.host.key = OTHER_KEY;
  bench.server.isUp = true;
  bench.server.deviceSecrets?.clear();
  bench.restart();
  await expect(signIn(bench)).rejects.toMatchObject({ refusal: { why: 'key-lost' } });
  expect(existsSync(join(folder(), 'outbox.db'))).toBe(true);
  expect(await session()).toMatchObject({ state: 'signedOut', why: 'keyLost' });

  await bench.api.session.signIn({ login: 'sato', password: 'right', startAnew: true });
  await eventually(async () => (await connection()).state === 'online');
  const [aside = ''] = readdirSync(join(bench.dataDir, 'set-aside'));
  expect(aside.startsWith(bench.ids.agent)).toBe(true);
  expect(readdirSync(join(bench.dataDir, 'set-aside', aside))).toEqual(
    expect.arrayContaining(['outbox.db', 'keys.json']),
  );
  expect(await connection()).toMatchObject({ waiting: 0 });
});

test('files of a console that kept them under the host’s key itself are brought under one of their own', async () => {
  await begin();
  await workOffline();
  bench.stop();
  // As the version before left them.
  const paths = ['outbox.db', 'cache.db', 'search.db'].map((name) => join(folder(), name));
  rekeyFiles(paths, keyOfFiles(folder(), KEY), KEY);
  for (const name of ['keys.json', 'keys.copy.json']) rmSync(join(folder(), name));
  bench.server.isUp = true;
  bench.restart();
  expect(keyOfFiles(folder(), KEY)).not.toBe(KEY);
  await expectEverythingBack();
});

test('one of the two copies of the ring may be damaged', async () => {
  await begin();
  await workOffline();
  bench.stop();
  writeFileSync(join(folder(), 'keys.json'), '{"version":1,"keyId"');
  bench.server.isUp = true;
  bench.restart();
  await expectEverythingBack();
});

test('signed out, the files no more open by the host’s key alone; the password opens them without a line, another does not', async () => {
  await begin();
  await bench.api.session.signOut({ evenIfWaiting: false });
  expect(ways()).toEqual(['server', 'password']);
  bench.server.isUp = false;
  bench.restart();
  expect(await session()).toMatchObject({ state: 'signedOut', why: null });
  await expect(bench.api.session.signIn({ login: 'sato', password: 'wrong' })).rejects.toMatchObject({
    refusal: { why: 'wrong-password' },
  });
  await bench.api.session.signIn({ login: 'sato', password: 'right' });
  expect(await session()).toMatchObject({ state: 'signedIn', needsSignIn: true });
  expect((await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 })).total).toBe(1);
  await bench.api.notes.add({ conversationId, text: '送れなかった覚え書き' });
  await bench.api.drafts.save({ conversationId, what: 'reply', text: '書きかけの返信', mail: null });

  bench.server.isUp = true;
  await signIn(bench);
  await expectEverythingBack();
});

test('nobody signs in without a line for the first time, too often with a wrong password, or after the hours are over', async () => {
  await begin();
  await bench.api.session.signOut({ evenIfWaiting: false });
  bench.server.isUp = false;
  const attempt = async (login: string, password: string) =>
    await bench.api.session.signIn({ login, password }).then(
      () => 'in',
      (error: unknown) => (error as { refusal: { why: string } }).refusal.why,
    );
  expect(await attempt('ito', 'right')).toBe('offline');
  bench.clock.shift = 169 * HOUR;
  expect(await attempt('sato', 'right')).toBe('offline');
  // A clock that was put back is no proof either.
  bench.clock.shift = -49 * HOUR;
  expect(await attempt('sato', 'right')).toBe('offline');
  bench.clock.shift = 0;
  for (let n = 0; n < 10; n++) expect(await attempt('sato', 'wrong')).toBe('wrong-password');
  expect(await attempt('sato', 'right')).toBe('too-many-attempts');
  bench.server.isUp = true;
  expect(await attempt('sato', 'right')).toBe('in');
});

test('a device that was too long without a line opens its files when the server has said that all is well', async () => {
  await begin();
  await workOffline();
  bench.stop();
  bench.clock.shift = 200 * HOUR;
  bench.restart();
  expect(await session()).toMatchObject({ state: 'signedOut', why: 'offlineTooLong' });
  await expect(bench.api.drafts.get({ conversationId })).rejects.toMatchObject({ refusal: { why: 'signed-out' } });
  bench.server.isUp = true;
  bench.restart();
  await eventually(async () => (await session()).state === 'signedIn');
  await expectEverythingBack();
});

test('a revoked device destroys its key and its files at the next word with the server, and says so', async () => {
  await begin();
  await workOffline();
  bench.server.banned = 'device-revoked';
  bench.server.isUp = true;
  bench.server.isSignedOut = true;
  await eventually(async () => {
    const now = await session();
    return now.state === 'signedOut' && now.why === 'revoked';
  });
  await eventually(() => !existsSync(folder()));
  await eventually(() => bench.server.asked.some(({ path }) => path === '/api/device-wipes'));
  const receipts = bench.server.asked.filter(({ path }) => path === '/api/device-wipes').map(({ body }) => body);
  expect(receipts).toEqual([
    { clientId: expect.any(String) as string, refreshToken: expect.any(String) as string, unsent: 1 },
  ]);
  // Its next life is that of a new device.
  const clientId = (receipts[0] as { clientId: string }).clientId;
  bench.server.banned = null;
  bench.server.isSignedOut = false;
  await signIn(bench);
  await eventually(async () => (await connection()).state === 'online');
  const last = bench.server.asked.filter(({ path }) => path === '/api/session').at(-1)?.body;
  expect((last as { device: { clientId: string } }).device.clientId).not.toBe(clientId);
});

test('a receipt that the server could not hear is sent when the console starts again', async () => {
  await begin();
  const { askHttp } = bench.server;
  bench.server.askHttp = async (request) => {
    if (request.path === '/api/device-wipes') throw new TypeError('fetch failed');
    return await askHttp(request);
  };
  bench.server.banned = 'device-revoked';
  bench.server.isSignedOut = true;
  bench.server.cut();
  await eventually(() => !existsSync(folder()));
  bench.server.askHttp = askHttp;
  bench.restart();
  await eventually(() => bench.server.asked.some(({ path }) => path === '/api/device-wipes'));
});

test('a disabled agent’s files are closed, and open again with the work in them when the agent comes back', async () => {
  await begin();
  await workOffline();
  bench.server.banned = 'agent-disabled';
  bench.server.isUp = true;
  bench.server.isSignedOut = true;
  await eventually(async () => {
    const now = await session();
    return now.state === 'signedOut' && now.why === 'disabled';
  });
  expect(ways()).toEqual(['server']);
  bench.server.isUp = false;
  await expect(signIn(bench)).rejects.toMatchObject({ refusal: { why: 'offline' } });
  bench.server.isUp = true;
  bench.server.banned = null;
  bench.server.isSignedOut = false;
  await signIn(bench);
  await expectEverythingBack();
});

test('a new key is ordered while the desk is open: every file comes under it, and the old one opens nothing', async () => {
  await begin();
  await workOffline();
  const before = keyOfFiles(folder(), KEY);
  await expect(bench.api.session.renewKey({})).rejects.toMatchObject({ refusal: { why: 'offline' } });
  bench.server.isUp = true;
  await bench.api.session.renewKey({});
  expect(await session()).toMatchObject({ state: 'signedIn' });
  await expectEverythingBack();
  expect(readRing(folder())?.keys).toHaveLength(1);
  bench.stop();
  for (const name of ['outbox.db', 'cache.db', 'search.db'])
    expect(opensWith(join(folder(), name), before), name).toBe(false);
  bench.restart();
  expect((await bench.api.drafts.get({ conversationId })).reply).toBe('書きかけの返信');
});

test('the key of a file that was set aside is kept under the new one', async () => {
  await begin();
  writeFileSync(join(folder(), 'outbox.db.damaged-2026'), 'x');
  await bench.api.session.renewKey({});
  expect(readRing(folder())?.retired).toHaveLength(1);
});
