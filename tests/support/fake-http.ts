/** The HTTP of the server in memory: signing in, renewing, the secret of a device, files in parts. */
import type { AskHttp } from '../../src/main/core/session/ask-http.ts';
import type { Clock } from '../../src/shared/domain/clock.ts';
import type { FakeServer } from './fake-link.ts';

/** Answers for a server, and notes in it what was asked. */
export function fakeHttp(
  server: FakeServer,
  { clock, agentId, workspaceId }: { clock: Clock; agentId: string; workspaceId: string },
): AskHttp {
  let tokens = 0;
  return async ({ method, path, body, bytes, headers }) => {
    if (!server.isUp) throw new TypeError('fetch failed');
    server.asked.push({ path, body: structuredClone(body) });
    const answer = (status: number, value: unknown) => ({
      status,
      body: new TextEncoder().encode(JSON.stringify(value)),
      type: 'application/json',
    });
    const session = () => ({
      agent: { id: agentId, displayName: '佐藤 美咲', role: 'agent', workspaceId },
      accessToken: `access-${++tokens}`,
      accessExpiresAt: clock.now() + 15 * 60_000,
      refreshToken: `refresh-${tokens}`,
      serverTime: clock.now(),
      ...(server.policy === undefined ? {} : { policy: server.policy }),
    });
    if (method === 'POST' && path === '/api/session') {
      const given = body as { login: string; password: string };
      if (given.password !== server.password)
        return answer(401, { error: { why: 'wrong-password', detail: 'name or password is wrong' } });
      return answer(200, session());
    }
    if (method === 'POST' && path === '/api/session/refresh') {
      if (server.banned !== null) return answer(403, { error: { why: server.banned, detail: 'banned' } });
      return server.isSignedOut !== false
        ? answer(401, {
            error: { why: server.isSignedOut === true ? 'signed-out' : server.isSignedOut, detail: 'over' },
          })
        : answer(200, session());
    }
    if (path === '/api/device-keys' && server.deviceSecrets !== null) {
      const { keyId, isNew } = body as { keyId: string; isNew: boolean };
      if (isNew && !server.deviceSecrets.has(keyId))
        server.deviceSecrets.set(keyId, Buffer.alloc(32, server.deviceSecrets.size + 1).toString('base64url'));
      const secret = server.deviceSecrets.get(keyId);
      return secret === undefined
        ? answer(404, { error: { why: 'not-found', detail: 'no such key' } })
        : answer(200, { secret, offlineForHours: 168 });
    }
    if (path.startsWith('/api/uploads')) {
      if (server.refusesUploads !== null) return answer(server.refusesUploads, { error: { why: 'no', detail: 'no' } });
      const id = method === 'POST' ? (body as { id: string }).id : path.slice('/api/uploads/'.length);
      const come = server.uploads.get(id) ?? new Uint8Array();
      if (bytes && Number(headers?.['upload-offset']) !== come.length)
        return answer(409, { error: { why: 'wrong-offset', detail: 'ask' } });
      server.uploads.set(id, Buffer.concat([come, bytes ?? new Uint8Array()]));
      return answer(200, { received: server.uploads.get(id)?.length });
    }
    if (path === '/api/account/prove')
      return (body as { password: string }).password === server.password
        ? answer(204, {})
        : answer(403, { error: { why: 'wrong-password', detail: 'the password is wrong' } });
    if (path === '/api/account/password') {
      const given = body as { current: string; next: string };
      if (given.current !== server.password)
        return answer(403, {
          error: { why: 'wrong-password', detail: 'the current password is wrong', field: 'current' },
        });
      server.password = given.next;
      return answer(200, { endedSessions: 0 });
    }
    if (path === '/api/device-wipes') return answer(204, {});
    if (path === '/api/demo-accounts') return answer(200, { accounts: [] });
    return answer(404, { error: { why: 'not-found', detail: 'no such path' } });
  };
}
