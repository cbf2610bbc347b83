/**
 * A canned centre behind the real wire: socket.io and HTTP on a free port of 127.0.0.1, so that a console in a process of
 * its own takes in real pages by its real pipe, and nothing of the server's work stands in its bill.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { queueScope } from '../../src/shared/domain/scope.ts';
import { LEVEL_EVERY_MS, PROTOCOL_VERSION, type UpEvents } from '../../src/shared/sync-protocol.ts';
import { type AnyRow, type CannedCentre, pack } from './canned-centre.ts';

export type CannedDoor = {
  readonly url: string;
  /** Sends a frame with these rows to the console and waits until it says that it has come so far. */
  sendFrames(frames: readonly (readonly AnyRow[])[]): Promise<void>;
  /** Commands that were submitted and applied so far. */
  applied(): number;
  close(): Promise<void>;
};

/** Opens the door. One console at a time. */
export async function openCannedDoor(centre: CannedCentre): Promise<CannedDoor> {
  const http = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(signedIn(centre)));
  });
  const io = new Server(http, { transports: ['websocket'], serveClient: false, maxHttpBufferSize: 64e6 });
  let { sv } = centre;
  let lastMid = 0;
  let hasReached = (_sv: number): void => undefined;
  const scope = queueScope(centre.queueId);
  const consoles = io.of('/console');
  consoles.on('connection', (socket) => {
    const answer = (event: keyof UpEvents, give: (payload: never) => unknown): void => {
      socket.on(event, (payload: unknown, reply?: (value: unknown) => void) => reply?.(give(payload as never)));
    };
    answer('hello', () => welcome(centre, sv, lastMid));
    answer('walk', (payload) => walkCanned(centre, payload));
    answer('pull', () => ({ ok: true, page: { json: '{"tables":[],"gone":[]}' }, to: sv, more: false, left: 0 }));
    answer('submit', ({ mid, command }: { mid: number; command: { id: string } }) => {
      lastMid = mid;
      return { ok: true, verdict: { commandId: command.id, outcome: 'applied', reason: null, sv, scopes: [] } };
    });
    socket.on('acknowledge', ({ cursors }: { cursors: Record<string, number> }) => hasReached(cursors[scope] ?? 0));
  });
  const levels = setInterval(() => {
    const latest = Object.fromEntries([...centre.pages.keys()].map((name) => [name, sv]));
    consoles.emit('level', { to: sv, latest, serverTime: centre.now });
  }, LEVEL_EVERY_MS);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    applied: () => lastMid,
    async sendFrames(frames) {
      const reached = new Promise<void>((resolve) => {
        hasReached = (upTo) => upTo >= sv && resolve();
      });
      for (const rows of frames) {
        const from = sv;
        sv = rows.at(-1)?.row.sv ?? sv;
        consoles.emit('frame', { scope, from, to: sv, page: pack(rows) });
      }
      await reached;
    },
    async close() {
      clearInterval(levels);
      await io.close();
    },
  };
}

/** The answer to a sign-in or a renewal. */
export function signedIn(centre: CannedCentre): unknown {
  return {
    agent: { id: centre.agentId, displayName: '鈴木 葵', role: 'agent', workspaceId: centre.workspaceId },
    accessToken: 'canned',
    accessExpiresAt: centre.now + 1e10,
    refreshToken: 'canned',
    serverTime: centre.now,
  };
}

/** The answer to a hello. */
export function welcome(centre: CannedCentre, sv: number, lastMid: number): unknown {
  return {
    ok: true,
    protocol: PROTOCOL_VERSION,
    epoch: 'canned',
    lastMid,
    sv,
    horizon: 0,
    scopes: [...centre.pages.keys()].map((scope) => ({ scope, latest: sv })),
    agentId: centre.agentId,
    serverTime: centre.now,
  };
}

/** The answer to a walk. */
export function walkCanned(centre: CannedCentre, { scope, below }: { scope: string; below: number | null }): unknown {
  const pages = [...centre.pages].find(([name]) => name === scope)?.[1] ?? [];
  // Pages stand newest first and hold the same number of rows each, so the place is near; a search of all would be O(n²).
  const index = below === null ? 0 : firstBelow(pages, below);
  const page = pages[index];
  const isLast = index >= pages.length - 1;
  const left = isLast ? 0 : (pages.length - index - 2) * (page?.rows ?? 0) + (pages.at(-1)?.rows ?? 0);
  return {
    ok: true,
    page: page?.packed ?? { json: '{"tables":[],"gone":[]}' },
    ceiling: centre.sv,
    below: isLast ? null : page?.lowest,
    left,
  };
}

function firstBelow(pages: readonly { lowest: number }[], below: number): number {
  let low = 0;
  let high = pages.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((pages[middle]?.lowest ?? 0) < below) high = middle;
    else low = middle + 1;
  }
  return low;
}
