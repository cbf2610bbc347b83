/**
 * Hundreds of consoles in one process, as far as the server can tell: they connect, say hello, pull what they lack, take in
 * frames and acknowledge them. Nothing is stored, so that what is measured is the server. Bare ones only connect and count.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { PROTOCOL_VERSION, type PullReply, type Welcome } from '../../src/shared/sync-protocol.ts';
import { cpuMs, serveTasks } from './task-process.ts';

type Member = { clientId: string; token: string };
type Place = {
  socket: Socket;
  member: Member | null;
  cursors: Record<string, number>;
  hasNews: boolean;
  isNew: boolean;
};

const places: Place[] = [];
let rows = 0;

/** One try; false when the server says that it is busy. */
function open(url: string, place: Place): Promise<boolean> {
  const socket = io(`${url}/console`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token: place.member?.token ?? '' },
  });
  place.socket = socket;
  socket.on('change', () => rows++);
  socket.on('frame', ({ scope, from, to }: { scope: string; from: number; to: number }) => {
    rows += to - from;
    place.cursors[scope] = to;
    place.hasNews = true;
  });
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('connect_error', () => {
      socket.close();
      resolve(false);
    });
  });
}

/** As the product's own line: a short wait by chance, or as long as the server says. */
const again = (toldMs: number | null) => pause(toldMs ?? 100 + Math.random() * 900);

/** Enters and comes level; a line that is cut on the way begins anew, as a console's does. */
async function enter(url: string, place: Place): Promise<void> {
  for (;;) {
    try {
      return await enterOnce(url, place);
    } catch {
      place.socket.close();
      await again(null);
    }
  }
}

async function enterOnce(url: string, place: Place): Promise<void> {
  while (!(await open(url, place))) await again(null);
  const { member, socket } = place;
  if (member === null) return;
  const lease = `lease of ${member.clientId}`;
  for (;;) {
    const welcome = (await socket.emitWithAck('hello', {
      protocol: PROTOCOL_VERSION,
      clientId: member.clientId,
      lease,
      appVersion: '0',
      epoch: null,
      nextMid: 1,
    })) as Welcome;
    if (!welcome.ok) {
      await again(welcome.retryAfterMs);
      continue;
    }
    // What was before the first coming is nobody's business here.
    if (place.isNew) for (const { scope } of welcome.scopes) place.cursors[scope] = welcome.sv;
    place.isNew = false;
    for (const { scope, latest } of welcome.scopes) if (latest > (place.cursors[scope] ?? 0)) await pull(place, scope);
    return;
  }
}

async function pull(place: Place, scope: string): Promise<void> {
  for (;;) {
    const after = place.cursors[scope] ?? 0;
    const answer = (await place.socket.emitWithAck('pull', { scope, after })) as PullReply;
    if (!answer.ok) {
      await again(answer.retryAfterMs);
      continue;
    }
    place.cursors[scope] = answer.to;
    if (!answer.more) return;
  }
}

setInterval(() => {
  for (const place of places) {
    if (!place.hasNews || place.member === null) continue;
    place.hasNews = false;
    place.socket.emit('acknowledge', { cursors: place.cursors });
  }
}, 500);

const tasks = {
  cpu: () => cpuMs(),
  /** Connects them all, fifty at a time; bare ones when there are no members. */
  gather: async ({ url, count, members }: { url: string; count: number; members: Member[] | null }) => {
    for (let n = 0; n < count; n++)
      places.push({
        socket: undefined as never,
        member: members?.[n] ?? null,
        cursors: {},
        hasNews: false,
        isNew: true,
      });
    for (let n = 0; n < count; n += 50) await Promise.all(places.slice(n, n + 50).map((place) => enter(url, place)));
  },
  leave: () => {
    for (const { socket } of places) socket.close();
  },
  /** All at once, as after a restart; gives the ms until the last of them has everything. */
  comeBack: async ({ url }: { url: string }) => {
    const at = performance.now();
    await Promise.all(places.map((place) => enter(url, place)));
    return performance.now() - at;
  },
  /** Waits until so many changes have arrived in all since the last time it was asked. */
  hear: async ({ count }: { count: number }) => {
    while (rows < count) await pause(5);
    rows = 0;
  },
};

export type ConsoleCrowdTasks = typeof tasks;
serveTasks(tasks, tasks.leave);
