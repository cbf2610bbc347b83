import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { agent, credential, device, sessionToken } from '../../src/server/db/schema.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { hashPassword } from '../../src/server/session/password.ts';
import { openSessions, type Sessions } from '../../src/server/session/sessions.ts';
import type { SignedIn } from '../../src/shared/sync-protocol.ts';
import { describeOnEveryDatabase } from '../support/databases.ts';
import { makeSmallCentre, type SmallCentre, TEST_MASTER_KEY } from '../support/small-centre.ts';
import { type TestSource, testSource } from '../support/test-source.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describeOnEveryDatabase('a session', (openFresh) => {
  const source: TestSource = testSource();
  let database: ServerDatabase;
  let centre: SmallCentre;
  let sessions: Sessions;
  beforeAll(async () => {
    database = await openFresh();
    centre = await makeSmallCentre(database, source);
  });
  beforeEach(async () => {
    // Attempts are counted by each server anew.
    sessions = await openSessions(database, source, TEST_MASTER_KEY);
  });

  const on = (clientId = randomUUID() as string) => ({
    clientId: clientId as never,
    name: 'PC',
    platform: 'test',
    appVersion: '0',
  });
  const attempt = async (login: string, password: string, clientId?: string, address = '127.0.0.1') =>
    await sessions.signIn({ login, password, device: on(clientId) }, address);
  const signIn = async (clientId?: string): Promise<SignedIn> => {
    const answer = await attempt('suzuki', 'suzuki-password', clientId);
    if (!answer.ok) throw new Error(answer.why);
    return answer.signedIn;
  };
  const refresh = async (clientId: string, refreshToken: string): Promise<SignedIn | null> => {
    const answer = await sessions.refresh({ clientId: clientId as never, refreshToken });
    return answer.ok ? answer.signedIn : null;
  };

  test('opens with login and password, whatever the width and case of the login', async () => {
    const signedIn = await signIn();
    expect(signedIn.agent).toEqual({
      id: centre.agents.suzuki.id,
      displayName: '鈴木 葵',
      role: 'agent',
      workspaceId: centre.workspaceId,
    });
    expect(await sessions.findByAccessToken(signedIn.accessToken)).toMatchObject({ agentId: centre.agents.suzuki.id });
    expect(await attempt('　ＳＵＺＵＫＩ ', 'suzuki-password')).toMatchObject({ ok: true });
  });

  test('is refused with the same words for a wrong password, an unknown login and a disabled agent', async () => {
    await database.orm.update(agent).set({ state: 'disabled' }).where(eq(agent.id, centre.agents.ito.id));
    const answers = [
      await attempt('suzuki', 'wrong'),
      await attempt('nobody', 'wrong'),
      await attempt('ito', 'ito-password'),
    ];
    expect(answers).toEqual(Array(3).fill({ ok: false, why: 'wrong-login-or-password' }));
    await database.orm.update(agent).set({ state: 'active' }).where(eq(agent.id, centre.agents.ito.id));
  });

  test('takes as much work to refuse an unknown login as a wrong password', async () => {
    // Work and not time: other programs of the machine take time, but none of this one's work.
    const workOf = async (login: string) => {
      const before = process.cpuUsage();
      for (let i = 0; i < 3; i++) await attempt(login, 'wrong');
      return process.cpuUsage(before).user;
    };
    const [unknown, wrong] = [await workOf('nobody at all'), await workOf('sato')];
    // Hashing is most of it: without it the answer would cost a fraction.
    expect(unknown).toBeGreaterThan(wrong / 2);
  });

  test('is not opened by trying: after five failures the login waits, and the right password waits too', async () => {
    for (let i = 0; i < 5; i++)
      expect(await attempt('takagi', `guess ${i}`)).toMatchObject({ why: 'wrong-login-or-password' });
    const answer = await attempt('takagi', 'takagi-password');
    expect(answer).toMatchObject({ ok: false, why: 'too-many-attempts' });
    expect('waitMs' in answer && answer.waitMs).toBeGreaterThan(4 * MINUTE);
    source.pass(5 * MINUTE + 1);
    expect(await attempt('takagi', 'takagi-password')).toMatchObject({ ok: true });
  });

  test('a hundred tries at the same moment are no way round the limit', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => attempt('sato', `guess ${i}`)));
    expect(answers.filter((answer) => !answer.ok && answer.why === 'wrong-login-or-password')).toHaveLength(5);
    source.pass(6 * MINUTE);
  });

  test('one address cannot try many logins, and a good login does not wash it clean', async () => {
    for (let i = 0; i < 29; i++) await attempt(`login-${i}`, 'guess', undefined, '10.0.0.9');
    expect(await attempt('suzuki', 'suzuki-password', undefined, '10.0.0.9')).toMatchObject({ ok: true });
    await attempt('login-30', 'guess', undefined, '10.0.0.9');
    expect(await attempt('login-31', 'guess', undefined, '10.0.0.9')).toMatchObject({ why: 'too-many-attempts' });
    expect(await attempt('suzuki', 'suzuki-password', undefined, '10.0.0.10')).toMatchObject({ ok: true });
  });

  test('its access token dies after fifteen minutes and its refresh token gives a new one', async () => {
    const clientId = randomUUID();
    const first = await signIn(clientId);
    source.pass(15 * MINUTE + 1);
    expect(await sessions.findByAccessToken(first.accessToken)).toBeNull();
    const second = await refresh(clientId, first.refreshToken);
    expect(await sessions.findByAccessToken(second!.accessToken)).not.toBeNull();
    source.pass(30 * DAY + 1);
    expect(await refresh(clientId, second!.refreshToken)).toBeNull();
  });

  test('an access token is no refresh token and a refresh token opens nothing', async () => {
    const clientId = randomUUID();
    const { accessToken, refreshToken } = await signIn(clientId);
    expect(await sessions.findByAccessToken(refreshToken)).toBeNull();
    expect(await refresh(clientId, accessToken)).toBeNull();
    expect(await refresh(clientId, refreshToken)).not.toBeNull();
  });

  test('a refresh token that is used again after its successor ends every token of the session', async () => {
    const clientId = randomUUID();
    const first = await signIn(clientId);
    const second = await refresh(clientId, first.refreshToken);
    await sessions.findByAccessToken(second!.accessToken);
    const ended: string[] = [];
    sessions.onEnded((sessionId) => ended.push(sessionId));
    expect(await refresh(clientId, first.refreshToken)).toBeNull();
    expect(ended).toHaveLength(1);
    expect(await sessions.findByAccessToken(second!.accessToken)).toBeNull();
    expect(await refresh(clientId, second!.refreshToken)).toBeNull();
  });

  test('a renewal whose answer was lost may be asked for again, as long as nobody has used what it gave', async () => {
    const clientId = randomUUID();
    const first = await signIn(clientId);
    const lost = await refresh(clientId, first.refreshToken);
    const found = await refresh(clientId, first.refreshToken);
    expect(found).not.toBeNull();
    // What was given to the lost answer opens nothing any more, whoever has it.
    expect(await sessions.findByAccessToken(lost!.accessToken)).toBeNull();
    expect(await refresh(clientId, lost!.refreshToken)).toBeNull();
    expect(await sessions.findByAccessToken(found!.accessToken)).not.toBeNull();
  });

  test('a refresh token does not work on the device of another agent', async () => {
    const theirs = randomUUID();
    await sessions.signIn({ login: 'ito', password: 'ito-password', device: on(theirs) }, '127.0.0.1');
    const mine = await signIn();
    expect(await refresh(theirs, mine.refreshToken)).toBeNull();
    expect(await sessions.findByAccessToken(mine.accessToken)).toBeNull();
  });

  test('signing in on a device of another agent is refused, and again on the own one replaces the session', async () => {
    const clientId = randomUUID();
    const first = await signIn(clientId);
    expect(await attempt('ito', 'ito-password', clientId)).toEqual({ ok: false, why: 'device-of-another-agent' });
    const second = await signIn(clientId);
    expect(await sessions.findByAccessToken(first.accessToken)).toBeNull();
    expect(await sessions.findByAccessToken(second.accessToken)).not.toBeNull();
  });

  test('signing out, a revoked device and a disabled agent each end it', async () => {
    const out = await signIn();
    await sessions.signOut((await sessions.findByAccessToken(out.accessToken))!);
    expect(await sessions.findByAccessToken(out.accessToken)).toBeNull();

    const clientId = randomUUID();
    const revoked = await signIn(clientId);
    const found = (await sessions.findByAccessToken(revoked.accessToken))!;
    expect(await sessions.standing([found.sessionId])).toEqual(new Set([found.sessionId]));
    await database.orm.update(device).set({ revokedAt: 1 }).where(eq(device.clientId, clientId));
    expect(await sessions.findByAccessToken(revoked.accessToken)).toBeNull();
    expect(await sessions.standing([found.sessionId])).toEqual(new Set());
    expect(await refresh(clientId, revoked.refreshToken)).toBeNull();
  });

  test('neither a token nor a password stands in the database', async () => {
    const { accessToken, refreshToken } = await signIn();
    const tokens = JSON.stringify(await database.orm.select().from(sessionToken));
    const secrets = JSON.stringify(await database.orm.select().from(credential));
    for (const secret of [accessToken, refreshToken]) expect(tokens).not.toContain(secret);
    expect(secrets).not.toContain('suzuki-password');
    expect(secrets).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(await hashPassword('same', source.random)).not.toBe(await hashPassword('same', source.random));
  });

  test('tokens that are too old are cleared away', async () => {
    await signIn();
    source.pass(31 * DAY);
    const fresh = await signIn();
    await sessions.prune();
    expect(await database.orm.select().from(sessionToken)).toHaveLength(2);
    expect(await sessions.findByAccessToken(fresh.accessToken)).not.toBeNull();
  });
});
