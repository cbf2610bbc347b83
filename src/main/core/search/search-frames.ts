/** What the core and the search thread say to each other. Only facts about the index; texts are read from the files. */

/** Given as `workerData` when the thread starts. */
export type SearchStart = {
  /** Folder of the agent's files. */
  folder: string;
  /** 64 hex digits. */
  key: string;
};

/**
 * `changed`: the cache has work for the index. `damaged`: the core met a damaged page in the index. `released`: the core
 * has closed its handle, the file may be set aside.
 */
export type ToSearch = { t: 'changed' } | { t: 'damaged' } | { t: 'released' } | { t: 'stop' };

/**
 * `ready`: the index may be opened. `indexed`: it has come so far. `damaged`: close the handle and answer `released`.
 * `failed`: there is no index until the core starts again; everything is found by reading.
 */
export type FromSearch =
  | { t: 'ready' }
  | { t: 'indexed'; upTo: number; changesUpTo: number; isDone: boolean }
  | { t: 'damaged' }
  | { t: 'failed'; reason: string };
