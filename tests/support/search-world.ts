/**
 * Messages of mixed Japanese and English in a cache with its index, questions about them as people ask, and a judge that
 * reads every text: what LIKE over folded text finds. Used by the unit test and by the proof at 100,000 messages.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DbFile, Writer } from '../../src/main/core/db/connection.ts';
import { holdSnapshot } from '../../src/main/core/db/hold-snapshot.ts';
import { openDb } from '../../src/main/core/db/open-db.ts';
import { codecOf } from '../../src/main/core/db/row-codec.ts';
import { write } from '../../src/main/core/db/write.ts';
import { findNewest, visitAll } from '../../src/main/core/search/find-messages.ts';
import { type Indexer, makeIndexer } from '../../src/main/core/search/indexer.ts';
import { isAnswer, readQuestion } from '../../src/main/core/search/question.ts';
import { newId, type Random } from '../../src/shared/domain/clock.ts';
import { conversationStatuses } from '../../src/shared/domain/conversation.ts';
import { foldText, searchableText } from '../../src/shared/domain/fold-text.ts';
import { agentIdSchema, customerIdSchema } from '../../src/shared/domain/ids.ts';
import {
  fitsFilter,
  noSearchFilter,
  type SearchFilter,
  type SearchItem,
  searchKinds,
  searchStateOf,
  searchStates,
} from '../../src/shared/domain/search-filter.ts';

const words =
  '返品 冷蔵庫 解約手続き お問い合わせ ありがとうございます エアコン ﾘﾓｺﾝ サーバー サ-バ- 品番 の 電話 日 本 日本 幻影機関X9 髙﨑 𠮷野家 return Returned returning order Re API webAPI C-88190 090-1234-5678 m.tanaka@example.jp ¥1,200 ㌔ ① ｶﾞ ガ か゛ Ａ１ e\u0301 😀 _x_ a"b 「至急」 ｰ ～ ――'.split(
    ' ',
  );
const joints = ['', '', ' ', '　', '、', '。', '\n', '-', '!', '\u00a0'];
const channels = ['line', 'mail', 'webChat'] as const;
const BEGIN = 1_790_000_000_000;

/** Key of the world's files. */
export const WORLD_KEY = 'cd'.repeat(32);

type Stored = SearchItem & { at: number; searchable: string; text: string; customerId: string };

export type SearchWorld = {
  cache: DbFile;
  search: DbFile;
  indexer: Indexer;
  stored: Map<string, Stored>;
  /** Puts new messages in, in one transaction, out of order and with equal times, as a first download comes. */
  fill(count: number, text?: () => string): void;
  /** Changes, takes back or removes some of what is there. */
  disturb(count: number): void;
  /** Pieces of what is there and words, phrases and exclusions, with a filter now and then. */
  question(): { text: string; filter: SearchFilter };
  /** What is wrong with the answers to a question, or null; and how many there are. */
  judge(text: string, filter: SearchFilter): Promise<{ fault: string | null; hits: number }>;
  close(): void;
};

