import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeFiles, addAttachments } from '../../src/server/attachments/attachments.ts';
import { folderStore } from '../../src/server/attachments/file-store.ts';
import { write } from '../../src/server/db/write.ts';
import path from 'node:path';
import { attachment, conversation } from '../../src/server/db/schema.ts';
import { eq } from 'drizzle-orm';
import { httpErrorSchema } from '../../src/shared/sync-protocol.ts';
import { addConversation } from '../support/small-centre.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';
import { openConsole, signIn } from '../support/test-console.ts';

describe.each(['pglite', 'postgresql'] as const)('the server over HTTP (%s)', (engine) => {
  let server: TestServer;
  const logged: string[] = [];
  beforeAll(async () => {
    server = await startTestServer({ engine, onLog: (line) => logged.push(line) });
  });
  afterAll(() => server.stop());

  const post = async (
    where: string,
    body: BodyInit,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => {
    const answer = await fetch(`${server.url}${where}`, { method: 'POST', body, headers });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as unknown };
  };

  test('answers to whoever watches it, with figures and without names', async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const figures = await (await fetch(`${server.url}/metrics`)).text();
    expect(figures).toContain('kanade_consoles 0');
    expect(figures).toMatch(/kanade_http_seconds_count\{method="GET",route="\/healthz",status="200"\} \d+/);
    expect(figures).not.toContain('suzuki');
  });

  test('shows its figures to this computer only, and not to whom a proxy on it speaks for', async () => {
    for (const head of ['x-forwarded-for', 'forwarded']) {
      const answer = await fetch(`${server.url}/metrics`, { headers: { [head]: 'for=192.0.2.7' } });
      expect([head, answer.status]).toEqual([head, 403]);
      expect(await answer.text()).toContain('KANADE_METRICS_TOKEN');
    }
  });

  test('refuses what it cannot read with a reason in one shape, and never repeats what was sent', async () => {
    const device = { clientId: randomUUID(), name: 'n', platform: 'p', appVersion: '0' };
    const secret = 'himitsu-no-kotoba';
    const cases: [string, BodyInit, number, string][] = [
      ['not JSON', `{"login": ${secret}`, 400, 'bad-input'],
      ['no object', '7', 400, 'bad-input'],
      ['empty', '', 400, 'bad-input'],
      ['a field too many', JSON.stringify({ login: 'a', password: secret, device, admin: true }), 400, 'bad-input'],
      ['a wrong type', JSON.stringify({ login: { $ne: '' }, password: secret, device }), 400, 'bad-input'],
      ['a prototype', `{"login":"a","password":"${secret}","__proto__":{"isAdmin":true}}`, 400, 'bad-input'],
      ['not UTF-8', new Uint8Array([0x22, 0x83, 0x65, 0x22]), 400, 'not-utf-8'],
      ['too large', JSON.stringify({ login: 'x'.repeat(300_000) }), 413, 'too-large'],
    ];
    for (const [what, body, status, why] of cases) {
      const answer = await post('/api/session', body);
      expect(answer.status, what).toBe(status);
      expect(httpErrorSchema.parse(answer.body).error.why, what).toBe(why);
      expect(JSON.stringify(answer.body)).not.toContain(secret);
    }
    expect(
      (await post('/api/session', 'login=a', { 'content-type': 'application/x-www-form-urlencoded' })).status,
    ).toBe(415);
    expect(logged.join('\n')).not.toContain(secret);
  });

  test('names the field that is wrong and what it must be', async () => {
    const answer = await post('/api/session', JSON.stringify({ login: 'a', password: 7, device: {} }));
    expect(answer.body).toEqual({
      error: { why: 'bad-input', field: 'password', detail: '"password": must be of type string' },
    });
  });

  test('has an answer in the same shape for an address that is not there', async () => {
    const answer = await post('/api/nothing', '{}');
    expect(answer.status).toBe(404);
    expect(httpErrorSchema.parse(answer.body).error.why).toBe('not-found');
    expect((await fetch(`${server.url}/api/demo-accounts`)).status).toBe(404);
  });

  test('stays up when a line ends in the middle of a request or speaks no HTTP', async () => {
    const { port } = new URL(server.url);
    for (const words of [
      'POST /api/session HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{',
      '\u0016\u0003\u0001garbage\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
    ]) {
      await new Promise<void>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.end(words));
        socket
          .on('close', () => resolve())
          .on('error', reject)
          .resume();
      });
    }
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test('signs in, renews and signs out, and tells when to try again after too many attempts', async () => {
    const clientId = randomUUID();
    const answer = await signIn(server.url, server.centre.agents.suzuki, clientId);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { accessToken, refreshToken } = (await answer.json()) as { accessToken: string; refreshToken: string };
    const renewed = await post('/api/session/refresh', JSON.stringify({ clientId, refreshToken }));
    expect(renewed.status).toBe(200);
    const old = await fetch(`${server.url}/api/session`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(old.status).toBe(401);
    const fresh = (renewed.body as { accessToken: string }).accessToken;
    const gone = await fetch(`${server.url}/api/session`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${fresh}` },
    });
    expect(gone.status).toBe(204);
    for (let i = 0; i < 5; i++)
      expect((await signIn(server.url, { login: 'takagi', password: `${i}` })).status).toBe(401);
    const refused = await signIn(server.url, { login: 'takagi', password: 'takagi-password' });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(200);
    expect(logged.join('\n')).not.toContain(accessToken);
  });

  test('gives a file to whoever holds its conversation, as a download, and to nobody else', async () => {
    const made = await addConversation(server.running.database, server.source, server.centre);
    const store = folderStore(path.join(server.dataDir, 'files'));
    const bytes = new TextEncoder().encode('請求書の内容');
    const files = await storeFiles(
      store,
      [{ name: '請求書.txt', declaredType: 'text/plain', bytes, inlineCid: null }],
      null,
    );
    await write(server.running.database, server.source, (w) =>
      addAttachments(w, made.messageIds[0]!, made.conversationId, files),
    );
    const [row] = await server.running.database.orm
      .select()
      .from(attachment)
      .where(eq(attachment.conversationId, made.conversationId));
    const get = async (token: string | null, id: string = row!.id) =>
      await fetch(
        `${server.url}/api/attachments/${id}`,
        token === null ? {} : { headers: { authorization: `Bearer ${token}` } },
      );
    const holder = await openConsole(server.url, server.centre.agents.ito);
    const stranger = await openConsole(server.url, { login: 'sato', password: 'sato-password' });
    const answer = await get(holder.signedIn.accessToken);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('請求書の内容');
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename*=UTF-8''${encodeURIComponent('請求書.txt')}`,
    );
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await get(stranger.signedIn.accessToken)).status).toBe(200);
    expect((await get(null)).status).toBe(401);
    expect((await get('x'.repeat(43))).status).toBe(401);
    expect((await get(holder.signedIn.accessToken, randomUUID())).status).toBe(404);
    expect((await get(holder.signedIn.accessToken, '..%2f..%2fmaster.key')).status).toBe(400);
    server.source.pass(6 * 60_000);
    const partner = await openConsole(server.url, server.centre.agents.takagi);
    expect((await get(partner.signedIn.accessToken)).status).toBe(404);
    await write(server.running.database, server.source, async (w) => {
      const queueId = server.centre.queues.business;
      await w.tx.update(conversation).set({ queueId }).where(eq(conversation.id, made.conversationId));
      w.append('conversation', [made.conversationId]);
    });
    // The conversation went to the partner's queue: now it is theirs and no longer the first agent's.
    expect((await get(holder.signedIn.accessToken)).status).toBe(404);
    expect((await get(partner.signedIn.accessToken)).status).toBe(200);
    for (const console of [holder, stranger, partner]) console.close();
  });
});
