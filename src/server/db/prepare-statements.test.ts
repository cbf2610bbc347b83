import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pgliteTemplate } from '../../../tests/support/databases.ts';
import { prepareStatements } from './prepare-statements.ts';

let client: PGlite;
let prepared: ReturnType<typeof prepareStatements>;

beforeAll(async () => {
  client = await PGlite.create({ loadDataDir: await pgliteTemplate(), parsers: { 20: Number } });
  await client.exec(`create table thing (id uuid primary key, n bigint, tags jsonb, words text[], at timestamptz, is_on boolean);
    create table other (id int primary key)`);
  prepared = prepareStatements(client);
});
afterAll(() => client.close());

const ID = '0199aaaa-0000-7000-8000-000000000001';

test('a statement gives the second and the thousandth time what PGlite itself gives', async () => {
  const add = 'insert into thing values ($1, $2, $3, $4, now(), $5)';
  expect((await prepared.query(add, [ID, 7, { a: [1, 'ü'] }, ['返品', 'b"c,'], null])).affectedRows).toBe(1);
  const read = 'select *, $2::int + 1 as more from thing where id = $1';
  const theirs = await client.query(read, [ID, 1]);
  for (let n = 0; n < 1_010; n++) {
    const ours = await prepared.query(read, [ID, 1]);
    if (n % 500 < 2) expect(ours.rows).toEqual(theirs.rows);
  }
  const asArrays = { rowMode: 'array' as const, parsers: { 1184: (text: string) => `as text: ${text}` } };
  expect((await prepared.query(read, [ID, 1], asArrays)).rows).toEqual(
    (await client.query(read, [ID, 1], asArrays)).rows,
  );
});

test('what the database refuses keeps its code, rolls its transaction back and spoils nothing after it', async () => {
  const add = 'insert into other values ($1)';
  await prepared.query(add, [1]);
  await expect(
    prepared.transaction(async (tx) => {
      await tx.query(add, [2]);
      await tx.query(add, [1]);
    }),
  ).rejects.toMatchObject({ code: '23505' });
  await expect(prepared.query('select * from nowhere')).rejects.toMatchObject({ code: '42P01' });
  await expect(prepared.query('select * from nowhere')).rejects.toMatchObject({ code: '42P01' });
  expect((await prepared.query('select id from other')).rows).toEqual([{ id: 1 }]);
});

test('a statement that is not known yet fails in an aborted transaction, and works after it', async () => {
  const read = 'select count(*)::int as n from other';
  await prepared
    .transaction(async (tx) => {
      await expect(tx.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
      await expect(tx.query(read)).rejects.toMatchObject({ code: '25P02' });
      throw new Error('ended');
    })
    .catch(() => {});
  expect((await prepared.query(read)).rows).toEqual([{ n: 1 }]);
});

test('a query of somebody else waits until the transaction has ended', async () => {
  const seen: unknown[] = [];
  let outside: Promise<unknown> = Promise.resolve();
  await prepared.transaction(async (tx) => {
    await tx.query('insert into other values ($1)', [10]);
    outside = prepared.query('select count(*)::int as n from other').then(({ rows }) => seen.push(...rows));
    await tx.query('insert into other values ($1)', [11]);
    expect(seen).toEqual([]);
  });
  await outside;
  expect(seen).toEqual([{ n: 3 }]);
});

test('more values than a plan is made for go by PGlite itself, within the same transaction', async () => {
  const many = Array.from({ length: 1_000 }, (_, n) => n + 100);
  const add = 'insert into other select unnest($1::int[])';
  await prepared.transaction(async (tx) => {
    await tx.query(add, [[50]]);
    expect((await tx.query(add, [many])).affectedRows).toBe(1_000);
    await tx.query(add, [[51]]);
  });
  expect((await prepared.query('select count(*)::int as n from other where id >= $1', [50])).rows).toEqual([
    { n: 1_002 },
  ]);
});
