/**
 * A core at work over a server in memory that is made to lie, for the suites of hostile servers. After each test the desk
 * must read and write, and the log must not hold a word of what was said.
 */
import { afterEach, beforeEach, expect } from 'vitest';
import type { ConversationId } from '../../../src/shared/domain/ids.ts';
import { columnsOf, type SyncedKind } from '../../../src/shared/domain/synced-kinds.ts';
import { type Bench, putConversation, putCustomer, putMessage, signIn, startBench } from '../../support/core-bench.ts';
import { makeManualTime, type ManualTime } from '../../support/manual-time.ts';

export const SECRET = '口外無用の秘密の一文';

export let time: ManualTime;
export let bench: Bench;
export let customerId: string;
export let conversationId: ConversationId;
/** The highest number that the lies have used. */
export let told = 0;
beforeEach(async () => {
  time = makeManualTime();
  bench = startBench({ time });
  await signIn(bench);
  customerId = putCustomer(bench);
  conversationId = putConversation(bench, customerId) as ConversationId;
  putMessage(bench, conversationId, customerId, { text: '正しい文' });
  await time.pass(3_000);
  expect(await connection()).toMatchObject({ state: 'online', trouble: null });
  told = bench.server.sv;
});
afterEach(async () => {
  // Whatever was said: the desk reads and writes, and the log holds no word of it.
  await bench.api.drafts.save({ conversationId, what: 'reply', text: '書きかけ', mail: null });
  await bench.api.notes.add({ conversationId, text: 'メモ' });
  expect((await bench.api.conversations.get({ conversationId })).conversation.id).toBe(conversationId);
  expect(bench.lines.filter((line) => line.includes(SECRET))).toEqual([]);
  bench.stop();
});

export const connection = async () => await bench.api.connection.get({});
export const inbox = async () =>
  (await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 200 })).rows.map(
    (row) => row.conversationId,
  );
export const texts = async (): Promise<string[]> => {
  const { entries } = await bench.api.customers.timeline({
    customerId: customerId,
    conversationId: null,
    before: null,
    limit: 100,
  });
  return entries.map((entry) => (entry.kind === 'message' ? entry.message.text : entry.kind));
};
export const said = (word: string): boolean => bench.lines.some((line) => line.includes(word));

/** A row as it would stand on the server, with columns changed at will. */
export function rowLike(kind: SyncedKind, id: string, change: Record<string, unknown>): Record<string, unknown> {
  return { ...(bench.server.rowOf(kind, id) as Record<string, unknown>), sv: told + 1, ...change };
}
export function pageOf(
  kind: string,
  rows: Record<string, unknown>[],
  columns: readonly string[] = columnsOf(kind as SyncedKind),
) {
  return {
    tables: [{ kind, columns, rows: rows.map((row) => columns.map((column) => row[column])) }],
    gone: [] as object[],
  };
}
/** Says a page as a live frame that follows what was said last. */
export async function frame(
  page: unknown,
  { scope = bench.scopes.queue, from = bench.server.sv, to = ++told } = {},
): Promise<void> {
  bench.server.say('frame', { scope, from, to, page: { json: JSON.stringify(page) } });
  await time.pass(50);
}
/** Two levels of an honest server, ten seconds apart. */
export async function honestWords(): Promise<void> {
  bench.server.intercept = null;
  for (let i = 0; i < 4; i++) {
    bench.server.sendLevel();
    await time.pass(10_000);
  }
}
