/** An outbox with thousands of replies in it: one is written by the product, the others are copies of that row. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openBare } from './bare-store.ts';
import { NOWHERE } from './core-tasks.ts';
import type { SyncedCentre } from './synced-centre.ts';
import { startCoreProcess } from './start-core-process.ts';

/** Fills the outbox of the one agent of `dataDir`. Written one by one it would take a disk's flush each. */
export async function fillOutbox(dataDir: string, { centre, targets }: SyncedCentre, count: number): Promise<void> {
  const core = await startCoreProcess(dataDir, NOWHERE, centre.now);
  await core.run('compose', { targets: targets(1), count: 1 });
  await core.stop();
  const agent = readdirSync(dataDir, { withFileTypes: true }).find((entry) => entry.isDirectory());
  const outbox = openBare(join(dataDir, agent?.name ?? '', 'outbox.db'));
  const row = outbox.prepare<[], Record<string, unknown>>('select * from outbox').get() ?? {};
  const columns = Object.keys(row).filter((name) => name !== 'n');
  const insert = outbox.prepare(
    `insert into outbox (${columns.join(', ')}) values (${columns.map((name) => `@${name}`).join(', ')})`,
  );
  outbox.exec('begin');
  const places = targets(1_000);
  for (let n = 1; n < count; n++) {
    const at = places[n % places.length];
    const [commandId, rowId] = [uuidOf(2 * n), uuidOf(2 * n + 1)];
    const body = JSON.parse(String(row['body'])) as object;
    insert.run({
      ...row,
      command_id: commandId,
      row_id: rowId,
      conversation_id: at?.conversationId,
      customer_id: at?.customerId,
      body: JSON.stringify({ ...body, messageId: rowId, conversationId: at?.conversationId }),
    });
  }
  outbox.exec('commit');
  outbox.close();
}

/** The n-th of a row of ids that are none of the centre's. */
function uuidOf(n: number): string {
  return `0199aaaa-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}
