/**
 * The yardstick of the local files: the same rows in bare better-sqlite3 with the same cipher and the same indices as
 * the product, and nothing else. Never uses product code, so that it cannot become slower together with it.
 */
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { keyOfFiles } from './key-of-files.ts';

export type BareMessage = {
  readonly id: string;
  readonly conversation: number;
  readonly seq: number;
  readonly author: string;
  readonly sentAt: number;
  readonly text: string;
};

/** Opens an encrypted file with the pragmas of the product; `isPlain` leaves the cipher out. */
export function openBare(path: string, { isReadonly = false, isPlain = false } = {}): Database.Database {
  const db = new Database(path, { readonly: isReadonly });
  if (!isPlain) {
    db.pragma("cipher = 'aegis'");
    db.pragma(`key = "x'${keyOfFiles(dirname(path))}'"`);
  }
  db.pragma('temp_store = MEMORY');
  db.pragma('cache_size = -32768');
  if (!isReadonly) {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
  }
  return db;
}

/** The table of messages with the two indices that every variant has. */
export const MESSAGES = `
create table message (
  n integer primary key, id text not null, conversation integer not null, seq integer not null,
  author text not null, sent_at integer not null, text text not null
);
create unique index message_id on message (id);
create unique index message_place on message (conversation, seq);`;

/** A contentless full-text table over tokens that were cut by ourselves; "ascii" splits at the spaces between them. */
export const indexTable = `create virtual table find using fts5(body, content = '', contentless_delete = 1, tokenize = 'ascii')`;

/** Puts messages in, `perTransaction` at a time. */
export function insertBare(db: Database.Database, messages: Iterable<BareMessage>, perTransaction: number): number {
  const insert = db.prepare(
    'insert into message (id, conversation, seq, author, sent_at, text) values (?, ?, ?, ?, ?, ?)',
  );
  let count = 0;
  db.exec('begin');
  for (const one of messages) {
    insert.run(one.id, one.conversation, one.seq, one.author, one.sentAt, one.text);
    if (++count % perTransaction === 0) db.exec('commit; begin');
  }
  db.exec('commit');
  return count;
}

/**
 * Messages as they come in real life: a window of conversations that moves with time, 20 messages in each on average.
 * @param text gives the text of message n
 */
export function* bareMessages(
  count: number,
  text: (n: number) => string,
  random: { next(): number },
): Generator<BareMessage> {
  const conversations = Math.max(100, Math.floor(count / 20));
  const seqs = new Int32Array(conversations);
  for (let n = 0; n < count; n++) {
    const head = Math.floor((n / count) * conversations);
    const back = Math.floor(random.next() ** 2 * Math.max(200, conversations * 0.05));
    const conversation = Math.max(0, Math.min(conversations - 1, head - back));
    const seq = (seqs[conversation] ?? 0) + 1;
    seqs[conversation] = seq;
    const time = 1_760_000_000_000 + n * 7_000;
    const tail = Math.floor(random.next() * 2 ** 40)
      .toString(16)
      .padStart(12, '0');
    const id = `${time
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}-7000-8000-${tail}`;
    yield {
      id,
      conversation,
      seq,
      author: n % 2 ? `agent-${conversation % 500}` : 'customer',
      sentAt: time,
      text: text(n),
    };
  }
}
