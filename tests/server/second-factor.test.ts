/** The second factor: set up by proof, asked at the sign-in, each code once, and who may take it away. */
import { TOTP } from 'otpauth';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { agent, auditEvent, organisation, recoveryCode, secondFactor } from '../../src/server/db/schema.ts';
import type { SignedIn } from '../../src/shared/sync-protocol.ts';
import { withConsoles } from '../support/with-consoles.ts';

type Who = 'suzuki' | 'ito' | 'sato' | 'takagi';

describe('a second factor', () => {
  const { server, enter, change } = withConsoles('pglite');
  const database = () => server().running.database.orm;
  const agents = () => server().centre.agents;

  async function call(method: string, path: string, body?: unknown, accessToken?: string) {
    const answer = await fetch(`${server().url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const parsed = (text === '' ? {} : JSON.parse(text)) as Record<string, never> & { error?: { why: string } };
    return { status: answer.status, why: parsed.error?.why, body: parsed };
  }
  const post = async (of: SignedIn, path: string, body: unknown = {}) =>
    await call('POST', `/api/account/second-factor${path}`, body, of.accessToken);
  const signIn = async (who: Who, code?: string) => {
    const { login, password } = agents()[who];
    const device = { clientId: crypto.randomUUID(), name: 'test', platform: 'test', appVersion: '0' };
    return await call('POST', '/api/session', { login, password, device, ...(code === undefined ? {} : { code }) });
  };
  const codeOf = (secret: string, stepsOff = 0) =>
    new TOTP({ secret }).generate({ timestamp: server().source.clock.now() + stepsOff * 30_000 });
  /** Forgets the last step, as if half a minute had passed. */
  const later = async (who: Who) =>
    await change((w) =>
      w.tx.update(secondFactor).set({ lastStep: 0 }).where(eq(secondFactor.agentId, agents()[who].id)),
    );
  async function setUp(who: Who) {
    const { signedIn } = await enter(who);
    const { secret } = (await post(signedIn, '')).body as unknown as { secret: string };
    const confirmed = await post(signedIn, '/confirm', { code: codeOf(secret) });
    expect(confirmed.status).toBe(200);
    await later(who);
    return { signedIn, secret, codes: (confirmed.body as unknown as { recoveryCodes: string[] }).recoveryCodes };
  }
  const remove = async (who: Who) => {
    await change(async (w) => {
      await w.tx.delete(recoveryCode).where(eq(recoveryCode.agentId, agents()[who].id));
      await w.tx.delete(secondFactor).where(eq(secondFactor.agentId, agents()[who].id));
    });
  };

  test('is in force only after a code of it was shown, and then a password alone opens nothing', async () => {
    const { signedIn } = await enter('suzuki');
    const { secret } = (await post(signedIn, '')).body as unknown as { secret: string };
    expect((await signIn('suzuki')).status).toBe(200);
    expect((await post(signedIn, '/confirm', { code: '000000' })).why).toBe('wrong-code');
    expect((await post(signedIn, '/confirm', { code: codeOf(secret) })).status).toBe(200);
    expect(await signIn('suzuki')).toMatchObject({ status: 401, why: 'code-needed' });
    expect((await post(signedIn, '')).why).toBe('factor-is-on');
    const [row] = await database().select().from(secondFactor).where(eq(secondFactor.agentId, agents().suzuki.id));
    expect(JSON.stringify(row)).not.toContain(secret);
    await remove('suzuki');
  });

  test('a code is good one step early or late and no further, and once', async () => {
    const { secret } = await setUp('suzuki');
    expect((await signIn('suzuki', codeOf(secret, -2))).why).toBe('wrong-code');
    expect((await signIn('suzuki', codeOf(secret, -1))).status).toBe(200);
    expect((await signIn('suzuki', codeOf(secret, -1))).why).toBe('wrong-code');
    expect((await signIn('suzuki', codeOf(secret, 1))).status).toBe(200);
    // An older one than the last is used up with it.
    expect((await signIn('suzuki', codeOf(secret))).why).toBe('wrong-code');
    expect((await signIn('suzuki', codeOf(secret, 2))).why).toBe('wrong-code');
    await remove('suzuki');
  });

  test('codes cannot be tried out: after five wrong ones the login waits, also with the right one', async () => {
    const { secret } = await setUp('takagi');
    const whys: (string | undefined)[] = [];
    for (let n = 0; n < 5; n++) whys.push((await signIn('takagi', `00000${n}`)).why);
    expect(whys).toEqual(Array(5).fill('wrong-code'));
    expect((await signIn('takagi', codeOf(secret))).status).toBe(429);
    expect((await signIn('takagi')).status).toBe(429);
    await remove('takagi');
  });

  test('a recovery code opens once, whatever its case and hyphens, and lies in the database as its hash', async () => {
    const { signedIn, codes } = await setUp('ito');
    expect(new Set(codes).size).toBe(10);
    const [first = '', second = ''] = codes;
    const rows = JSON.stringify(await database().select().from(recoveryCode));
    for (const code of codes) expect(rows).not.toContain(code.replaceAll('-', ''));
    expect((await signIn('ito', first.toLowerCase().replaceAll('-', ' '))).status).toBe(200);
    expect((await signIn('ito', first)).why).toBe('wrong-code');
    const account = await call('GET', '/api/account', undefined, signedIn.accessToken);
    expect(account.body).toMatchObject({ login: 'ito', secondFactor: { isOn: true, recoveryLeft: 9 } });
    expect((await post(signedIn, '/off', { code: second })).status).toBe(204);
    expect((await signIn('ito')).status).toBe(200);
    const noted = await database().select().from(auditEvent).where(eq(auditEvent.target, agents().ito.id));
    expect(noted.map(({ what }) => what).sort()).toEqual([
      'account.recoveryCodeUsed',
      'account.secondFactorOff',
      'account.secondFactorOn',
    ]);
  });

  test('a role that asks for one lets in only as far as its setting up; an administrator takes a lost one away', async () => {
    await change((w) => w.tx.update(organisation).set({ secondFactorRoles: ['teamLead'] }));
    const entered = await signIn('sato');
    const of = entered.body as unknown as SignedIn;
    expect(of.policy).toMatchObject({ mustSetUpSecondFactor: true });
    expect(
      await call('POST', '/api/device-keys', { keyId: crypto.randomUUID(), isNew: true }, of.accessToken),
    ).toMatchObject({ status: 403, why: 'second-factor-needed' });
    const { secret } = (await post(of, '')).body as unknown as { secret: string };
    expect((await post(of, '/confirm', { code: codeOf(secret) })).status).toBe(200);
    expect(
      (await call('POST', '/api/device-keys', { keyId: crypto.randomUUID(), isNew: true }, of.accessToken)).status,
    ).toBe(200);
    expect((await post(of, '/off', { code: codeOf(secret, 1) })).why).toBe('factor-is-required');

    const path = `/api/admin/agents/${agents().sato.id}/second-factor`;
    expect((await call('DELETE', path, undefined, of.accessToken)).status).toBe(403);
    await change((w) => w.tx.update(agent).set({ role: 'admin' }).where(eq(agent.id, agents().suzuki.id)));
    const { signedIn: admin } = await enter('suzuki');
    expect((await call('DELETE', path, undefined, admin.accessToken)).status).toBe(204);
    expect((await call('DELETE', path, undefined, admin.accessToken)).status).toBe(404);
    expect(((await signIn('sato')).body as unknown as SignedIn).policy).toMatchObject({ mustSetUpSecondFactor: true });
  });
});
