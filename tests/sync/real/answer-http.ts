/** The server's HTTP side, as far as a simulated device needs it to be signed in. Tokens are `agentId|clientId`. */

const YEAR_MS = 365 * 24 * 3_600_000;

/** @param now the device's time, epoch ms: tokens of a simulation never run out */
export function answerHttp(
  path: string,
  body: unknown,
  agent: { id: string; displayName: string },
  now: number,
  serverTime: number,
): { status: number; body: Uint8Array; type: string } {
  const asked = body as { device?: { clientId: string }; clientId?: string } | undefined;
  const clientId = asked?.device?.clientId ?? asked?.clientId ?? '';
  const isSession = path.startsWith('/api/session');
  const answer = isSession
    ? {
        agent: { ...agent, role: 'agent', workspaceId: '00000000-0000-7000-8000-000000000000' },
        accessToken: `${agent.id}|${clientId}`,
        accessExpiresAt: now + YEAR_MS,
        refreshToken: 'refresh',
        serverTime,
      }
    : { error: { why: 'not-found', detail: 'nothing is here' } };
  return {
    status: isSession ? 200 : 404,
    body: new TextEncoder().encode(JSON.stringify(answer)),
    type: 'application/json',
  };
}
