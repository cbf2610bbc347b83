/**
 * Consoles that are no more than the protocol, so that hundreds fit into one process. Each comes back as a real one does:
 * tries again by chance, waits as long as it is told, says hello, catches up or reads from the beginning.
 */
import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { Random } from '../../src/shared/domain/clock.ts';
import { PROTOCOL_VERSION, type PullReply, type WalkReply, type Welcome } from '../../src/shared/sync-protocol.ts';
import { openPage } from '../support/test-console.ts';

export type LightResult = {
  /** When it had everything, in ms of `performance.now()`. */
  levelAt: number;
  /** Where it stands in each scope then. */
  cursors: Map<string, number>;
  /** Ids of the messages that it was sent. */
  messages: Set<string>;
  /** How often it was told to come back later, at the door or behind it; and whether behind it every time it was told when. */
  busy: number;
  wasAlwaysTold: boolean;
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** A question without an answer for this long means that the line is dead, in ms. */
const ANSWER_WITHIN_MS = 60_000;

/** @param cursors where it stands in each scope; an empty map reads everything from the beginning */
export async function comeBack(
  url: string,
  given: { token: string; clientId: string; cursors: ReadonlyMap<string, number>; random: Random },
): Promise<LightResult> {
  const result: LightResult = { levelAt: 0, cursors: new Map(), messages: new Set(), busy: 0, wasAlwaysTold: true };
  const socket = await connect(url, given.token, given.random, () => (result.busy += 1));
  try {
    const ask = async <T>(event: string, payload: unknown): Promise<T> =>
      (await socket.timeout(ANSWER_WITHIN_MS).emitWithAck(event, payload)) as T;
    /** Asks until the server has time, and waits exactly as long as it says. */
    async function patiently<T extends { ok: boolean }>(
      event: string,
      payload: unknown,
    ): Promise<Extract<T, { ok: true }>> {
      for (;;) {
        const answer = await ask<T & { why?: string; retryAfterMs?: number | null }>(event, payload);
        if (answer.ok) return answer as Extract<T, { ok: true }>;
        if (answer.why !== 'busy') throw new Error(`${event}: ${String(answer.why)}`);
        result.busy += 1;
        if (typeof answer.retryAfterMs !== 'number') result.wasAlwaysTold = false;
        await sleep(answer.retryAfterMs ?? 1_000);
      }
    }
    const welcome = await patiently<Welcome>('hello', {
      protocol: PROTOCOL_VERSION,
      clientId: given.clientId,
      lease: randomUUID(),
      appVersion: '0',
      epoch: null,
      nextMid: 1,
    });
    const take = (page: Parameters<typeof openPage>[0]): void => {
      for (const [kind, rows] of Object.entries(openPage(page).rows))
        if (kind === 'message') for (const row of rows) result.messages.add(String(row['id']));
    };
    for (const { scope } of welcome.scopes) {
      let cursor = given.cursors.get(scope) ?? null;
      for (let at = { ceiling: null as number | null, below: null as number | null }; cursor === null; ) {
        const page = await patiently<WalkReply>('walk', { scope, ...at });
        take(page.page);
        if (page.below === null) cursor = page.ceiling;
        else at = { ceiling: page.ceiling, below: page.below };
      }
      for (let more = true; more; ) {
        const page: Extract<PullReply, { ok: true }> = await patiently<PullReply>('pull', { scope, after: cursor });
        take(page.page);
        cursor = page.to;
        more = page.more;
      }
      result.cursors.set(scope, cursor);
    }
    result.levelAt = performance.now();
    return result;
  } finally {
    socket.close();
  }
}

async function connect(url: string, token: string, random: Random, onBusy: () => void): Promise<Socket> {
  for (;;) {
    const socket = io(`${url}/console`, {
      transports: ['websocket'],
      auth: { token },
      forceNew: true,
      reconnection: false,
      timeout: 20_000,
    });
    const refused = await new Promise<string | null>((resolve) => {
      socket.once('connect', () => resolve(null));
      socket.once('connect_error', (error) => resolve(error.message));
    });
    if (refused === null) return socket;
    socket.close();
    if (refused === 'busy') onBusy();
    if (refused === 'signed-out') throw new Error('the token is not taken');
    await sleep(100 + random.next() * 900);
  }
}
