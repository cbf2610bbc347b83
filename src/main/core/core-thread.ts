/**
 * Entry of the core's thread: the one place of the core that knows this process, its clock and its chance. A host starts
 * it with `CoreStart` as workerData and then speaks `ToCore` and `FromCore`; windows speak frames over their own ports.
 */
import { randomBytes } from 'node:crypto';
import { MessagePort, parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import type { FramePort, Frame } from '../../shared/console-frames.ts';
import type { FromCore } from '../../shared/core-start.ts';
import type { Clock, Random } from '../../shared/domain/clock.ts';
import { type Core, startCore } from './core.ts';
import { searchThreadAt } from './search/start-search-thread.ts';

const startSchema = z.object({
  dataDir: z.string().min(1),
  key: z.string().regex(/^[0-9a-f]{64}$/i),
  serverUrl: z.url().nullable(),
  device: z.object({ name: z.string(), platform: z.string(), appVersion: z.string() }),
});
const toCoreSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('attach'), port: z.instanceof(MessagePort) }),
  z.object({ t: z.literal('stop') }),
  z.object({ t: z.literal('wake') }),
]);

// eslint-disable-next-line no-restricted-properties -- the composition root of this thread: here the real clock comes in
const clock: Clock = { now: () => Date.now() };
const random: Random = {
  next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  bytes: (length) => new Uint8Array(randomBytes(length)),
};

/** Built, both threads lie side by side; as TypeScript, the search thread lies in its room. */
const searchEntry = new URL(
  import.meta.url.endsWith('.ts') ? './search/search-thread.ts' : './search-thread.js',
  import.meta.url,
);

function tell(message: FromCore): void {
  parentPort?.postMessage(message);
}

function log(line: string): void {
  process.stderr.write(`core: ${line}\n`);
}

/** A port of a worker thread as a wire for frames. Closing it is how a window leaves. */
function framePortOf(port: MessagePort): FramePort {
  return {
    send: (frame) => port.postMessage(frame),
    onFrame(listener) {
      const receive = (frame: unknown): void => listener(frame as Frame);
      port.on('message', receive);
      return () => port.off('message', receive);
    },
  };
}

function begin(): Core | undefined {
  const start = startSchema.safeParse(workerData);
  if (!start.success) {
    tell({ t: 'fatal', reason: `the core was started wrongly: ${start.error.issues[0]?.path.join('.') ?? '?'}` });
    return undefined;
  }
  try {
    const core = startCore({ ...start.data, clock, random, log, startIndexing: searchThreadAt(searchEntry) });
    tell({ t: 'started' });
    return core;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    tell({
      t: 'fatal',
      reason: `the local files cannot be opened${code && ` (${code})`}: is the folder writable, and the disk not full?`,
    });
    return undefined;
  }
}

const core = begin();
parentPort?.on('message', (message: unknown) => {
  const order = toCoreSchema.safeParse(message);
  if (!order.success || !core) return;
  switch (order.data.t) {
    case 'attach': {
      const { port } = order.data;
      const detach = core.attach(framePortOf(port));
      port.on('close', detach);
      return;
    }
    case 'wake':
      return core.wake();
    case 'stop':
      core.stop();
      tell({ t: 'stopped' });
      return parentPort?.close();
  }
});
