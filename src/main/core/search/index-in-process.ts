/** Builds the index in the core's own thread, slice by slice: for tests and simulations, which have no second thread. */
import type { Clock } from '../../../shared/domain/clock.ts';
import type { Schedule } from '../schedule.ts';
import { runIndexer } from './run-indexer.ts';
import type { StartIndexing } from './start-search-thread.ts';

/** The words of the indexer come later, as they would from a thread. */
export function indexInProcess(clock: Clock, schedule: Schedule): StartIndexing {
  return (start, hear) => {
    const running = runIndexer(start, clock, schedule, (word) => void schedule.after(0, () => hear(word)));
    return {
      order: (order) => void schedule.after(0, () => running.hear(order)),
      stop() {
        running.stop();
        return Promise.resolve();
      },
    };
  };
}