/** An empty cache with an index of nothing. */
export function makeSearchWorld(random: Random): SearchWorld {
  const folder = mkdtempSync(join(tmpdir(), 'search-'));
  const clock = { now: () => 1_795_000_000_000 };
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const options = { folder, key: WORLD_KEY, clock, announce: () => undefined };
  const { file: cache } = openDb('cache', options);
  const { file: search } = openDb('search', options);
  const stored = new Map<string, Stored>();
  const agents = Array.from({ length: 5 }, () => agentIdSchema.parse(newId(clock, random)));
  const customers = Array.from({ length: 40 }, () => customerIdSchema.parse(newId(clock, random)));
  const conversations = Array.from({ length: 200 }, () => ({
    id: newId(clock, random),
    status: pick(conversationStatuses),
    channel: pick(channels),
    customerId: pick(customers),
  }));
  let sv = 0;
  write(cache, (writer) => {
    writer.run("insert into meta (key, value) values ('cacheId', 'this')");
    for (const one of conversations) putConversation(writer, one);
  });
  const indexer = makeIndexer(cache.reader, search, clock);

  function putConversation(writer: Writer, one: (typeof conversations)[number]): void {
    const row = {
      ...{ id: one.id, sv: (sv += 1), workspaceId: 'w', channelAccountId: 'a', channel: one.channel },
      ...{ customerId: one.customerId, queueId: 'q', assigneeId: null, number: 'C-1', subject: null },
      ...{ visibility: 'private', status: one.status, category: null, tags: [], openedAt: 0, resolvedAt: null },
      ...{ lastSeq: 1, lastInSeq: 1, readSeq: 0, unreadCount: 0, lastInAt: null, lastOutAt: null, lastActivityAt: 0 },
      ...{ preview: '', previewDirection: 'in', dueAt: null, replyWindow: null, replyWindowClosesAt: null },
    };
    const codec = codecOf('conversation');
    writer.run(codec.upsert, ...codec.encode(row as never, null, 0, ''));
  }

  function put(
    writer: Writer,
    id: string,
    text: string,
    item: Omit<Stored, 'text' | 'searchable'>,
    conversationId: string,
  ): void {
    const row = {
      ...{ id, sv: (sv += 1), conversationId, customerId: item.customerId, channel: item.channel, seq: 1 },
      ...{ direction: item.kind === 'note' ? 'note' : item.agentId === null ? 'in' : 'out', visibility: 'private' },
      ...{ authorKind: item.agentId === null ? 'customer' : 'agent', authorId: item.agentId, authorName: '', text },
      ...{ html: null, detail: { kind: 'text' }, parentMessageId: null, sentAt: item.at, receivedAt: item.at },
      ...{ deliveryState: null, deliveryReason: null, deliveryAt: null, redactedAt: null },
    };
    const codec = codecOf('message');
    writer.run(codec.upsert, ...codec.encode(row as never, null, 0, ''));
    stored.set(id, { ...item, text, searchable: searchableText(text) });
  }

  function sentence(): string {
    let text = '';
    for (let n = 1 + below(12); n > 0; n--) text += pick(words) + pick(joints);
    return text;
  }

  const inConversation = new Map<string, string>();
  function fill(count: number, text: () => string = sentence): void {
    write(cache, (writer) => {
      for (let n = 0; n < count; n++) {
        const id = newId(clock, random);
        const conversation = pick(conversations);
        const agentId = random.next() < 0.5 ? pick(agents) : null;
        const isNote = agentId !== null && random.next() < 0.2;
        const { customerId, channel, status } = conversation;
        inConversation.set(id, conversation.id);
        const at = BEGIN + below(Math.max(2_000, count)) * (random.next() < 0.5 ? 1_000 : 700);
        const item = { kind: isNote ? ('note' as const) : ('message' as const), channel, agentId, customerId, at };
        put(writer, id, text(), { ...item, state: searchStateOf(status) }, conversation.id);
      }
    });
  }

  function disturb(count: number): void {
    const ids = [...stored.keys()];
    for (let n = 0; n < count; n++) {
      const id = pick(ids);
      const row = stored.get(id);
      if (!row) continue;
      const chance = random.next();
      write(cache, (writer) => {
        if (chance < 0.4) {
          writer.run('delete from message where id = ?', id);
          stored.delete(id);
        } else put(writer, id, chance < 0.6 ? '' : sentence(), row, inConversation.get(id) ?? '');
      });
    }
    const conversation = pick(conversations);
    conversation.status = pick(conversationStatuses);
    write(cache, (writer) => putConversation(writer, conversation));
    for (const [id, row] of stored)
      if (inConversation.get(id) === conversation.id)
        stored.set(id, { ...row, state: searchStateOf(conversation.status) });
  }

  function piece(longest: number): string {
    const source = [...(random.next() < 0.3 ? pick(words) : pick([...stored.values()]).text)];
    const start = below(source.length);
    const text = source.slice(start, start + 1 + below(longest)).join('');
    return random.next() < 0.5 ? text : foldText(text);
  }

  function part(): string {
    const chance = random.next();
    if (chance < 0.15) return `"${piece(12).replaceAll('"', '')}"`;
    if (chance < 0.25) return `「${piece(12).replaceAll('」', '')}」`;
    return piece(6);
  }

  function question(): { text: string; filter: SearchFilter } {
    const parts = Array.from({ length: random.next() < 0.7 ? 1 : 2 }, part);
    if (random.next() < 0.2) parts.push(`-${part()}`);
    const filter: SearchFilter = { ...noSearchFilter };
    if (random.next() < 0.2) filter.channel = pick(channels);
    if (random.next() < 0.15) filter.state = pick(searchStates);
    if (random.next() < 0.15) filter.kind = pick(searchKinds.slice(-2));
    if (random.next() < 0.15) filter.agentId = pick(agents);
    if (random.next() < 0.1) filter.customerId = pick(customers);
    const moment = (): number => pick([...stored.values()]).at + below(3) - 1;
    if (random.next() < 0.15) filter.from = moment();
    if (random.next() < 0.15) filter.until = moment();
    return { text: parts.join(' '), filter };
  }

  async function judge(text: string, filter: SearchFilter): Promise<{ fault: string | null; hits: number }> {
    const asked = readQuestion(text);
    if (asked.terms.length === 0) return { fault: null, hits: 0 };
    const wanted = [...stored].filter(
      ([, row]) =>
        isAnswer(row.searchable, asked) &&
        fitsFilter(filter, row) &&
        (filter.customerId === null || filter.customerId === row.customerId),
    );
    const snapshot = holdSnapshot(search);
    try {
      const files = { cache: cache.reader, search: snapshot.reader, pause: () => Promise.resolve() };
      const idOf = (n: number) => cache.reader.value<string>('select id from message where n = ?', n) ?? '';
      const all = (await findNewest(files, asked, filter, stored.size + 1)).map(idOf);
      const newest = (await findNewest(files, asked, filter, 5)).map(idOf);
      let counted = 0;
      await visitAll(files, asked, filter, (item) => {
        if (fitsFilter(filter, item)) counted += 1;
      });
      const times = (ids: string[]) => ids.map((id) => stored.get(id)?.at ?? 0).join();
      const expected = wanted.map(([id]) => id);
      const order = expected.map((id) => stored.get(id)?.at ?? 0).sort((a, b) => b - a);
      const faults = [
        ...(all.toSorted().join() === expected.toSorted().join()
          ? []
          : [`${all.length} found, ${expected.length} there`]),
        ...(times(newest) === order.slice(0, 5).join() ? [] : ['not the newest']),
        ...(counted === expected.length ? [] : [`${counted} counted, ${expected.length} there`]),
      ];
      return {
        fault: faults.length === 0 ? null : `${JSON.stringify({ text, filter })}: ${faults.join(', ')}`,
        hits: expected.length,
      };
    } finally {
      snapshot.release();
    }
  }

  return {
    cache,
    search,
    indexer,
    stored,
    fill,
    disturb,
    question,
    judge,
    close() {
      cache.close();
      search.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
