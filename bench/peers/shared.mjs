/** What the ends of all peers share: documents, tasks, waiting. Types are told by `support/peer-documents.ts`. */
import { setTimeout as pause } from 'node:timers/promises';
import { cpuMs } from '../support/task-process.ts';

export { bytesOf, changed, documents, offlineDocuments } from '../support/peer-documents.ts';
export { serveTasks } from '../support/task-process.ts';
export { cpuMs, pause };

export const [role, folder] = process.argv.slice(2);

export const usage = () => ({ cpuMs: cpuMs(), peakBytes: process.resourceUsage().maxRSS * 1_024 });

/** A port that is free now, for peers that cannot be told to take any. */
export async function freePort() {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until it is so; the benchmark itself ends a peer that takes too long. */
export async function until(isSo) {
  while (!(await isSo())) await pause(10);
}
