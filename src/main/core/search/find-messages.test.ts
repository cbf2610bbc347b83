/** The search finds exactly what reading every text would find, whatever the state of the index. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId, seededRandom } from '../../../shared/domain/clock.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import type { DbFile, Writer } from '../db/connection.ts';
import { openDb } from '../db/open-db.ts';
import { codecOf } from '../db/row-codec.ts';
import { write } from '../db/write.ts';
import { findMessages } from './find-messages.ts';
import { type Indexer, makeIndexer } from './indexer.ts';
import { termsOf } from './terms.ts';

const seed = 48_213;
const random = seededRandom(seed);
const clock = { now: () => 1_795_000_000_000 };
const pause = () => Promise.resolve();
const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;

const words = [
  '返品',
  '冷蔵庫',
  '解約手続き',
  'お問い合わせ',
  'ありがとうございます',
  'エアコン',
  'ﾘﾓｺﾝ',
  '品番',
  'の',
  '電話',
  '日',
  '本',
  '日本',
  '幻影機関X9',
  '髙﨑',
  '𠮷野家',
  'return',
  'Returned',
  'returning',
  'order',
  'Re',
  'API',
  'webAPI',
  'C-88190',
  '090-1234-5678',
  'm.tanaka@example.jp',
  '¥1,200',
  '㌔',
  '①',
  'ｶﾞ',
  'e\u0301',
  '😀',
  '_x_',
  'a"b',
];
const joints = ['', '', ' ', '　', '、', '。', '\n', '-', '!'];

function sentence(): string {
  let text = '';
  for (let n = 1 + Math.floor(random.next() * 12); n > 0; n--) text += pick(words) + pick(joints);
  return text;
}

let cache: DbFile;
let search: DbFile;
let indexer: Indexer;
const stored = new Map<string, { text: string; folded: string; receivedAt: number; channel: string }>();

function put(id: string, text: string, receivedAt: number, channel: string, sv: number, writer?: Writer): void {
  const codec = codecOf('message');
  const row = {
    id,
    sv,
    conversationId: id,
    customerId: id,
    channel,
    seq: 1,
    direction: 'in',
    visibility: 'private',
    authorKind: 'customer',
    authorId: null,
    authorName: '',
    text,
    html: null,
    detail: { kind: 'text' },
    parentMessageId: null,
    sentAt: receivedAt,
    receivedAt,
    deliveryState: null,
    deliveryReason: null,
    deliveryAt: null,
    redactedAt: null,
  };
  const store = (into: Writer) => into.run(codec.upsert, ...codec.encode(row as never, null, 0, ''));
  if (writer) store(writer);
  else write(cache, store);
  stored.set(id, { text, folded: foldText(text), receivedAt, channel });
}

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'search-'));
  const options = { folder, key: 'cd'.repeat(32), clock, announce: () => undefined };
  cache = openDb('cache', options).file;
  search = openDb('search', options).file;
  stored.clear();
  write(cache, (writer) => writer.run("insert into meta (key, value) values ('cacheId', 'this')"));
  indexer = makeIndexer(cache.reader, search);
});
afterEach(() => {
  cache.close();
  search.close();
});

async function compare(query: string, channel: string | null): Promise<number> {
  const terms = termsOf(query);
  if (terms.length === 0) return 0;
  const expected = [...stored]
    .filter(
      ([, row]) => (channel === null || row.channel === channel) && terms.every((term) => row.folded.includes(term)),
    )
    .map(([id]) => id);
  const found = await findMessages(cache.reader, search, pause, terms, channel, 10_000);
  const ids = cache.reader.column<string>(
    'select id from message where n in (select value from json_each(?))',
    JSON.stringify(found.ns),
  );
  expect({ query, ids: ids.sort() }).toEqual({ query, ids: expected.sort() });
  expect({ query, count: found.count }).toEqual({ query, count: expected.length });
  const newest = await findMessages(cache.reader, search, pause, terms, channel, 5);
  const times = newest.ns.map((n) => cache.reader.value<number>('select received_at from message where n = ?', n));
  const wanted = expected
    .map((id) => stored.get(id)?.receivedAt ?? 0)
    .sort((a, b) => b - a)
    .slice(0, 5);
  expect({ query, times }).toEqual({ query, times: wanted });
  return expected.length;
}

/** Pieces of what is there, of one to six characters, and some words: the questions that people ask. */
function question(): string {
  const parts: string[] = [];
  for (let n = random.next() < 0.7 ? 1 : 2; n > 0; n--) {
    const source = [...foldText(random.next() < 0.3 ? pick(words) : pick([...stored.values()]).text)];
    const start = Math.floor(random.next() * source.length);
    parts.push(source.slice(start, start + 1 + Math.floor(random.next() * 6)).join(''));
  }
  return parts.join(' ');
}

test('the same set as LIKE over folded text, for terms of every length and script, indexed, half indexed and changed', async () => {
  const ids: string[] = [];
  write(cache, (writer) => {
    for (let i = 0; i < 2_000; i++) {
      const id = newId(clock, random);
      ids.push(id);
      // Out of order and with equal times, as a first download comes.
      const at = 1_790_000_000_000 + Math.floor(random.next() * 2_000) * 1_000;
      put(id, sentence(), at, pick(['line', 'mail', 'webChat']), i + 1, writer);
    }
  });
  while (!indexer.slice().isDone);
  let hits = 0;
  expect((await findMessages(cache.reader, search, pause, ['返品'], null, 1)).unindexed).toBe(0);
  for (let i = 0; i < 100; i++) hits += await compare(question(), random.next() < 0.2 ? 'webChat' : null);
  expect(hits).toBeGreaterThan(2_000);

  for (let i = 0; i < 150; i++) {
    const id = pick(ids);
    const row = stored.get(id);
    if (!row) continue;
    if (random.next() < 0.5) {
      write(cache, (writer) => writer.run('delete from message where id = ?', id));
      stored.delete(id);
    } else put(id, random.next() < 0.3 ? '' : sentence(), row.receivedAt, row.channel, 10_000 + i);
  }
  write(cache, (writer) => {
    for (let i = 0; i < 300; i++)
      put(newId(clock, random), sentence(), 1_795_000_000_000 + i, 'line', 20_000 + i, writer);
  });
  for (let i = 0; i < 30; i++) await compare(question(), null);
  indexer.slice();
  for (let i = 0; i < 30; i++) await compare(question(), null);
  while (!indexer.slice().isDone);
  for (let i = 0; i < 30; i++) await compare(question(), null);
  expect(search.reader.value('select count(*) from document')).toBe(
    [...stored.values()].filter(({ text }) => text.trim() !== '').length,
  );
}, 120_000);

test('an index of another cache is emptied and built again', () => {
  put(newId(clock, random), '冷蔵庫', 1_790_000_000_000, 'line', 1);
  while (!indexer.slice().isDone);
  expect(search.reader.value('select count(*) from document')).toBe(1);
  write(cache, (writer) => {
    writer.run("update meta set value = 'another' where key = 'cacheId'");
    writer.run('delete from message');
    writer.run('delete from search_change');
  });
  const anew = makeIndexer(cache.reader, search);
  expect(search.reader.value('select count(*) from document')).toBe(0);
  expect(anew.slice()).toEqual({ upTo: 0, changesUpTo: 0, isDone: true });
});
