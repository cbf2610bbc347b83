/** A console that is older than its server, and then updated: what it did not know is kept, and taken in without reading again. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  type Bench,
  freshId,
  putConversation,
  putCustomer,
  signIn,
  startBench,
} from '../../../../tests/support/core-bench.ts';
import { keyOfFiles } from '../../../../tests/support/key-of-files.ts';
import { makeManualTime, type ManualTime } from '../../../../tests/support/manual-time.ts';
import type { CustomerId } from '../../../shared/domain/ids.ts';
import { rowSchemas, type SyncedKind, syncedKinds } from '../../../shared/domain/synced-kinds.ts';
import { type DbFile, openFile } from '../db/connection.ts';
import { write } from '../db/write.ts';

let time: ManualTime;
let bench: Bench;
const schemas = rowSchemas as unknown as Record<string, z.ZodObject>;
let learn: (() => void)[] = [];
beforeEach(() => {
  time = makeManualTime();
});
afterEach(() => {
  bench.stop();
  learnAll();
});

/** The console is of a version that has no such kind, until the update. */
function hideKind(kind: SyncedKind): void {
  const schema = schemas[kind];
  const at = syncedKinds.indexOf(kind);
  Reflect.deleteProperty(schemas, kind);
  syncedKinds.splice(at, 1);
  learn.push(() => {
    if (schema) schemas[kind] = schema;
    syncedKinds.splice(at, 0, kind);
  });
}
/** The console is of a version whose rows have no such column, until the update. */
function hideColumn(kind: SyncedKind, column: string): void {
  const schema = schemas[kind];
  if (!schema) return;
  schemas[kind] = schema.omit({ [column]: true } as never);
  learn.push(() => {
    schemas[kind] = schema;
  });
}
function learnAll(): void {
  for (const back of learn) back();
  learn = [];
}

const walks = (): number => bench.server.heard.filter(({ event }) => event === 'walk').length;
async function begin(): Promise<CustomerId> {
  bench = startBench({ time });
  const customerId = putCustomer(bench, { rank: 'ゴールド' }) as CustomerId;
  putConversation(bench, customerId);
  await signIn(bench);
  await time.pass(3_000);
  return customerId;
}
function putCaution(customerId: string, text: string): string {
  const id = freshId();
  bench.server.put('caution', { id, customerId, kind: 'care', text, authorName: '佐藤', createdAt: 1 }, [
    bench.scopes.directory,
  ]);
  return id;
}
async function update(): Promise<void> {
  bench.stop();
  learnAll();
  bench.server.heard.length = 0;
  bench.restart();
  await time.pass(3_000);
}
const sheet = async (customerId: CustomerId) => await bench.api.customers.sheet({ customerId });

test('rows of a kind that came with a newer server are set aside, and stand in their place after the update without a walk', async () => {
  hideKind('caution');
  const customerId = await begin();
  putCaution(customerId, '大きな声でゆっくり');
  const gone = putCaution(customerId, '取り消された注意');
  await time.pass(1_000);
  bench.server.remove('caution', gone);
  await time.pass(1_000);
  expect((await sheet(customerId)).cautions).toEqual([]);
  await update();
  expect(walks()).toBe(0);
  expect((await sheet(customerId)).cautions.map(({ text }) => text)).toEqual(['大きな声でゆっくり']);
  // It belongs to its scope from now on, like any other row.
  const [caution] = (await sheet(customerId)).cautions;
  bench.server.remove('caution', caution?.id ?? '');
  await time.pass(2_000);
  expect((await sheet(customerId)).cautions).toEqual([]);
});

test('a column that came with a newer server is kept while other things change, and stands in its place after the update', async () => {
  hideColumn('customer', 'rank');
  const customerId = await begin();
  const before = bench.server.rowOf('customer', customerId) as object;
  bench.server.put('customer', { ...before, id: customerId, stage: 'subscriber' } as never, [bench.scopes.directory]);
  await time.pass(1_000);
  bench.restart();
  await time.pass(1_000);
  await update();
  expect(walks()).toBe(0);
  expect((await sheet(customerId)).customer).toMatchObject({ rank: 'ゴールド', stage: 'subscriber' });
});

/** Looks into the copy, as no feature does. */
function inCache<T>(look: (file: DbFile) => T): T {
  const folder = join(bench.dataDir, bench.ids.agent);
  const file = openFile(join(folder, 'cache.db'), keyOfFiles(folder, bench.host.key), 'normal', () => undefined);
  try {
    return look(file);
  } finally {
    file.close();
  }
}
const asideCount = (): number =>
  inCache(({ reader }) => Number(reader.value<number>('select count(*) from aside_row')));

test('where a row has not kept the column, everything is read once more, and then it is there', async () => {
  hideColumn('customer', 'rank');
  const customerId = await begin();
  bench.stop();
  // The server was older too when this row was read: it never sent the column.
  inCache((file) => write(file, (writer) => writer.run('update customer set extra = null')));
  await update();
  expect(walks()).toBeGreaterThan(0);
  expect((await sheet(customerId)).customer.rank).toBe('ゴールド');
});

test('what was set aside goes with its scope, and with its conversation', async () => {
  hideKind('caution');
  hideKind('callNote');
  const customerId = await begin();
  const conversationId = putConversation(bench, customerId, { preview: '通話' });
  const note = { id: freshId(), callId: freshId(), conversationId, text: '折り返し', offsetMs: 0, authorName: '佐藤' };
  bench.server.put('callNote', { ...note, createdAt: 1 }, [bench.scopes.queue]);
  putCaution(customerId, '大きな声でゆっくり');
  await time.pass(1_000);
  expect(asideCount()).toBe(2);
  bench.server.remove('conversation', conversationId);
  await time.pass(2_000);
  expect(asideCount()).toBe(1);
  bench.server.setScopes(Object.values(bench.scopes).filter((scope) => scope !== bench.scopes.directory));
  await time.pass(2_000);
  expect(asideCount()).toBe(0);
});
