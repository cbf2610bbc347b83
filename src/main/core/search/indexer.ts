/**
 * Builds `search.db` from `cache.db`, slice by slice: first what changed, then what is new. Only reads the cache. Runs in
 * the search thread; knows no thread.
 */
import { foldText } from '../../../shared/domain/fold-text.ts';
import type { DbFile, Reader, Writer } from '../db/connection.ts';
import { write } from '../db/write.ts';
import { tokensOf } from './tokens.ts';

/** Messages in one transaction, which is one segment of the index: with fewer, merging them costs more than writing. */
const MESSAGES_PER_SLICE = 1_000;
const CHANGES_PER_SLICE = 200;
/** Documents of one millisecond; document numbers stay below 2^53 until the year 2255. */
const PER_MILLISECOND = 1_024;
/** Words remembered in memory so that a known one costs nothing. */
const WORDS_IN_MEMORY = 200_000;

export type IndexProgress = { upTo: number; changesUpTo: number; isDone: boolean };

export type Indexer = {
  /** Does one slice. Throws a SqliteError when one of the files is damaged. */
  slice(): IndexProgress;
};

type Text = { n: number; text: string; receivedAt: number; channel: string };

/** An indexer over open files. An index of another cache is emptied first. */
export function makeIndexer(cache: Reader, search: DbFile): Indexer {
  const words = new Set<string>();
  const cacheId = cache.value<string>("select value from meta where key = 'cacheId'") ?? '';
  if (readMeta(search.reader, 'cacheId') !== cacheId) empty(search, cacheId);
  let upTo = Number(readMeta(search.reader, 'upTo') ?? 0);
  let changesUpTo = Number(readMeta(search.reader, 'changesUpTo') ?? 0);

  function add(writer: Writer, message: Text): void {
    const tokens = tokensOf(foldText(message.text));
    if (tokens.length === 0) return;
    for (const token of tokens) if (token.isWord) learn(writer, token.text);
    let rowid = message.receivedAt * PER_MILLISECOND;
    while (writer.value('select 1 from document where rowid = ?', rowid) !== undefined) rowid += 1;
    writer.run('insert into document (rowid, message_n) values (?, ?)', rowid, message.n);
    writer.run(
      'insert into find (rowid, body, facet) values (cast(? as integer), ?, ?)',
      rowid,
      tokens.map(({ text }) => text).join(' '),
      facetOf(message.channel),
    );
  }

  function learn(writer: Writer, word: string): void {
    if (words.has(word)) return;
    if (words.size >= WORDS_IN_MEMORY) words.clear();
    words.add(word);
    writer.run('insert or ignore into word (text) values (?)', word);
  }

  function indexChanges(writer: Writer): boolean {
    const changes = cache.all<{ n: number; messageN: number }>(
      'select n, message_n as messageN from search_change where n > ? order by n limit ?',
      changesUpTo,
      CHANGES_PER_SLICE,
    );
    for (const { messageN } of changes) {
      // What is not in the index yet will be read as it is then.
      if (messageN > upTo) continue;
      const rowid = writer.value<number>('select rowid from document where message_n = ?', messageN);
      if (rowid !== undefined) {
        writer.run('delete from find where rowid = cast(? as integer)', rowid);
        writer.run('delete from document where rowid = ?', rowid);
      }
      const message = cache.get<Text>(
        'select n, text, received_at as receivedAt, channel from message where n = ?',
        messageN,
      );
      if (message) add(writer, message);
    }
    changesUpTo = changes.at(-1)?.n ?? changesUpTo;
    return changes.length < CHANGES_PER_SLICE;
  }

  function indexNew(writer: Writer): boolean {
    const messages = cache.all<Text>(
      'select n, text, received_at as receivedAt, channel from message where n > ? order by n limit ?',
      upTo,
      MESSAGES_PER_SLICE,
    );
    const last = messages.at(-1);
    // FTS5 writes out its buffer whenever a document number is smaller than the one before; a first download comes
    // newest first, so unsorted it would write a thousand times for each slice.
    for (const message of messages.sort((a, b) => a.receivedAt - b.receivedAt)) add(writer, message);
    upTo = last?.n ?? upTo;
    return messages.length < MESSAGES_PER_SLICE;
  }

  return {
    slice() {
      const before = { upTo, changesUpTo };
      try {
        return write(search, (writer) => {
          const isDone = indexChanges(writer) && indexNew(writer);
          if (upTo !== before.upTo) putMeta(writer, 'upTo', String(upTo));
          if (changesUpTo !== before.changesUpTo) putMeta(writer, 'changesUpTo', String(changesUpTo));
          return { upTo, changesUpTo, isDone };
        });
      } catch (error) {
        ({ upTo, changesUpTo } = before);
        words.clear();
        throw error;
      }
    },
  };
}

/** The token by which a channel is chosen. */
export function facetOf(channel: string): string {
  return `channel${channel.toLowerCase()}`;
}

/** One fact that the index knows about itself. */
export function readMeta(search: Reader, key: 'cacheId' | 'upTo' | 'changesUpTo'): string | undefined {
  return search.value<string>('select value from meta where key = ?', key);
}

function putMeta(writer: Writer, key: 'cacheId' | 'upTo' | 'changesUpTo', value: string): void {
  writer.run(
    'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    key,
    value,
  );
}

function empty(search: DbFile, cacheId: string): void {
  write(search, (writer) => {
    writer.run("insert into find (find) values ('delete-all')");
    for (const table of ['document', 'word', 'meta']) writer.run(`delete from ${table}`);
    putMeta(writer, 'cacheId', cacheId);
  });
}
