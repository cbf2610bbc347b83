/**
 * The only way to change a local file: one transaction, then one stale frame with the topics that it touched. A
 * transaction that throws leaves the file as it was and makes nothing stale.
 */
import { connectionOf, type DbFile, type Writer } from './connection.ts';

/** Names a topic whose answers this transaction makes stale. */
export type Touch = (topic: string) => void;

const undoing = new WeakMap<Writer, (() => void)[]>();

/**
 * Puts back what a module remembers beside the file when this transaction fails: at its commit at the latest, as on a full
 * disk. Memory that is ahead of the file would pass over rows for good.
 */
export function onRollback(writer: Writer, undo: () => void): void {
  undoing.get(writer)?.push(undo);
}

/**
 * Runs `change` in one transaction and gives back what it returned. Synchronous on purpose: a transaction that could
 * wait would let another call see half of it. Throws what `change` threw, after rolling back.
 */
export function write<T>(file: DbFile, change: (writer: Writer, touch: Touch) => T): T {
  const { connection, writer } = connectionOf(file);
  const topics = new Set<string>();
  const isOpen = (): boolean => connection.inTransaction;
  if (isOpen()) throw new Error('write() inside write(): one change is one transaction');
  connection.exec('begin immediate');
  const undos: (() => void)[] = [];
  undoing.set(writer, undos);
  let outcome: T;
  try {
    outcome = change(writer, (topic) => topics.add(topic));
    connection.exec('commit');
  } catch (error) {
    // A full disk may have rolled back by itself.
    if (isOpen()) connection.exec('rollback');
    for (const undo of undos.toReversed()) undo();
    throw error;
  }
  // After the commit: a window that asks again at once must find the new state.
  if (topics.size > 0) file.announce(topics);
  return outcome;
}
