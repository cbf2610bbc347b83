/** The promises of the contract, judged on real files and real tables when a world has become quiet. Changes nothing. */
import { BrokenRealPromise } from './broken-promise.ts';
import { DamageMet, type Device } from './mortal-core.ts';
import { ask, askPatiently } from './people-acts.ts';
import { checkTyped, draftsAtWork } from './draft-checks.ts';
import { COLUMN_OF_TOMORROW } from './newer-server.ts';
import { checkOutside, waitsOutside } from './outside-checks.ts';
import type { RealWorld } from './real-world.ts';
import { checkView, historyAtWork } from './view-checks.ts';

type OutboxState = { command_id: string; kind: string; state: string; mid: number | null };

/** Everything that waits in an outbox. */
export function outboxOf(world: RealWorld, device: Device): OutboxState[] {
  return world.maker.look(
    device,
    'outbox',
    (db) => db.prepare('select command_id, kind, state, mid from outbox order by n').all() as OutboxState[],
  );
}

/** Why a world without faults is still at work, or null. */
export async function unrestOf(world: RealWorld): Promise<string | null> {
  // Also what a line that was slow until now is still bringing.
  if (world.sockets.nextArrival() !== null) return 'messages are on their way';
  for (const device of world.devices) {
    if (device.api === null) return `${device.name} does not run`;
    const connection = await new Promise<{ state: string } | null>((resolve) => {
      device.api?.connection.get({}).then(resolve, () => resolve(null));
    });
    if (connection?.state !== 'online') return `${device.name} is ${connection?.state ?? 'silent'}`;
    if (!world.sockets.stands(world.maker.lineOf(device))) return `${device.name} speaks to nobody`;
    const waiting = outboxOf(world, device).find(
      ({ state }) => state === 'queued' || state === 'sending' || state === 'applied',
    );
    if (waiting) return `${device.name} keeps ${waiting.kind} (${waiting.state}, mid ${waiting.mid})`;
    const left = world.maker.look(device, 'cache', (db) => ({
      doomed: db.prepare('select count(*) from doomed').pluck().get() as number,
      scope: db.prepare(`select name from scope where state <> 'complete' or is_resync = 1`).pluck().get() as
        | string
        | undefined,
    }));
    if (left.doomed > 0) return `${device.name} has not swept`;
    if (left.scope !== undefined) return `${device.name} has not read ${left.scope}`;
    const lacking = historyAtWork(world, device);
    if (lacking !== null) return lacking;
  }
  return (await draftsAtWork(world)) ?? (await waitsOutside(world));
}

async function checkWritten(world: RealWorld): Promise<void> {
  const rows = await world.server.read<{ id: string; text: string; seq: number; conversation_id: string }>(
    `select id::text, text, seq, conversation_id from message where author_kind = 'agent' order by conversation_id, seq`,
  );
  const byText = new Map<string, number>();
  for (const { text } of rows) byText.set(text, (byText.get(text) ?? 0) + 1);
  const doubled = [...byText].find(([, times]) => times > 1);
  if (doubled) throw new BrokenRealPromise('each command is applied once', `${doubled[0]}, ${doubled[1]} times`);
  // Of a note that was written anew since, its id is left.
  const ids = new Set(rows.map(({ id }) => id));
  for (const one of world.written) {
    const isKept = world.devices.some((device) =>
      outboxOf(world, device).some((row) => row.command_id === one.commandId),
    );
    const hasLost = world.devices.some(({ name, hasLostOutbox }) => name === one.device && hasLostOutbox);
    if (byText.has(one.text) || ids.has(one.messageId) || isKept || one.wasTakenBack || world.wasRestored || hasLost)
      continue;
    throw new BrokenRealPromise('no command is lost', one.text);
  }
  checkOrder(world, rows);
}

function checkOrder(world: RealWorld, rows: readonly { text: string; conversation_id: string }[]): void {
  const last = new Map<string, Written>();
  for (const row of rows) {
    const one = world.written.find(({ text }) => text === row.text);
    // On a cloned disk two people may decide differently about the same stopped reply; then there is no one order.
    if (one === undefined || world.hasTwins) continue;
    const name = `${row.conversation_id} ${one.device}`;
    const before = last.get(name);
    if (before && before.position > one.position) {
      throw new BrokenRealPromise('replies keep their order', `"${before.text}" stands before "${one.text}"`);
    }
    last.set(name, one);
  }
}
type Written = RealWorld['written'][number];

