/** The promises that hold at every moment, judged after every act: nothing goes back, and nothing is held without a scope. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DeliveryState } from '../../../src/shared/domain/message.ts';
import { BrokenRealPromise } from './broken-promise.ts';
import { DamageMet, type Device } from './mortal-core.ts';
import type { RealWorld } from './real-world.ts';

/** What was seen of one life of one copy. */
type Seen = {
  life: string;
  cursors: Map<number, number>;
  rows: Map<string, number>;
  deliveries: Map<string, DeliveryState>;
};

export type Memory = {
  of(device: Device): Seen | undefined;
  keep(device: Device, seen: Seen): void;
  /** Its files are not what they were. */
  forget(device: Device): void;
  readonly server: Map<string, DeliveryState>;
  forgetServer(): void;
};

/** An empty memory. */
export function createMemory(): Memory {
  const devices = new Map<Device, Seen>();
  const server = new Map<string, DeliveryState>();
  return {
    of: (device) => devices.get(device),
    keep: (device, seen) => devices.set(device, seen),
    forget: (device) => devices.delete(device),
    server,
    forgetServer: () => server.clear(),
  };
}

const RUNG: Record<DeliveryState, number> = {
  queued: 0,
  sending: 1,
  accepted: 2,
  sent: 3,
  delivered: 4,
  read: 5,
  failed: -1,
  refused: -1,
  needsReview: -1,
};

/** A try that has failed may begin again; what a provider has accepted never goes back, what a customer has seen never fails. */
function goesBack(before: DeliveryState, now: DeliveryState): boolean {
  if (RUNG[now] === -1) return RUNG[before] >= RUNG.delivered;
  return RUNG[before] >= RUNG.accepted && RUNG[now] < RUNG[before];
}

type Marked = { id: string; sv: number; delivery_state: DeliveryState | null };

function checkDevice(world: RealWorld, device: Device): void {
  if (!existsSync(join(device.folder, device.agentId, 'cache.db'))) return;
  // A core that died while it began its copy anew leaves a file without tables.
  const hasTables = world.maker.look(
    device,
    'cache',
    (db) =>
      db
        .prepare("select count(*) from sqlite_master where name in ('meta', 'scope', 'held', 'doomed')")
        .pluck()
        .get() === 4,
  );
  if (!hasTables) return;
  const now = world.maker.look(device, 'cache', (db) => ({
    // A copy that was begun anew, or a new epoch, has numbers of its own.
    life: JSON.stringify(
      db.prepare(`select value from meta where key in ('cacheId', 'epochNumber') order by key`).all(),
    ),
    scopes: db.prepare('select n, name, sv, state from scope').all() as {
      n: number;
      name: string;
      sv: number | null;
      state: string;
    }[],
    rows: db
      .prepare(
        'select id, sv, null as delivery_state from conversation union all select id, sv, delivery_state from message',
      )
      .all() as Marked[],
    stray: db
      .prepare(
        `select 'conversation ' || id from conversation where id not in (select row_id from held) and id not in (select row_id from doomed)
         union all select 'message ' || id from message where conversation_id not in (select row_id from held)
         and conversation_id not in (select row_id from doomed)
         union all select 'scope ' || scope_n from held where scope_n not in (select n from scope) limit 1`,
      )
      .pluck()
      .get() as string | undefined,
  }));
  if (now.stray !== undefined)
    throw new BrokenRealPromise('nothing is held without a scope', `${device.name} has ${now.stray}`);
  const before = world.memory.of(device);
  const isSame = before?.life === now.life;
  const seen: Seen = { life: now.life, cursors: new Map(), rows: new Map(), deliveries: new Map() };
  for (const { n, name, sv } of now.scopes) {
    const last = isSame ? before.cursors.get(n) : undefined;
    if (sv !== null && last !== undefined && sv < last)
      throw new BrokenRealPromise('no cursor goes back', `${device.name}: ${name} from ${last} to ${sv}`);
    const kept = sv ?? last;
    if (kept !== undefined) seen.cursors.set(n, kept);
  }
  for (const { id, sv, delivery_state } of now.rows) {
    const last = isSame ? before.rows.get(id) : undefined;
    if (last !== undefined && sv < last)
      throw new BrokenRealPromise('no row goes back', `${device.name}: ${id} from ${last} to ${sv}`);
    seen.rows.set(id, sv);
    if (delivery_state === null) continue;
    const was = isSame ? before.deliveries.get(id) : undefined;
    if (was !== undefined && goesBack(was, delivery_state))
      throw new BrokenRealPromise('no status goes back', `${device.name}: ${id} from ${was} to ${delivery_state}`);
    seen.deliveries.set(id, delivery_state);
  }
  world.memory.keep(device, seen);
}

async function checkServer(world: RealWorld): Promise<void> {
  const rows = await world.server.read<{ id: string; state: DeliveryState }>(
    `select id::text, delivery_state as state from message where delivery_state is not null`,
  );
  for (const { id, state } of rows) {
    const was = world.memory.server.get(id);
    if (was !== undefined && goesBack(was, state))
      throw new BrokenRealPromise('no status goes back', `server: ${id} from ${was} to ${state}`);
    world.memory.server.set(id, state);
  }
}

/** Judges a world between two acts. */
export async function checkStep(world: RealWorld): Promise<void> {
  const broken = world.rights.broken();
  if (broken) throw broken;
  for (const device of world.devices) {
    try {
      checkDevice(world, device);
    } catch (error) {
      // Nobody can judge what nobody can read, or what a full disk has left half made; that it is mended is judged in peace.
      if (!(error instanceof DamageMet) && !String(error).includes('no such table')) throw error;
      world.memory.forget(device);
    }
  }
  await checkServer(world);
}
