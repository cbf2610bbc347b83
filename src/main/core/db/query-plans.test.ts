/**
 * No question of the desk sorts, and none reads a whole table: every statement that the core prepares in a day's work is
 * looked at, so that ten million rows cost what ten cost. What may be read whole is named here with its reason.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test, vi } from 'vitest';
import {
  type Bench,
  putConversation,
  putCustomer,
  putMessage,
  signIn,
  startBench,
} from '../../../../tests/support/core-bench.ts';
import { keyOfFiles } from '../../../../tests/support/key-of-files.ts';
import { makeManualTime } from '../../../../tests/support/manual-time.ts';
import type { ConversationId, CustomerId } from '../../../shared/domain/ids.ts';
import { connectionOf, openFile } from './connection.ts';

let bench: Bench | undefined;
afterEach(() => {
  bench?.stop();
  vi.restoreAllMocks();
});

/** Tables that stay small whatever the centre has: settings, scopes, counters, and what waits to be removed or indexed. */
const SMALL =
  /^(agent|queue|workspace|channel_account|wrap_up_code|knowledge|scope|meta|inbox_count|doomed|search_change|json_each|sqlite_master)$/;
/** Statements that sort a handful of rows: what hangs on one customer, one call or one conversation. */
const FEW = [
  /from (channel_identity|caution|handover_note|personal_data|call_note) where (customer_id|call_id) = \?/,
  // One agent's own unsent work.
  / from draft\b/,
  // Lists of the settings, a few dozen rows each.
  /from (agent|queue|channel_account|wrap_up_code) order by/,
  // Once in ten minutes, for a screen that somebody looks at.
  /select coalesce\(sum\(size\), 0\) from attachment_copy/,
  /select count\(\*\) from absence/,
];

test('every statement on cache.db has a plan without a sort and without a scan', async () => {
  const asked = new Set<string>();
  const { prepare } = Database.prototype;
  vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (this: Database.Database, sql: string) {
    if (this.name.endsWith('cache.db')) asked.add(sql);
    return prepare.call(this, sql);
  });
  const time = makeManualTime();
  bench = startBench({ time, rowsPerPage: 5 });
  const customerId = putCustomer(bench) as CustomerId;
  const ids: ConversationId[] = [];
  for (let at = 0; at < 12; at++) {
    const old = time.clock.now() - (at + 1) * 20 * 86_400_000;
    const id = putConversation(bench, customerId, {
      status: at % 3 === 0 ? 'inProgress' : 'resolved',
      lastActivityAt: old,
      openedAt: old,
      dueAt: at % 2 === 0 ? old : null,
    }) as ConversationId;
    ids.push(id);
    putMessage(bench, id, customerId, { text: `返品 ${at}`, receivedAt: old });
  }
  await signIn(bench);
  await time.pass(5_000);
  const { api } = bench;
  for (const view of ['mineAndUnassigned', 'everyone', 'resolved'] as const)
    for (const tab of ['all', 'mine', 'unassigned', 'pending'] as const) {
      await api.inbox.outline({ view, tab });
      await api.inbox.rows({ view, tab, offset: 0, limit: 50 });
      await api.inbox.place({ view, tab, conversationId: ids[0] as ConversationId });
    }
  await api.customers.sheet({ customerId });
  await api.customers.timeline({ customerId, conversationId: null, before: null, limit: 5 });
  await api.customers.timeline({ customerId, conversationId: ids[0] ?? null, before: null, limit: 5 });
  await api.conversations.get({ conversationId: ids[0] as ConversationId });
  await api.calls.ringing({});
  await api.calls.mine({});
  await api.settings.get({});
  await api.connection.get({});
  await api.notes.add({ conversationId: ids[0] as ConversationId, text: '確認' });
  bench.cap.bytes = 1;
  await time.pass(120_000);
  bench.cap.bytes = 5_000_000_000;
  const fetched = api.conversations.fetchHistory({ conversationId: ids[11] as ConversationId });
  await time.pass(1_000);
  await fetched;
  await api.customers.timeline({ customerId, conversationId: null, before: null, limit: 500 });
  await api.storage.get({});
  bench.server.setScopes([bench.scopes.settings, bench.scopes.directory]);
  await time.pass(5_000);
  bench.stop();

  const file = openFile(
    join(bench.dataDir, bench.ids.agent, 'cache.db'),
    keyOfFiles(join(bench.dataDir, bench.ids.agent), bench.host.key),
    'normal',
    () => undefined,
  );
  const { connection } = connectionOf(file);
  const faults: string[] = [];
  for (const sql of asked) {
    if (!/^\s*(select|insert|update|delete|with)/i.test(sql) || FEW.some((known) => known.test(sql))) continue;
    const values = Array.from({ length: (sql.match(/\?/g) ?? []).length }, () => null);
    const plan = connection.prepare(`explain query plan ${sql}`).all(...values) as { detail: string }[];
    for (const { detail } of plan) {
      const scanned = /^SCAN (\S+)/.exec(detail)?.[1];
      // In the order of an index and with a limit nothing is read that is not shown.
      const isOrdered = / USING (COVERING )?INDEX /.test(detail) && / limit /.test(sql);
      // Rows of the same moment are put in order by their id: a handful.
      const isSorted = detail.includes('TEMP B-TREE') && !detail.includes('LAST TERM');
      if (isSorted || (scanned !== undefined && !isOrdered && !SMALL.test(scanned)))
        faults.push(`${detail}: ${sql.replaceAll(/\s+/g, ' ').slice(0, 160)}`);
    }
  }
  file.close();
  expect(asked.size).toBeGreaterThan(60);
  expect(faults).toEqual([]);
});
