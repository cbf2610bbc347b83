/** The promises about what is typed: no word is lost wherever it went, and the server's copies are what the devices hold. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BrokenRealPromise } from './broken-promise.ts';
import type { Device } from './mortal-core.ts';
import type { RealWorld } from './real-world.ts';

type LocalDraft = { draft_id: string; conversation_id: string; revision: number };

function draftsOf(world: RealWorld, device: Device): LocalDraft[] {
  if (!existsSync(join(device.folder, device.agentId, 'outbox.db'))) return [];
  return world.maker.look(
    device,
    'outbox',
    (db) => db.prepare('select draft_id, conversation_id, revision from draft').all() as LocalDraft[],
  );
}

/**
 * Why copies of drafts are still under way, or null. On a cloned disk one draft has two devices that count it; and what was
 * lost with a damaged outbox nobody tells the server of.
 */
export async function draftsAtWork(world: RealWorld): Promise<string | null> {
  if (world.hasTwins || world.devices.some(({ hasLostOutbox }) => hasLostOutbox)) return null;
  const copies = await world.server.read<{ id: string; agent: string; revision: number; is_over: boolean }>(
    'select id::text, agent_id::text as agent, revision, superseded_at is not null as is_over from draft',
  );
  const copyOf = new Map(copies.map((copy) => [copy.id, copy]));
  const alive = new Set<string>();
  for (const device of world.devices) {
    const isHere = new Set(
      world.maker.look(device, 'cache', (db) => db.prepare('select id from conversation').pluck().all() as string[]),
    );
    for (const { draft_id, conversation_id, revision } of draftsOf(world, device)) {
      alive.add(draft_id);
      if (isHere.has(conversation_id) && (copyOf.get(draft_id)?.revision ?? -1) < revision)
        return `${device.name} has not copied a draft`;
      if (copyOf.get(draft_id)?.is_over === true) return `${device.name} goes on with a draft that is over`;
    }
  }
  const left = copies.find(({ id, is_over }) => !is_over && !alive.has(id));
  return left === undefined ? null : `the server shows draft ${left.id}, which is over`;
}

/** Judges that everything that was typed stands somewhere: in a draft, in what it was before, in an order, in a message. */
export async function checkTyped(world: RealWorld): Promise<void> {
  const there = world.devices.flatMap((device) =>
    world.maker.look(
      device,
      'outbox',
      (db) =>
        db
          .prepare('select text from draft union all select text from draft_version union all select body from outbox')
          .pluck()
          .all() as string[],
    ),
  );
  const kept = await world.server.read<{ text: string }>(
    'select text from message union all select text from draft union all select text from draft_version',
  );
  const all = [...there, ...kept.map(({ text }) => text)].join('\n');
  for (const { device, words } of world.typed) {
    if (world.devices.some(({ name, hasLostOutbox }) => name === device && hasLostOutbox)) continue;
    if (!all.includes(words)) throw new BrokenRealPromise('no typed word is lost', `${words} on ${device}`);
  }
}
