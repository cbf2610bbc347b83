/**
 * A console that has taken in a canned centre of a given size, made once for all benchmarks that want that size: its
 * files, what the first download cost, and what the same rows cost bare SQLite.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import { type Bare, insertBarely } from './bare-copy.ts';
import { openBare } from './bare-store.ts';
import { cannedCentre, type CannedCentre } from './canned-centre.ts';
import { type CannedDoor, openCannedDoor } from './canned-door.ts';
import type { Synced, Target } from './core-tasks.ts';
import { type CoreProcess, startCoreProcess } from './start-core-process.ts';

export type SyncedCentre = {
  readonly centre: CannedCentre;
  readonly door: CannedDoor;
  /** Folder of the console's files, with the agent's inside. */
  readonly dataDir: string;
  readonly cachePath: string;
  readonly cacheBytes: number;
  /** One for each round. */
  readonly synced: readonly Synced[];
  readonly bare: readonly Bare[];
  /** Rows of all kinds that the first download brings. */
  readonly rows: number;
  /** Starts a console on the files. */
  open(): Promise<CoreProcess>;
  /** Conversations of the newest tenth: what agents open is mostly recent. */
  targets(count: number): Target[];
};

const made = new Map<number, Promise<SyncedCentre>>();

/** Above this one round is enough and all that time allows. */
const ONE_ROUND_FROM = 500_000;

/** The console with so many messages; synced in `rounds` rounds, each beside a bare insert of the same rows. */
export function syncedCentre(messages: number, rounds: number): Promise<SyncedCentre> {
  const known = made.get(messages) ?? make(messages, messages >= ONE_ROUND_FROM ? 1 : rounds);
  made.set(messages, known);
  return known;
}

async function make(messages: number, rounds: number): Promise<SyncedCentre> {
  const centre = cannedCentre({ messages, conversations: messages / 20, customers: messages / 40 });
  const door = await openCannedDoor(centre);
  const dataDir = mkdtempSync(join(tmpdir(), 'kanade-synced-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const cachePath = join(dataDir, centre.agentId, 'cache.db');
  const open = () => startCoreProcess(dataDir, door.url, centre.now);
  const synced: Synced[] = [];
  const bare: Bare[] = [];
  for (let round = 0; round < rounds; round++) {
    rmSync(dataDir, { recursive: true, force: true });
    mkdirSync(dataDir);
    const core = await open();
    synced.push(await core.run('sync', { login: 'aoi', password: 'bench' }));
    await core.stop();
    bare.push(insertBarely(cachePath));
  }
  const file = openBare(cachePath);
  file.pragma('wal_checkpoint(TRUNCATE)');
  file.close();
  const random = seededRandom(99);
  return {
    centre,
    door,
    dataDir,
    cachePath,
    cacheBytes: statSync(cachePath).size,
    synced,
    bare,
    rows: [...centre.pages.values()].flat().reduce((sum, page) => sum + page.rows, 0),
    open,
    targets(count) {
      const all = centre.conversations;
      return Array.from({ length: count }, () => {
        const one = all[Math.floor(all.length * (0.9 + 0.1 * random.next()))];
        if (one === undefined) throw new Error('the centre has no conversations');
        return { conversationId: one.id, customerId: one.customerId };
      });
    },
  };
}
