/** The server's half of the key of a device: who gets it, how it is kept, and how a device loses it. */
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { agent, auditEvent, device, deviceKey } from '../../src/server/db/schema.ts';
import { deviceKeyReplySchema, type SignedIn } from '../../src/shared/sync-protocol.ts';
import { eventually } from '../support/eventually.ts';
import { signIn } from '../support/test-console.ts';
import { withConsoles } from '../support/with-consoles.ts';

describe.each(['pglite', 'postgresql'] as const)('the key of a device (%s)', (engine) => {
  const { server, entered, change } = withConsoles(engine);
  const database = () => server().running.database.orm;

  async function post(path: string, body: unknown, accessToken?: string): Promise<Response> {
    return await fetch(`${server().url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      },
      body: JSON.stringify(body),
    });
  }
  const ask = async (of: SignedIn, keyId: string, isNew: boolean) =>
    await post('/api/device-keys', { keyId, isNew }, of.accessToken);
  const secretOf = async (answer: Response) => deviceKeyReplySchema.parse(await answer.json()).secret;
  const why = async (answer: Response) => ((await answer.json()) as { error: { why: string } }).error.why;
  const audited = async (target: string) =>
    (await database().select().from(auditEvent).where(eq(auditEvent.target, target))).map(({ what }) => what).sort();

  test('a secret is made once for a key, is the same ever after, and lies sealed in the database', async () => {
    const { console } = await entered('suzuki');
    const keyId = randomUUID();
    const secret = await secretOf(await ask(console.signedIn, keyId, true));
    expect(await secretOf(await ask(console.signedIn, keyId, true))).toBe(secret);
    expect(await secretOf(await ask(console.signedIn, keyId, false))).toBe(secret);
    const [row] = await database().select().from(deviceKey).where(eq(deviceKey.keyId, keyId));
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(row).toMatchObject({ clientId: console.clientId, agentId: console.signedIn.agent.id });
    expect(await audited(keyId)).toEqual(['deviceKey.given', 'deviceKey.given', 'deviceKey.made']);
  });

  test('a key of another agent, and one that this server never made, are not found; nobody signed in gets nothing', async () => {
    const { console } = await entered('suzuki');
    const other = await entered('ito');
    const keyId = randomUUID();
    await ask(console.signedIn, keyId, true);
    for (const isNew of [true, false])
      expect((await ask(other.console.signedIn, keyId, isNew)).status, String(isNew)).toBe(404);
    expect((await ask(console.signedIn, randomUUID(), false)).status).toBe(404);
    expect((await post('/api/device-keys', { keyId, isNew: false })).status).toBe(401);
    expect((await post('/api/device-keys', { keyId: 'x', isNew: false }, console.signedIn.accessToken)).status).toBe(
      400,
    );
  });

  test('whoever asks again and again waits', async () => {
    const { console } = await entered('takagi');
    const statuses: number[] = [];
    for (let n = 0; n < 25; n++) statuses.push((await ask(console.signedIn, randomUUID(), false)).status);
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(404));
    expect(statuses.slice(20)).toEqual(Array(5).fill(429));
  });

  test('an administrator revokes a device: it is shown out, its secret is dropped, and its last token tells it why', async () => {
    const { console } = await entered('ito');
    const keyId = randomUUID();
    await ask(console.signedIn, keyId, true);
    const revoke = async (by: SignedIn) =>
      (await post(`/api/devices/${console.clientId}/revoke`, {}, by.accessToken)).status;
    expect(await revoke(console.signedIn)).toBe(403);
    const { console: admin } = await entered('sato');
    await change((w) => w.tx.update(agent).set({ role: 'admin' }).where(eq(agent.id, server().centre.agents.sato.id)));
    expect(await revoke(admin.signedIn)).toBe(204);
    await change((w) =>
      w.tx.update(agent).set({ role: 'teamLead' }).where(eq(agent.id, server().centre.agents.sato.id)),
    );
    await eventually(() => console.heard.goodbyes.includes('signed-out') && console.socket.disconnected);

    const [row] = await database().select().from(deviceKey).where(eq(deviceKey.keyId, keyId));
    expect(row?.sealedSecret).toBeNull();
    const { refreshToken } = console.signedIn;
    const refresh = async (clientId: string) => await post('/api/session/refresh', { clientId, refreshToken });
    const told = await refresh(console.clientId);
    expect([told.status, await why(told)]).toEqual([403, 'device-revoked']);
    // A thief who has the token alone, of whatever device, hears nothing about it.
    expect((await refresh(randomUUID())).status).toBe(401);

    const again = await signIn(server().url, server().centre.agents.ito, console.clientId);
    expect([again.status, await why(again)]).toEqual([403, 'device-revoked']);
    const anew = await signIn(server().url, server().centre.agents.ito);
    expect(anew.status).toBe(200);
    const opened = await ask((await anew.json()) as SignedIn, keyId, false);
    expect([opened.status, await why(opened)]).toEqual([410, 'revoked']);

    const receipt = { clientId: console.clientId, refreshToken, unsent: 0 };
    expect((await post('/api/device-wipes', { ...receipt, refreshToken: 'x'.repeat(43) })).status).toBe(401);
    expect((await post('/api/device-wipes', receipt)).status).toBe(204);
    expect((await post('/api/device-wipes', receipt)).status).toBe(204);
    expect(await audited(console.clientId)).toEqual(['device.revoked', 'device.wiped', 'session.signedIn'].sort());
    const [wiped] = await database().select().from(device).where(eq(device.clientId, console.clientId));
    expect(wiped?.wipedAt).not.toBeNull();
  });

  test('a disabled agent is told so by the last token, and the secret waits for the day that they come back', async () => {
    const { console } = await entered('ito');
    const keyId = randomUUID();
    const secret = await secretOf(await ask(console.signedIn, keyId, true));
    const setState = (state: 'active' | 'disabled') =>
      change((w) => w.tx.update(agent).set({ state }).where(eq(agent.id, server().centre.agents.ito.id)));
    await setState('disabled');
    const told = await post('/api/session/refresh', {
      clientId: console.clientId,
      refreshToken: console.signedIn.refreshToken,
    });
    expect([told.status, await why(told)]).toEqual([403, 'agent-disabled']);
    expect((await ask(console.signedIn, keyId, false)).status).toBe(401);
    await setState('active');
    const back = (await (await signIn(server().url, server().centre.agents.ito, console.clientId)).json()) as SignedIn;
    expect(await secretOf(await ask(back, keyId, false))).toBe(secret);
  });
});
