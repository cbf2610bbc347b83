/** Changing a password and resetting it by a link: who may, what is refused and why, and which sessions end. */
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { agent, auditEvent, credential, oneTimeLink } from '../../src/server/db/schema.ts';
import { hashPassword } from '../../src/server/session/password.ts';
import type { SignedIn } from '../../src/shared/sync-protocol.ts';
import { eventually } from '../support/eventually.ts';
import { signIn } from '../support/test-console.ts';
import { withConsoles } from '../support/with-consoles.ts';

const NEXT = 'an evening walk in the rain';

describe('a password', () => {
  const { server, entered, change } = withConsoles('pglite');
  const database = () => server().running.database.orm;
  const agents = () => server().centre.agents;

  async function post(path: string, body: unknown, accessToken?: string) {
    const answer = await fetch(`${server().url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as never };
  }
  const errorOf = ({ body }: { body: { error: { why: string; faults?: string[] } } }) => body.error;
  const changeIt = async (of: SignedIn, asked: Record<string, unknown>) =>
    await post('/api/account/password', { endOthers: false, ...asked }, of.accessToken);
  const auditOf = async (who: keyof ReturnType<typeof agents>) =>
    await database().select().from(auditEvent).where(eq(auditEvent.target, agents()[who].id));
  /** Puts the password back, so that the next test can sign in. */
  const putBack = async (who: keyof ReturnType<typeof agents>) => {
    const passwordHash = await hashPassword(agents()[who].password, server().source.random);
    await change((w) => w.tx.update(credential).set({ passwordHash }).where(eq(credential.agentId, agents()[who].id)));
  };
  async function asAdmin<T>(run: (admin: SignedIn) => Promise<T>): Promise<T> {
    const { console: admin } = await entered('sato');
    const setRole = (role: 'admin' | 'teamLead') =>
      change((w) => w.tx.update(agent).set({ role }).where(eq(agent.id, agents().sato.id)));
    await setRole('admin');
    try {
      return await run(admin.signedIn);
    } finally {
      await setRole('teamLead');
    }
  }

  test('is changed by whoever knows the current one; other devices are shown out when that is wished, and hear why', async () => {
    const { console } = await entered('suzuki');
    const { console: other } = await entered('suzuki');
    const { password, login } = agents().suzuki;
    expect((await post('/api/account/password', { current: password, next: NEXT, endOthers: true })).status).toBe(401);
    expect(await changeIt(console.signedIn, { current: password, next: NEXT, endOthers: true })).toMatchObject({
      status: 200,
      body: { endedSessions: 1 },
    });
    await eventually(() => other.heard.goodbyes.includes('signed-out'));
    expect(console.socket.connected).toBe(true);
    const told = await post('/api/session/refresh', {
      clientId: other.clientId,
      refreshToken: other.signedIn.refreshToken,
    });
    expect([told.status, errorOf(told).why]).toEqual([401, 'password-changed']);
    expect((await signIn(server().url, { login, password })).status).toBe(401);
    expect((await signIn(server().url, { login, password: NEXT })).status).toBe(200);
    const noted = (await auditOf('suzuki')).filter(({ what }) => what === 'account.passwordChanged');
    expect(noted).toMatchObject([{ agentId: agents().suzuki.id, after: { endedSessions: 1 } }]);
    expect(JSON.stringify(noted)).not.toContain(NEXT);
    await putBack('suzuki');
  });

  test('every rule that a new one breaks is told at once, and a wrong current one changes nothing', async () => {
    const { console } = await entered('ito');
    const current = agents().ito.password;
    const weak = await changeIt(console.signedIn, { current, next: 'ito' });
    expect([weak.status, errorOf(weak).faults]).toEqual([422, ['tooShort', 'oneSign', 'holdsLogin']]);
    expect(errorOf(await changeIt(console.signedIn, { current, next: current })).faults).toContain('sameAsBefore');
    const wrong = await changeIt(console.signedIn, { current: 'not this one', next: NEXT });
    expect([wrong.status, errorOf(wrong).why]).toEqual([403, 'wrong-password']);
    expect((await signIn(server().url, agents().ito)).status).toBe(200);
  });

  test('whoever tries current passwords out has to wait', async () => {
    const { console } = await entered('takagi');
    const statuses: number[] = [];
    for (let n = 0; n < 7; n++)
      statuses.push((await changeIt(console.signedIn, { current: `guess ${n}`, next: NEXT })).status);
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429, 429]);
  });

  test('a link of an administrator sets a new one once; the word lies nowhere, and all sessions end', async () => {
    const { console } = await entered('ito');
    const path = `/api/admin/agents/${agents().ito.id}/password-reset`;
    expect((await post(path, {}, console.signedIn.accessToken)).status).toBe(403);
    expect((await post(path, {})).status).toBe(401);
    const word = await asAdmin(async (admin) => {
      expect((await post(`/api/admin/agents/${randomUUID()}/password-reset`, {}, admin.accessToken)).status).toBe(404);
      return ((await post(path, {}, admin.accessToken)).body as { word: string }).word;
    });
    expect(JSON.stringify(await database().select().from(oneTimeLink))).not.toContain(word);
    expect(await post('/api/password-resets/look', { word })).toMatchObject({
      status: 200,
      body: { login: 'ito', displayName: '伊藤 蓮' },
    });
    const weak = await post('/api/password-resets', { word, next: 'short' });
    expect([weak.status, errorOf(weak).why]).toEqual([422, 'weak-password']);

    expect((await post('/api/password-resets', { word, next: NEXT })).status).toBe(204);
    await eventually(() => console.heard.goodbyes.includes('signed-out'));
    expect((await signIn(server().url, { login: 'ito', password: NEXT })).status).toBe(200);
    for (const again of [
      await post('/api/password-resets', { word, next: `${NEXT} again` }),
      await post('/api/password-resets/look', { word }),
    ])
      expect([again.status, errorOf(again).why]).toEqual([410, 'link-used']);
    expect((await auditOf('ito')).map(({ what }) => what).sort()).toEqual([
      'account.passwordReset',
      'account.resetLinkMade',
    ]);
    await putBack('ito');
  });

  test('a link that is too old, a newer one’s predecessor and an invented one are each refused by name', async () => {
    const path = `/api/admin/agents/${agents().suzuki.id}/password-reset`;
    const [first, second] = await asAdmin(async (admin) => {
      const one = (await post(path, {}, admin.accessToken)).body as { word: string };
      const two = (await post(path, {}, admin.accessToken)).body as { word: string };
      return [one.word, two.word];
    });
    const why = async (word: string) => errorOf(await post('/api/password-resets', { word, next: NEXT })).why;
    expect(await why(first)).toBe('link-used');
    await change((w) =>
      w.tx.update(oneTimeLink).set({ expiresAt: w.now }).where(eq(oneTimeLink.agentId, agents().suzuki.id)),
    );
    expect(await why('x'.repeat(43))).toBe('not-found');
    expect(await why(second)).toBe('link-expired');
    expect((await signIn(server().url, agents().suzuki)).status).toBe(200);
  });

  test('the page of a link is served with a policy that lets nothing else in', async () => {
    const page = await fetch(`${server().url}/reset`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await page.text();
    for (const [, part] of text.matchAll(/(?:src|href)="([^"]+)"/g))
      expect((await fetch(`${server().url}${part}`)).status, part).toBe(200);
  });
});
