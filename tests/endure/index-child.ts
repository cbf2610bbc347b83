/** Builds the search index of a folder in a process of its own and says after each slice how far it is; ends when it is done. */
import { runIndexer } from '../../src/main/core/search/run-indexer.ts';
import { processSchedule } from '../../src/main/core/schedule.ts';

const { INDEX_FOLDER: folder = '', INDEX_KEY: key = '' } = process.env;
const running = runIndexer({ folder, key }, { now: () => Date.now() }, processSchedule, (word) => {
  if (word.t === 'ready') return;
  if (word.t !== 'indexed') {
    process.stderr.write(`${JSON.stringify(word)}\n`);
    process.exit(1);
  }
  process.send?.(word.upTo);
  if (!word.isDone) return;
  running.stop();
  process.exit(0);
});
// Timers of the product keep no process alive; the line to the parent does, and ends it.
process.on('message', () => undefined);
process.on('disconnect', () => process.exit(1));