/**
 * A text that an agent wrote is on the screen of that device at every moment: it waits, or it stands in the thread. Not
 * judged while its conversation is not there, is still being read, or the cache of the device was damaged.
 */
export function checkBubbles(world: RealWorld): void {
  for (const device of world.devices) {
    try {
      checkBubblesOf(world, device);
    } catch (error) {
      if (!(error instanceof DamageMet)) throw error;
    }
  }
}

function checkBubblesOf(world: RealWorld, device: Device): void {
  const mine = world.written.filter((one) => one.device === device.name && !one.wasTakenBack && !one.wasSentAnyway);
  if (device.api === null || world.shaken.has(device) || world.wasRestored || mine.length === 0) return;
  if (device.hasLostOutbox) return;
  const waiting = new Set(outboxOf(world, device).map((row) => row.command_id));
  const left = mine.filter((one) => !waiting.has(one.commandId));
  const missing = world.maker.look(device, 'cache', (db) => {
    const isHere = db.prepare('select 1 from message where id = ?').pluck();
    const isComplete = db
      .prepare(
        `select 1 from conversation where id = ?1 and not exists (select 1 from held join scope on scope.n = held.scope_n
           where held.row_id = ?1 and (scope.state <> 'complete' or scope.is_resync = 1 or coalesce(scope.remaining, 1) > 0))
           and exists (select 1 from held where row_id = ?1)`,
      )
      .pluck();
    return left.find(
      (one) => isHere.get(one.messageId) === undefined && isComplete.get({ 1: one.conversationId }) !== undefined,
    );
  });
  if (missing) throw new BrokenRealPromise('no bubble blinks', `"${missing.text}" is nowhere on ${device.name}`);
}

/** The index finds what a scan finds, and the counters of the inbox count what is there, whatever happened before. */
async function checkDerived(world: RealWorld, device: Device): Promise<void> {
  const there = world.maker.look(device, 'cache', (db) => ({
    messages: db.prepare(`select count(*) from message where text like '%number%'`).pluck().get() as number,
    open: db
      .prepare(`select count(*) from conversation where status not in ('resolved', 'noActionNeeded')`)
      .pluck()
      .get() as number,
  }));
  const counts = await askPatiently(world, device, (api) => api.search.counts({ text: 'number' }));
  const found = (counts?.kind.message ?? 0) + (counts?.kind.note ?? 0);
  if (found !== there.messages) {
    throw new BrokenRealPromise('search finds what is there', `${device.name}: ${found} of ${there.messages}`);
  }
  const inbox = await ask(device, (api) => api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 200 }));
  if (inbox?.total !== there.open || inbox.rows.length !== there.open) {
    throw new BrokenRealPromise(
      'the inbox counts what is there',
      `${device.name}: ${inbox?.total}, ${inbox?.rows.length} rows, ${there.open} open`,
    );
  }
}

/** What this version does not know stays beside the row, for the version that will. */
function checkTomorrow(world: RealWorld, device: Device): void {
  for (const kind of ['conversation', 'message', 'customer'] as const) {
    const lost = world.maker.look(device, 'cache', (db) =>
      db
        .prepare(`select id from ${kind} where extra is null or extra not like '%${COLUMN_OF_TOMORROW}%'`)
        .pluck()
        .get(),
    ) as string | undefined;
    if (lost !== undefined)
      throw new BrokenRealPromise('unknown columns are kept', `${device.name} lost it of ${kind} ${lost}`);
  }
}

/** Each number of each console was used once, without a hole. */
async function checkNumbers(world: RealWorld): Promise<void> {
  const [wrong] = await world.server.read<{ client_id: string; detail: string }>(
    `select d.client_id::text, 'last ' || d.last_mid || ', ' || count(v.mid) || ' verdicts up to ' || coalesce(max(v.mid), 0) as detail
     from device d left join command_verdict v on v.client_id = d.client_id group by d.client_id, d.last_mid
     having count(v.mid) <> d.last_mid or coalesce(max(v.mid), 0) <> d.last_mid`,
  );
  if (wrong) throw new BrokenRealPromise('numbers are dense', `${wrong.client_id}: ${wrong.detail}`);
}

/** Judges a quiet world. */
export async function checkQuietly(world: RealWorld): Promise<void> {
  for (const device of world.devices) {
    await checkView(world, device);
    await checkDerived(world, device);
    if (world.isServerNewer && world.wasServerAlwaysNewer) checkTomorrow(world, device);
  }
  await checkWritten(world);
  await checkTyped(world);
  await checkNumbers(world);
  await checkOutside(world);
}
