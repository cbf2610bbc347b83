/** The promise about what a device shows: the server's rows filtered by its scopes, less what it has noted as missing. */
import { KEEP_MS } from '../../../src/shared/domain/retention.ts';
import { BrokenRealPromise } from './broken-promise.ts';
import { type Device, NARROW } from './mortal-core.ts';
import type { RealWorld } from './real-world.ts';

type Rows = ReadonlyMap<string, string>;
/** What is compared of each kind: the same names in both databases, given as one text for each row. */
const COMPARED = {
  conversation: ['queue_id', 'assignee_id', 'status', 'last_seq', 'customer_id', 'preview', 'tags'],
  message: ['conversation_id', 'seq', 'text', 'delivery_state', 'delivery_at', 'edited_by_name'],
  attachment: ['message_id', 'name', 'size', 'sha256'],
  customer: ['display_name', 'preferred_note'],
  consent: ['customer_id', 'purpose', 'state'],
  draft: ['conversation_id', 'what', 'text', 'revision', 'superseded_at', 'taken_over_by_name'],
  agent: ['display_name'],
  queue: ['name'],
} as const;
type Compared = keyof typeof COMPARED;

/** One text for a row, whichever of the two databases it came from: a list is JSON in one and a list in the other. */
const asText = (row: Record<string, unknown>) =>
  JSON.stringify(
    Object.values(row).map((value) =>
      value === null ? null : Array.isArray(value) ? JSON.stringify(value) : String(value as string | number | boolean),
    ),
  );

async function expectedRows(world: RealWorld, device: Device, kind: Compared): Promise<Rows> {
  const columns = COMPARED[kind].map((name) => `r.${name}`).join(', ');
  const me = `(select * from agent where id = '${device.agentId}')`;
  const pinned = `exists (select 1 from pin, me where pin.agent_id = me.id and me.rights ? 'directory' and pin.scope = 'customer:' || c.customer_id)`;
  const conversations = `select c.id from conversation c, me
    where me.queue_ids ? c.queue_id::text or c.assignee_id = me.id or ${pinned}`;
  const where: Record<Compared, string> = {
    conversation: `r.id in (${conversations})`,
    message: `r.conversation_id in (${conversations})`,
    attachment: `r.conversation_id in (${conversations})`,
    customer: `exists (select 1 from me where me.rights ? 'directory')`,
    consent: `exists (select 1 from me where me.rights ? 'directory')`,
    draft: `exists (select 1 from me where me.id = r.agent_id)`,
    agent: 'true',
    queue: 'true',
  };
  const rows = await world.server.read<Record<string, unknown>>(
    `with me as ${me} select r.id, ${columns} from "${kind}" r where ${where[kind]}`,
  );
  return new Map(rows.map(({ id, ...row }) => [String(id), asText(row)]));
}

function storedRows(world: RealWorld, device: Device, kind: Compared): Rows {
  return world.maker.look(device, 'cache', (db) => {
    const rows = db.prepare(`select id, ${COMPARED[kind].join(', ')} from ${kind}`).all() as Record<string, unknown>[];
    return new Map(rows.map(({ id, ...row }) => [String(id), asText(row)]));
  });
}

/** Judges that a device holds what the server has in its scopes, all of it and nothing else. */
export async function checkView(world: RealWorld, device: Device): Promise<void> {
  const mayLack = await mayBeAbsent(world, device);
  for (const kind of Object.keys(COMPARED) as Compared[]) {
    const [expected, stored] = [await expectedRows(world, device, kind), storedRows(world, device, kind)];
    const fail = (detail: string) => {
      throw new BrokenRealPromise('the view is the server filtered by scopes', `${device.name} ${detail}`);
    };
    for (const [id, row] of expected) {
      const mine = stored.get(id);
      if (mine === undefined && mayLack.has(id)) continue;
      if (mine === undefined) fail(`lacks ${kind} ${id} ${row}`);
      else if (mine !== row) fail(`has ${kind} ${id} as ${mine} instead of ${row}`);
    }
    for (const id of stored.keys()) if (!expected.has(id)) fail(`keeps ${kind} ${id}`);
  }
}

/** Messages and files that a device has noted as missing. */
async function mayBeAbsent(world: RealWorld, device: Device): Promise<ReadonlySet<string>> {
  const upto = new Map(
    world.maker.look(
      device,
      'cache',
      (db) => db.prepare('select conversation_id, upto from absence').raw().all() as [string, number][],
    ),
  );
  const rows = await world.server.read<{ id: string; conversation_id: string; received_at: number }>(
    `select id::text, conversation_id::text, received_at from message
     union all select a.id::text, a.conversation_id::text, m.received_at from attachment a join message m on m.id = a.message_id`,
  );
  return new Set(
    rows.flatMap(({ id, conversation_id, received_at }) =>
      received_at <= (upto.get(conversation_id) ?? -1) ? [id] : [],
    ),
  );
}

/** Why what a device lacks is not as it has to be in the end, or null: work in progress is whole, and with room all is. */
export function historyAtWork(world: RealWorld, device: Device): string | null {
  const since = Math.floor(world.time.clock.now()) - KEEP_MS;
  const lacking = world.maker.look(device, 'cache', (db) =>
    db
      .prepare(
        `select c.number from absence a join conversation c on c.id = a.conversation_id
         where ? or c.bucket <> 3 or c.last_activity_at >= ? limit 1`,
      )
      .pluck()
      .get(device.capBytes === NARROW ? 0 : 1, since),
  ) as string | undefined;
  return lacking === undefined ? null : `${device.name} lacks the history of ${lacking}`;
}
