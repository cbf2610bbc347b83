/** What the index knows about itself, in its own file, changed in the transaction of what it says. */
import type { Reader, Writer } from '../db/connection.ts';

/**
 * `cacheId`: the copy that was read. `fold`: the way in which texts were folded. `upTo`: last message number.
 * `changesUpTo`: last `search_change`. `drift`: how many document numbers a message stands at most above its time.
 * `unclean`: since when (epoch ms) words of removed messages may still stand in the file. `cleaning`: since when those that
 * were removed before are being taken out.
 */
export type IndexMetaKey = 'cacheId' | 'fold' | 'upTo' | 'changesUpTo' | 'drift' | 'unclean' | 'cleaning';

/** Undefined until it was put. */
export function readIndexMeta(search: Reader, key: IndexMetaKey): string | undefined {
  return search.value<string>('select value from meta where key = ?', key);
}

/** A number that is 0 until it is known. */
export function readIndexNumber(search: Reader, key: IndexMetaKey): number {
  return Number(readIndexMeta(search, key) ?? 0);
}

/** Puts a word or a number in the place of the one before. */
export function putIndexMeta(writer: Writer, key: IndexMetaKey, value: string | number): void {
  writer.run(
    'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    key,
    String(value),
  );
}

/** Forgets it. */
export function dropIndexMeta(writer: Writer, key: IndexMetaKey): void {
  writer.run('delete from meta where key = ?', key);
}
