/** Starts the search thread from wherever this code runs: as TypeScript straight, or built beside the core's entry. */
import { Worker } from 'node:worker_threads';
import type { FromSearch, SearchStart, ToSearch } from './search-frames.ts';

/** Somebody who builds the index; the product has a thread, a simulation does it in process. */
export type StartIndexing = (
  start: SearchStart,
  hear: (word: FromSearch) => void,
) => {
  order(order: ToSearch): void;
  /** Resolves when its files are closed. */
  stop(): Promise<void>;
};

/** @param entry file of the thread: `search-thread.js` of the build, or `search-thread.ts` */
export function searchThreadAt(entry: URL): StartIndexing {
  return (start, hear) => {
    const thread = new Worker(entry, { workerData: start });
    thread.unref();
    const ended = new Promise<void>((resolve) => void thread.once('exit', () => resolve()));
    thread.on('message', (word: FromSearch) => hear(word));
    thread.on('error', (error: unknown) =>
      hear({ t: 'failed', reason: error instanceof Error ? error.name : 'unknown error' }),
    );
    return {
      order: (order) => thread.postMessage(order),
      stop() {
        thread.postMessage({ t: 'stop' } satisfies ToSearch);
        return ended;
      },
    };
  };
}
