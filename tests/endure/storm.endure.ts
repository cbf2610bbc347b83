/** The server comes back and everybody at once with it: admission control holds, nobody is forgotten, memory stays bounded. */
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { device, message, session } from '../../src/server/db/schema.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { issueTokens } from '../../src/server/session/tokens.ts';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import { eventually } from '../support/eventually.ts';
import { addConversation, type SmallCentre } from '../support/small-centre.ts';
import { testSource } from '../support/test-source.ts';
import { type ConsoleProcess, startConsoleProcess } from './console-process.ts';
import { startEndureCentre } from './endure-centre.ts';
import { comeBack, type LightResult } from './light-console.ts';

const CLIENTS = 500;
/** Of them, those that have nothing yet and read everything from the beginning. */
const NEW = 100;
const REAL = 3;
const CONVERSATIONS = 150;
/** What all may take, and what the server may hold while it serves them. Generous: the machine may be busy with other things. */
const LEVEL_WITHIN_MS = 240_000;
const MOST_MEMORY = 1.5 * 1024 ** 3;

type Client = { token: string; clientId: string };

/** Gives so many consoles a session, as if they had signed in: hashing 500 passwords would only heat the machine. */
async function signInMany(database: ServerDatabase, centre: SmallCentre, count: number): Promise<Client[]> {
  const { clock, random } = testSource();
  const clients: Client[] = [];
  await database.orm.transaction(async (tx) => {
    for (let n = 0; n < count; n++) {
      const [clientId, sessionId] = [randomUUID(), randomUUID()];
      const agentId = centre.agents.ito.id;
      await tx
        .insert(device)
        .values({ clientId, agentId, name: 'storm', platform: 'test', appVersion: '0', lastSeenAt: clock.now() });
      await tx.insert(session).values({ id: sessionId, agentId, clientId, createdAt: clock.now() });
      const { accessToken } = await issueTokens(tx, random, clock.now(), sessionId);
      clients.push({ token: accessToken, clientId });
    }
  });
  return clients;
}

describe.each(['pglite', 'postgresql'] as const)('a storm (%s)', (engine) => {
  const stops: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  test('500 consoles at once after kill -9 of the server: all are level, who is nearly level first, and none is turned away without a time', async () => {
    let clients: Client[] = [];
    const world = await startEndureCentre(engine, async (database, centre) => {
      for (let n = 0; n < CONVERSATIONS; n++)
        await addConversation(database, testSource(), centre, { messages: 20, channel: 'line' });
      clients = await signInMany(database, centre, CLIENTS + 1);
    });
    stops.push(() => world.stop());
    const { server } = world;
    const random = seededRandom(500);
    const real: ConsoleProcess[] = [];
    for (let n = 0; n < REAL; n++) {
      const console = await startConsoleProcess(server.url);
      stops.push(() => console.kill());
      const { login, password } = world.centre.agents.suzuki;
      await console.api.session.signIn({ login, password });
      real.push(console);
    }
    for (const { api } of real)
      await eventually(async () => (await api.connection.get({})).state === 'online', {
        withinMs: 60_000,
        what: 'a real console',
      });

    // One of them tells where all of them stand; then the world goes on without them.
    const scout = await comeBack(server.url, { ...clients.pop()!, cursors: new Map(), random });
    const before = scout.messages.size;
    const cursors = scout.cursors;
    const { userId } = world.line.addUser('井上 誠');
    for (let n = 0; n < 20; n++) await world.line.say(userId, `嵐の前 ${n}`);

    await server.kill();
    const storm = clients.map((client, index) =>
      comeBack(server.url, { ...client, cursors: index < NEW ? new Map() : cursors, random }),
    );
    const all = Promise.all(storm);
    all.catch(() => undefined);
    await server.startAgain();
    const begun = performance.now();
    let memory = 0;
    const watch = setInterval(() => void readMemory(server.url).then((now) => (memory = Math.max(memory, now))), 500);
    const results = await Promise.race([all, tooLate(LEVEL_WITHIN_MS)]).finally(() => clearInterval(watch));

    const [fresh, known] = [results.slice(0, NEW), results.slice(NEW)];
    const seconds = (of: readonly LightResult[]) => (Math.max(...of.map(({ levelAt }) => levelAt)) - begun) / 1_000;
    const busy = results.reduce((sum, one) => sum + one.busy, 0);
    process.stdout.write(
      `${engine}: level ${known.length} within ${seconds(known).toFixed(1)} s, ${fresh.length} from nothing within ${seconds(fresh).toFixed(1)} s, told to wait ${busy} times, server at most ${Math.round(memory / 1024 ** 2)} MiB\n`,
    );
    for (const { messages } of known) expect(messages.size).toBe(20);
    for (const { messages } of fresh) expect(messages.size).toBe(before + 20);
    expect(results.every(({ wasAlwaysTold }) => wasAlwaysTold)).toBe(true);
    // PGlite works in the server's own thread: a question is over before the next is read from its socket, so the gates
    // never fill, and who comes first is served first, whatever their cursors.
    if (engine === 'postgresql') {
      expect(busy).toBeGreaterThan(0);
      expect(medianOf(known)).toBeLessThan(medianOf(fresh));
    }
    expect(memory).toBeLessThan(MOST_MEMORY);
    for (const { api } of real) {
      await eventually(async () => (await api.connection.get({})).state === 'online', {
        withinMs: 60_000,
        what: 'a real console after the storm',
      });
      const { rows } = await api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 10 });
      expect(rows.map(({ preview }) => preview)).toContain('嵐の前 19');
    }
    expect(server.log()).not.toContain('"level":50');
    const database = await world.openDatabase();
    expect(await database.orm.$count(message)).toBe(CONVERSATIONS * 20 + 20);
    await database.close();
  });
});

function medianOf(of: readonly LightResult[]): number {
  return of.map(({ levelAt }) => levelAt).sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;
}

async function tooLate(ms: number): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
  throw new Error(`not all were level within ${ms / 1_000} s`);
}

async function readMemory(url: string): Promise<number> {
  const text = await fetch(`${url}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  );
  return Number(/^kanade_process_resident_memory_bytes (\S+)/m.exec(text)?.[1] ?? 0);
}
