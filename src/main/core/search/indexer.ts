/**
 * Builds `search.db` from `cache.db`, slice by slice: first what changed, then what is new. Only reads the cache. Runs in
 * the search thread; knows no thread.
 */
import type { Clock } from '../../../shared/domain/clock.ts';
import { FOLD_VERSION, foldText } from '../../../shared/domain/fold-text.ts';
import type { DbFile, Reader, Writer } from '../db/connection.ts';
import { write } from '../db/write.ts';
import { putIndexMeta, readIndexMeta, readIndexNumber } from './index-meta.ts';
import { facetsOf, firstDocumentAt } from './message-document.ts';
import { pairsOf, tokensOf } from './tokens.ts';

/** Messages in one transaction, which is one segment of the index: with fewer, merging them costs more than writing. */
const MESSAGES_PER_SLICE = 1_000;
const CHANGES_PER_SLICE = 200;
/** Words and ids remembered in memory so that a known one costs nothing. */
const REMEMBERED = 200_000;

export type IndexProgress = { upTo: number; changesUpTo: number; isDone: boolean };

export type Indexer = {
  /** Does one slice. Throws a SqliteError when one of the files is damaged. */
  slice(): IndexProgress;
  /** A word that was taken out of the list and must be put in anew when it is met. */
  forget(word: string): void;
};

type Message = {
  n: number;
  text: string;
  receivedAt: number;
  channel: string;
  direction: string;
  agentId: string | null;
  conversationId: string;
};

const COLUMNS = `n, text, received_at as receivedAt, channel, direction, conversation_id as conversationId, case when author_kind = 'agent' then author_id end as agentId`;

/** An indexer over open files. An index of another cache, or of another way of folding, is emptied first. */
export function makeIndexer(cache: Reader, search: DbFile, clock: Clock): Indexer {
  const words = new Set<string>();
  const names = new Map<string, number>();
  const cacheId = cache.value<string>("select value from meta where key = 'cacheId'") ?? '';
  const isOurs =
    readIndexMeta(search.reader, 'cacheId') === cacheId && readIndexNumber(search.reader, 'fold') === FOLD_VERSION;
  if (!isOurs) empty(search, cacheId);
  let upTo = readIndexNumber(search.reader, 'upTo');
  let changesUpTo = readIndexNumber(search.reader, 'changesUpTo');
  let drift = readIndexNumber(search.reader, 'drift');
  /** The last document that was placed: many messages of one moment need not be walked past one by one. */
  let placed = { first: -1, rowid: -1 };

  function add(writer: Writer, message: Message): void {
    const tokens = tokensOf(foldText(message.text));
    if (tokens.length === 0) return;
    for (const token of tokens) if (token.kind === 'word') learn(writer, token.text);
    const rowid = place(writer, message.receivedAt);
    const agentN = message.agentId === null ? 0 : numberOf(writer, message.agentId);
    writer.run(
      `insert into document (rowid, message_n, received_at, channel, is_note, agent_n, conversation_n)
       values (?, ?, ?, ?, ?, ?, ?)`,
      rowid,
      message.n,
      message.receivedAt,
      message.channel,
      message.direction === 'note' ? 1 : 0,
      agentN,
      numberOf(writer, message.conversationId),
    );
    writer.run(
      'insert into find (rowid, body, facet) values (cast(? as integer), ?, ?)',
      rowid,
      tokens.map(({ text }) => text).join(' '),
      facetsOf({ channel: message.channel, isNote: message.direction === 'note', agentN }).join(' '),
    );
    const pairs = pairsOf(tokens);
    if (pairs.length > 0)
      writer.run('insert into find_pair (rowid, body) values (cast(? as integer), ?)', rowid, pairs.join(' '));
  }

  /** The first free number at or after the time of receipt. */
  function place(writer: Writer, receivedAt: number): number {
    const first = firstDocumentAt(receivedAt);
    let rowid = first === placed.first ? placed.rowid + 1 : first;
    while (writer.value('select 1 from document where rowid = ?', rowid) !== undefined) rowid += 1;
    placed = { first, rowid };
    drift = Math.max(drift, rowid - first);
    return rowid;
  }

  function learn(writer: Writer, word: string): void {
    if (words.has(word)) return;
    if (words.size >= REMEMBERED) words.clear();
    words.add(word);
    writer.run('insert or ignore into word (text) values (?)', word);
  }

  function numberOf(writer: Writer, id: string): number {
    const known = names.get(id) ?? writer.value<number>('select n from name where id = ?', id);
    const n = known ?? writer.run('insert into name (id) values (?)', id).lastRowid;
    if (names.size >= REMEMBERED) names.clear();
    names.set(id, n);
    return n;
  }

  function remove(writer: Writer, messageN: number): void {
    const rowid = writer.value<number>('select rowid from document where message_n = ?', messageN);
    if (rowid === undefined) return;
    for (const table of ['find', 'find_pair'])
      writer.run(`delete from ${table} where rowid = cast(? as integer)`, rowid);
    writer.run('delete from document where rowid = ?', rowid);
    if (readIndexMeta(writer, 'unclean') === undefined) putIndexMeta(writer, 'unclean', clock.now());
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
      remove(writer, messageN);
      const message = cache.get<Message>(`select ${COLUMNS} from message where n = ?`, messageN);
      if (message) add(writer, message);
    }
    changesUpTo = changes.at(-1)?.n ?? changesUpTo;
    return changes.length < CHANGES_PER_SLICE;
  }

  function indexNew(writer: Writer): boolean {
    const messages = cache.all<Message>(
      `select ${COLUMNS} from message where n > ? order by n limit ?`,
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
      const before = { upTo, changesUpTo, drift };
      try {
        return write(search, (writer) => {
          const isDone = indexChanges(writer) && indexNew(writer);
          if (upTo !== before.upTo) putIndexMeta(writer, 'upTo', upTo);
          if (changesUpTo !== before.changesUpTo) putIndexMeta(writer, 'changesUpTo', changesUpTo);
          if (drift !== before.drift) putIndexMeta(writer, 'drift', drift);
          return { upTo, changesUpTo, isDone };
        });
      } catch (error) {
        ({ upTo, changesUpTo, drift } = before);
        placed = { first: -1, rowid: -1 };
        words.clear();
        names.clear();
        throw error;
      }
    },
    forget: (word) => void words.delete(word),
  };
}

function empty(search: DbFile, cacheId: string): void {
  write(search, (writer) => {
    for (const table of ['find', 'find_pair']) writer.run(`insert into ${table} (${table}) values ('delete-all')`);
    for (const table of ['document', 'word', 'name', 'meta']) writer.run(`delete from ${table}`);
    putIndexMeta(writer, 'cacheId', cacheId);
    putIndexMeta(writer, 'fold', FOLD_VERSION);
  });
}
