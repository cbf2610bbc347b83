/** A file of customers and one of orders come in by the administration, are looked at, and are read once, however often they come. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import encoding from 'encoding-japanese';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelIdentity, customer, importJob, order, personalData } from '../../src/server/db/schema.ts';
import { detectEncoding } from '../../src/server/imports/decode-file.ts';
import { previewFile } from '../../src/server/imports/open-import.ts';
import { IMPORT_PART, type ImportKind, LARGEST_IMPORT } from '../../src/shared/administration/import-calls.ts';
import { administratorOf, addAdministrators } from '../support/administrators.ts';
import type { Engine } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

type Administrator = Awaited<ReturnType<typeof administratorOf>>;

async function bring(by: Administrator, kind: ImportKind, bytes: Buffer): Promise<string> {
  const id = randomUUID();
  await by.ask('imports.begin', { id, kind, fileName: `${kind}.csv`, size: bytes.length });
  for (let offset = 0; offset < bytes.length; offset += IMPORT_PART)
    await by.ask('imports.part', {
      id,
      offset,
      base64: bytes.subarray(offset, offset + IMPORT_PART).toString('base64'),
    });
  return id;
}
async function startAsSuggested(by: Administrator, id: string, kind: ImportKind): Promise<void> {
  const seen = await by.ask('imports.preview', { id, kind, encoding: null, delimiter: null, mapping: null });
  if (seen.trouble !== null || seen.encoding === null) throw new Error(JSON.stringify(seen.trouble));
  await by.ask('imports.start', { id, encoding: seen.encoding, delimiter: seen.delimiter, mapping: seen.mapping });
}
async function ended(by: Administrator, id: string) {
  return await eventually(
    async () => {
      const found = (await by.ask('imports.list', {})).imports.find((one) => one.id === id);
      return found?.finishedAt != null && found;
    },
    { withinMs: 30_000, what: 'the end of the import' },
  );
}
const shiftJis = (text: string): Buffer =>
  Buffer.from(encoding.convert(encoding.stringToCode(text), { to: 'SJIS', from: 'UNICODE' }));

for (const engine of ['pglite', 'postgresql'] as const satisfies Engine[]) {
  describe(`an import (${engine})`, () => {
    let server: TestServer;
    let abe: Administrator;
    let ota: Administrator;
    beforeAll(async () => {
      server = await startTestServer({ engine });
      const people = await addAdministrators(server);
      abe = await administratorOf(server, people.abe);
      ota = await administratorOf(server, people.ota);
    });
    afterAll(() => server.stop());

    const members = [
      '会員番号,氏名,フリガナ,メールアドレス,電話番号,ランク',
      'M-1,田中 美咲,タナカ ミサキ,Misaki@Example.JP,090-1234-5678,ゴールド',
      'M-2,"株式会社 青空, 東京",,info@aozora.example,03-1234-5678,',
      'M-3,,,broken@,0120,',
      'M-4,"=HYPERLINK(""http://evil"")",,nobody(at)example,,',
      'M-5,髙橋 﨑,,takahashi@example.jp,,',
    ].join('\r\n');

    test('in Shift_JIS is found out, shown with what is wrong in each cell, and taken; twice is as once', async () => {
      const { orm } = server.running.database;
      const id = await bring(abe, 'customers', shiftJis(members));
      const seen = await abe.ask('imports.preview', {
        id,
        kind: 'customers',
        encoding: null,
        delimiter: null,
        mapping: null,
      });
      expect(seen).toMatchObject({
        encoding: 'shift_jis',
        delimiter: ',',
        trouble: null,
        mapping: { memberNumber: 0, mail: 3 },
      });
      expect(seen.rows[0]?.cells[1]).toBe('田中 美咲');
      expect(seen.rows[2]?.faults).toEqual([
        { column: 1, fault: 'missing' },
        { column: 3, fault: 'not-valid' },
        { column: 4, fault: 'not-valid' },
      ]);
      await startAsSuggested(abe, id, 'customers');
      expect(await ended(abe, id)).toMatchObject({ state: 'done', total: 5, done: 5, made: 3, same: 0, refused: 2 });
      const [tanaka] = await orm.select().from(customer).where(eq(customer.memberNumber, 'M-1'));
      expect(tanaka).toMatchObject({
        displayName: '田中 美咲',
        rank: 'ゴールド',
        workspaceId: server.centre.workspaceId,
      });
      const ways = await orm.select().from(channelIdentity).where(eq(channelIdentity.customerId, tanaka!.id));
      expect(ways.map((row) => row.address).sort()).toEqual(['+819012345678', 'misaki@example.jp']);
      expect(ways.map((row) => row.maskedValue).sort()).toEqual(['090-••••-5678', 'mis••••@example.jp']);
      expect(await orm.select().from(personalData).where(eq(personalData.customerId, tanaka!.id))).toHaveLength(2);
      expect(tanaka!.sv).toBeGreaterThan(0);

      const again = await bring(abe, 'customers', Buffer.from(`\uFEFF${members.replace('ゴールド', 'プラチナ')}`));
      await startAsSuggested(abe, again, 'customers');
      expect(await ended(abe, again)).toMatchObject({ made: 0, changed: 1, same: 2, refused: 2 });
      expect(await orm.select().from(customer)).toHaveLength(3);
      expect(existsSync(path.join(server.dataDir, 'imports', `${id}.csv`))).toBe(false);
    });

    test('gives back the refused rows as a file that no spreadsheet runs, and that can be mended and imported again', async () => {
      const id = (await abe.ask('imports.list', {})).imports.at(-1)!.id;
      const { base64, next } = await abe.ask('imports.refusals', { id, offset: 0 });
      expect(next).toBeNull();
      const text = Buffer.from(base64, 'base64').toString();
      expect(text).toContain(`"'=HYPERLINK(""http://evil"")"`);
      expect(text).toContain('氏名：空欄です / メールアドレス：形式が正しくありません');
      const mended = await bring(abe, 'customers', Buffer.from(text.replace('nobody(at)example', 'nobody@example.jp')));
      await startAsSuggested(abe, mended, 'customers');
      expect(await ended(abe, mended)).toMatchObject({ made: 1, refused: 1 });
      const [evil] = await server.running.database.orm.select().from(customer).where(eq(customer.memberNumber, 'M-4'));
      expect(evil?.displayName).toBe('=HYPERLINK("http://evil")');
    });

    test('of orders finds its customers by any of their keys, names those who are not there, and changes what has changed', async () => {
      const orders = [
        '注文番号;注文日;メールアドレス;会員番号;金額;状態;商品名;数量',
        'A-1;2026/11/20 10:30;misaki@example.jp;;"12,800円";発送済;冷蔵庫;1',
        'A-2;2026-11-21;;M-2;3000;受付;;',
        'A-3;2026-02-31;;M-2;3000;;;',
        'A-4;2026-11-21;;M-404;3000;;;',
      ].join('\n');
      const id = await bring(abe, 'orders', Buffer.from(orders));
      await startAsSuggested(abe, id, 'orders');
      expect(await ended(abe, id)).toMatchObject({ made: 2, refused: 2 });
      const again = await bring(abe, 'orders', Buffer.from(orders.replace('発送済', '配達済')));
      await startAsSuggested(abe, again, 'orders');
      expect(await ended(abe, again)).toMatchObject({ made: 0, changed: 1, same: 1, refused: 2 });
      const rows = await server.running.database.orm.select().from(order).orderBy(order.number);
      expect(rows).toMatchObject([
        { number: 'A-1', amount: 12_800, status: 'delivered', orderedAt: Date.parse('2026-11-20T10:30:00+09:00') },
        { number: 'A-2', amount: 3_000, status: 'received' },
      ]);
      expect(rows[0]?.lines).toEqual([{ sku: '', productName: '冷蔵庫', quantity: 1, price: 12_800 }]);
    });

    test('is stopped by its administrator, goes on after a crash behind what is there, and is nobody else’s', async () => {
      const { orm } = server.running.database;
      const many = ['会員番号,氏名', ...Array.from({ length: 1_200 }, (_, n) => `N-${n},人 ${n}`)].join('\n');
      const id = await bring(abe, 'customers', Buffer.from(many));
      expect(
        (
          await ota.refused('imports.preview', {
            id,
            kind: 'customers',
            encoding: null,
            delimiter: null,
            mapping: null,
          })
        ).error.why,
      ).toBe('unknown');
      await abe.ask('imports.cancel', { id });
      expect(await ended(abe, id)).toMatchObject({ state: 'cancelled', done: 0 });
      const tooLarge = { id: randomUUID(), kind: 'customers', fileName: 'x.csv', size: 200_000_000 };
      expect(LARGEST_IMPORT).toBeLessThan(tooLarge.size);
      expect((await abe.refused('imports.begin', tooLarge)).error).toMatchObject({
        why: 'out-of-range',
        field: 'size',
      });
      const second = await bring(abe, 'customers', Buffer.from(many));
      // As a node that died after its first 500 rows left it.
      await orm
        .update(importJob)
        .set({
          state: 'running',
          encoding: 'utf-8',
          delimiter: ',',
          mapping: { memberNumber: 0, displayName: 1 },
          done: 500,
          made: 500,
          heldUntil: 1,
        })
        .where(eq(importJob.id, second));
      await startAsSuggested(abe, await bring(abe, 'customers', Buffer.from(many.slice(0, 40))), 'customers');
      expect(await ended(abe, second)).toMatchObject({
        state: 'done',
        total: 1_200,
        done: 1_200,
        made: 1_200,
        same: 0,
      });
      expect(await orm.select().from(customer).where(eq(customer.memberNumber, 'N-499'))).toEqual([]);
      expect(await orm.select().from(customer).where(eq(customer.memberNumber, 'N-500'))).toHaveLength(1);
    });
  });
}

describe('a file that cannot be taken', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kanade-import-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const fileOf = (bytes: Buffer | string): string => {
    const file = path.join(folder, randomUUID());
    writeFileSync(file, bytes);
    return file;
  };
  const auto = { encoding: null, delimiter: null, mapping: null };

  test.each([
    ['in another encoding', Buffer.from('\uFEFF会員番号,氏名', 'utf16le'), 'encoding', null],
    ['with bytes of no letter', Buffer.from([0x61, 0x2c, 0xff, 0xfe, 0x0a, 0x80]), 'encoding', null],
    ['with quotes that do not fit', '会員番号,氏名\nM-1,"田中"様\n', 'quotes', 2],
    ['without a row', '会員番号,氏名\n', 'empty', null],
    ['without a column for the name', '会員番号,住所\nM-1,東京\n', 'missingField', null],
  ] as const)('%s is refused with what is wrong', async (_title, bytes, why, line) => {
    expect((await previewFile(fileOf(bytes as Buffer), 'customers', auto)).trouble).toEqual({ why, line });
  });

  test('the administrator may say otherwise, and a wrong saying is named', async () => {
    const file = fileOf(shiftJis('会員番号,氏名\nM-1,表示\n'));
    expect(await detectEncoding(file)).toBe('shift_jis');
    const wrong = await previewFile(file, 'customers', { ...auto, encoding: 'utf-8' });
    expect(wrong.trouble).toEqual({ why: 'encoding', line: null });
  });
});
