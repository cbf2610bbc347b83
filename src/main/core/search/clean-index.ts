/**
 * Takes out of `search.db` what removed messages left behind: FTS5 only marks a document as gone until its segment is
 * merged, and the list of words only grows. Works in slices while nothing else is to be done, and rewrites the whole index once,
 * so the more there is in it, the longer it waits for more to take out.
 */
import type { Clock } from '../../../shared/domain/clock.ts';
import type { DbFile } from '../db/connection.ts';
import { cutJournal, sizeOf, vacuumSlice } from '../db/file-size.ts';
import { write } from '../db/write.ts';
import { dropIndexMeta, putIndexMeta, readIndexMeta } from './index-meta.ts';

/** Between the first removed message and the cleaning, in ms: for each document, at least and at most. */
const WAIT = { perDocument: 80, least: 10 * 60_000, most: 24 * 3_600_000 } as const;
/** Pages that one merge writes, about 10 ms. */
const MERGE_PAGES = 250;
/** Words looked at in one slice. */
const WORDS = 500;

export type IndexCleaner = {
  /** How long until there is something to clean, in ms; null while nothing was removed. */
  dueIn(): number | null;
  /** One slice. False when all is clean. */
  slice(): boolean;
};

type Step = { what: 'find' | 'find_pair'; isBegun: boolean } | { what: 'words'; after: string } | { what: 'pages' };

/**
 * A cleaner of an open index. One that was interrupted by the end of the process begins anew.
 * @param forget hears of each word that is not in the list any more
 */
export function makeIndexCleaner(search: DbFile, clock: Clock, forget: (word: string) => void): IndexCleaner {
  let step: Step | null = null;

  function begin(): Step {
    write(search, (writer) => {
      // What is removed from now on may stand in what is merged already: it is noted anew.
      putIndexMeta(writer, 'cleaning', clock.now());
      dropIndexMeta(writer, 'unclean');
    });
    return { what: 'find', isBegun: false };
  }

  /** Null when the table is one segment without anything removed. */
  function merge(table: 'find' | 'find_pair', isBegun: boolean): Step | null {
    const changed = write(search, (writer) => {
      const before = writer.value<number>('select total_changes()') ?? 0;
      // A negative number makes one merge of all segments, which later calls go on with: sqlite.org/fts5.html#the_merge_command
      writer.run(`insert into ${table} (${table}, rank) values ('merge', ?)`, isBegun ? MERGE_PAGES : -MERGE_PAGES);
      return (writer.value<number>('select total_changes()') ?? 0) - before;
    });
    return changed >= 2 ? { what: table, isBegun: true } : null;
  }

  /** The last word that was looked at, or null after the last. */
  function dropWords(after: string): string | null {
    return write(search, (writer) => {
      const words = writer.column<string>('select text from word where text > ? order by text limit ?', after, WORDS);
      for (const word of words)
        if (writer.value('select rowid from find where find match ? limit 1', `{body} : "${word}"`) === undefined) {
          writer.run('delete from word where text = ?', word);
          forget(word);
        }
      return words.length < WORDS ? null : (words.at(-1) ?? null);
    });
  }

  function next(now: Step): Step | null {
    switch (now.what) {
      case 'find':
        return merge('find', now.isBegun) ?? { what: 'find_pair', isBegun: false };
      case 'find_pair':
        return merge('find_pair', now.isBegun) ?? { what: 'words', after: '' };
      case 'words': {
        const after = dropWords(now.after);
        return after === null ? { what: 'pages' } : { what: 'words', after };
      }
      case 'pages':
        // All of them, not only most: an unused page still holds what stood there.
        if (sizeOf(search).unused > 0 && vacuumSlice(search)) return now;
        write(search, (writer) => dropIndexMeta(writer, 'cleaning'));
        cutJournal(search);
        return null;
    }
  }

  return {
    dueIn() {
      if (step !== null || readIndexMeta(search.reader, 'cleaning') !== undefined) return 0;
      const since = readIndexMeta(search.reader, 'unclean');
      if (since === undefined) return null;
      const documents = search.reader.value<number>('select count(*) from document') ?? 0;
      const wait = Math.min(WAIT.most, Math.max(WAIT.least, documents * WAIT.perDocument));
      return Math.max(0, Number(since) + wait - clock.now());
    },
    slice() {
      try {
        step = next(step ?? begin());
      } catch (error) {
        step = null;
        throw error;
      }
      return step !== null;
    },
  };
}
