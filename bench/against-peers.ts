/**
 * Replicating, live changes and writes made offline, on both ends together: ours (real server on PGlite, real core on
 * encrypted files) and other products beside the same design by hand. CPU of server and client for each document.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { median, type Options, result, type Result, written } from './support/measure.ts';
import type { PeerClientTasks, PeerServerTasks } from './support/peer-documents.ts';
import type { ProductServerTasks } from './support/product-server.ts';
import { startCoreProcess } from './support/start-core-process.ts';
import { startTaskProcess } from './support/task-process.ts';

const DOCUMENTS = 10_000;
const LIVE = 1_000;
const OFFLINE = 200;
/** A peer that has not done one round in this time is left out. */
const PATIENCE_MS = 180_000;

/** CPU of both ends in ms, for all documents of each part. */
type Cost = { initial: number; live: number; push: number; clientInitial: number };
/** The two ends of a product, at work. */
type Pair = {
  initial(): Promise<unknown>;
  live(): Promise<unknown>;
  /** Written without a line; not counted. */
  offline(): Promise<unknown>;
  push(): Promise<unknown>;
  cpu(): Promise<{ server: number; client: number }>;
  stop(): Promise<void>;
};

async function measurePair(pair: Pair): Promise<Cost> {
  const spend = async (act: () => Promise<unknown>): Promise<{ both: number; client: number }> => {
    const before = await pair.cpu();
    await act();
    const after = await pair.cpu();
    const client = after.client - before.client;
    return { both: after.server - before.server + client, client };
  };
  const initial = await spend(() => pair.initial());
  const live = await spend(() => pair.live());
  await pair.offline();
  const push = await spend(() => pair.push());
  return { initial: initial.both, live: live.both, push: push.both, clientInitial: initial.client };
}

async function openPeer(entry: URL, folder: string, round: number): Promise<Pair> {
  mkdirSync(join(folder, 'server'));
  mkdirSync(join(folder, 'client'));
  const server = await startTaskProcess<PeerServerTasks>(entry, ['server', join(folder, 'server')]);
  const client = await startTaskProcess<PeerClientTasks>(entry, ['client', join(folder, 'client')]);
  await server.run('load', { count: DOCUMENTS });
  const address = await server.run('address', undefined);
  return {
    initial: () => client.run('initial', { address, count: DOCUMENTS }),
    live: async () => client.run('liveWait', await server.run('live', { count: LIVE, round })),
    offline: () => client.run('offline', { count: OFFLINE, round }),
    async push() {
      await client.run('push', { address });
      while (Number(await server.run('has', { count: OFFLINE, round })) < OFFLINE) await pause(10);
    },
    cpu: async () => ({
      server: await server.run('cpu', undefined),
      client: (await client.run('usage', undefined)).cpuMs,
    }),
    async stop() {
      await client.stop();
      await server.stop();
    },
  };
}

async function openOurs(folder: string): Promise<Pair> {
  const server = await startTaskProcess<ProductServerTasks>(new URL('./support/product-server.ts', import.meta.url));
  await server.run('load', { count: DOCUMENTS });
  const client = await startCoreProcess(folder, await server.run('url', undefined));
  const targets = await server.run('targets', undefined);
  return {
    initial: () => client.run('sync', { login: 'suzuki', password: 'suzuki-password' }),
    live: async () => client.run('hear', await server.run('live', { count: LIVE })),
    offline: () => client.run('writeNotes', { targets, count: OFFLINE }),
    async push() {
      await client.run('push', undefined);
      while ((await server.run('notes', undefined)) < OFFLINE) await pause(10);
    },
    cpu: async () => ({
      server: await server.run('cpu', undefined),
      client: (await client.run('usage', undefined)).cpuMs,
    }),
    async stop() {
      await client.stop();
      await server.stop();
    },
  };
}

/** One round of a product in a folder of its own; null when it does not end. */
async function oneRound(open: (folder: string) => Promise<Pair>): Promise<Cost | null> {
  const folder = mkdtempSync(join(tmpdir(), 'kanade-peer-'));
  const pair = await open(folder);
  const tooLong = pause(PATIENCE_MS, null, { ref: false });
  try {
    return await Promise.race([measurePair(pair), tooLong]);
  } finally {
    await pair.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Peers are no dependency of ours: they are installed, from their own lockfile, when somebody wants to see them. */
function installPeers(): void {
  const folder = join(import.meta.dirname, 'peers');
  if (existsSync(join(folder, 'node_modules'))) return;
  process.stderr.write('bench: installing the peers into bench/peers\n');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('the peers could not be installed; npm says why above');
}

/** Measures; a minute for ours, up to three for a peer. */
export async function measure({ rounds, peers }: Options): Promise<Result[]> {
  if (peers.length > 0) installPeers();
  const products: [string, (folder: string, round: number) => Promise<Pair>][] = [
    ['by hand', (folder, round) => openPeer(new URL('./support/hand.ts', import.meta.url), folder, round)],
    ['ours', (folder) => openOurs(folder)],
    ...peers.map((name): [string, (folder: string, round: number) => Promise<Pair>] => [
      name,
      (folder, round) => openPeer(new URL(`./peers/${name}.mjs`, import.meta.url), folder, round),
    ]),
  ];
  const found = new Map<string, Cost[]>();
  for (let round = 0; round < rounds; round++)
    for (const [name, open] of products) {
      const cost = await oneRound((folder) => open(folder, round));
      if (cost) found.set(name, [...(found.get(name) ?? []), cost]);
    }
  const middle = (name: string, part: keyof Cost) => median((found.get(name) ?? []).map((cost) => cost[part]));
  const results: Result[] = [];
  for (const [name] of products) {
    const against = (part: keyof Cost) => middle(name, part) / middle('by hand', part);
    results.push(
      result(
        `${written(DOCUMENTS)} documents replicated, ${name}, both ends`,
        'µs CPU/document',
        (middle(name, 'initial') * 1_000) / DOCUMENTS,
      ),
      result(`a live change, ${name}, both ends`, 'µs CPU', (middle(name, 'live') * 1_000) / LIVE),
      result(`a write made offline, ${name}, both ends`, 'µs CPU', (middle(name, 'push') * 1_000) / OFFLINE),
    );
    if (name === 'by hand') continue;
    const isOurs = name === 'ours';
    const limits = (gate: number) => (isOurs ? { gate, target: 1, better: 'lower' as const } : undefined);
    results.push(
      result(`2: replicated, ${name} against by hand, both ends`, 'x', against('initial'), limits(1.2)),
      result(`2: replicated, ${name} against by hand, client alone`, 'x', against('clientInitial')),
      result(`4: live change, ${name} against by hand, both ends`, 'x', against('live')),
      result(`5: write made offline, ${name} against by hand, both ends`, 'x', against('push'), limits(1.5)),
    );
  }
  return results;
}
