/** Connections that keep a door open and say next to nothing (slow loris): each is ended by the server, and meanwhile everybody else is served. */
import { connect, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startConsoleProcess } from './console-process.ts';
import { startEndureCentre } from './endure-centre.ts';

const OF_EACH = 60;
/** A request has a minute, and the server looks every half; a websocket has 45 s to say who it is. */
const ENDED_WITHIN_MS = 150_000;

/** How each kind begins. After that it says a letter now and then. */
const KINDS = {
  head: 'POST /api/session HTTP/1.1\r\nhost: x\r\nx-slow: ',
  body: 'POST /api/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{"login": "',
  websocket:
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
} as const;

const stops: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

test('hundreds of slow connections are ended, whether their head, their body or their first word does not come, and a desk goes on', async () => {
  const world = await startEndureCentre('pglite');
  stops.push(() => world.stop());
  const console = await startConsoleProcess(world.server.url);
  stops.push(() => console.kill());
  const { login, password } = world.centre.agents.suzuki;
  await console.api.session.signIn({ login, password });
  const isOnline = async () => (await console.api.connection.get({})).state === 'online';
  await eventually(isOnline, { withinMs: 30_000 });

  const { port } = new URL(world.server.url);
  const slow = Object.entries(KINDS).flatMap(([kind, begin]) =>
    Array.from({ length: OF_EACH }, () => openSlowly(Number(port), kind, begin)),
  );
  stops.push(() => slow.forEach(({ socket }) => socket.destroy()));
  const speaking = setInterval(() => {
    for (const { socket, kind } of slow) if (kind !== 'websocket' && socket.writable) socket.write('x');
  }, 4_000);
  stops.push(() => clearInterval(speaking));

  const { userId } = world.line.addUser('待田 静');
  let said = 0;
  await eventually(
    async () => {
      const answer = await fetch(`${world.server.url}/healthz`, { signal: AbortSignal.timeout(10_000) });
      if (answer.status !== 200) throw new Error(`health: ${answer.status}`);
      await world.line.say(userId, `まだ動いています ${++said}`);
      await eventually(
        async () => {
          const { rows } = await console.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 10 });
          return rows.some(({ preview }) => preview === `まだ動いています ${said}`);
        },
        { withinMs: 20_000, what: 'a message while slow connections stand' },
      );
      const left = slow.filter(({ isEnded }) => !isEnded());
      if (left.length > 0) throw new Error(`${left.length} slow connections stand, such as ${left[0]?.kind}`);
      return true;
    },
    { withinMs: ENDED_WITHIN_MS, what: 'the end of every slow connection' },
  );
  expect(said).toBeGreaterThan(3);
  expect(await isOnline()).toBe(true);
});

function openSlowly(port: number, kind: string, begin: string): { socket: Socket; kind: string; isEnded(): boolean } {
  let isEnded = false;
  const socket = connect(port, '127.0.0.1', () => socket.write(begin));
  // Read, or the end would not be noticed.
  socket.resume();
  socket.on('close', () => (isEnded = true)).on('error', () => undefined);
  return { socket, kind, isEnded: () => isEnded };
}
