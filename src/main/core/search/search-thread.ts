/** Entry of the search thread: builds the index beside the core, so that no question ever waits for it. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { processSchedule } from '../schedule.ts';
import { runIndexer } from './run-indexer.ts';
import type { FromSearch } from './search-frames.ts';

const startSchema = z.object({ folder: z.string().min(1), key: z.string().regex(/^[0-9a-f]{64}$/i) });
const orderSchema = z.object({ t: z.enum(['changed', 'damaged', 'released', 'stop']) });

// eslint-disable-next-line no-restricted-properties -- the composition root of this thread: here the real clock comes in
const clock = { now: () => Date.now() };

const running = runIndexer(startSchema.parse(workerData), clock, processSchedule, (word: FromSearch) =>
  parentPort?.postMessage(word),
);
parentPort?.on('message', (message: unknown) => {
  const order = orderSchema.safeParse(message);
  if (!order.success) return;
  running.hear(order.data);
  if (order.data.t === 'stop') parentPort?.close();
});
