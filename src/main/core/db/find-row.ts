/** Finds one synced row by its id. Lays nothing over it: what this agent has ordered is the business of the features. */
import type { RowOf, SyncedKind } from '../../../shared/domain/synced-kinds.ts';
import type { Reader } from './connection.ts';
import { codecOf } from './row-codec.ts';

/** One synced row as the server last said it, or undefined. */
export function findRow<K extends SyncedKind>(cache: Reader, kind: K, id: string): RowOf<K> | undefined {
  const codec = codecOf(kind);
  const [values] = cache.rows(`select ${codec.select} from ${codec.table} where id = ?`, id);
  return values && codec.decode(values);
}
