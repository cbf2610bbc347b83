/**
 * Starts the core's thread and gives each window a wire to it. When the thread dies it is started again and every window
 * is told that all it knows is stale. Frames are passed on as they are; nothing of the core is known here.
 */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type CallFrame, EVERYTHING, type Frame, type FramePort } from '../../shared/console-frames.ts';
import type { CoreStart, FromCore, ToCore } from '../../shared/core-start.ts';
import { unreachable } from '../../shared/domain/unreachable.ts';

/** A wire that ends when its window does. */
export type CoreWire = FramePort & { detach(): void };

/** The running core, through all its restarts. */
export type Core = {
  attach(): CoreWire;
  /** Tells the core that the computer was asleep. */
  wake(): void;
  /** Lets the core finish its files, then ends it; a core that does not answer is ended all the same. */
  stop(): Promise<void>;
};

export type CoreOptions = {
  /** The built core-thread. */
  thread: URL;
  start: CoreStart;
  /** One line for the log; never a frame. */
  log(line: string): void;
  /** The core says that it cannot run at all. It is not started again. */
  onFatal(reason: string): void;
  /** Waits in ms before the first, second, … start again. */
  restartAfterMs?: readonly number[];
};

/**
 * What V8 may take for the core, in MiB. Without a limit its heap grows as long as memory is free: a first download peaked at
 * 360 MB and is at 200 with it, for the same CPU.
 */
export const CORE_MEMORY = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 512 } as const;

const RESTART_AFTER_MS = [100, 500, 2_000, 10_000];
/** A core that lived this long died of something new: the waits begin again. */
const STEADY_AFTER_MS = 60_000;
const STOP_WITHIN_MS = 5_000;

type Attached = { inner: MessagePort | undefined; tell(frame: Frame): void };

/** Starts the core now. */
export function startCore(options: CoreOptions): Core {
  const { thread, start, log, onFatal, restartAfterMs = RESTART_AFTER_MS } = options;
  const attached = new Set<Attached>();
  let worker: Worker | undefined;
  let stopping = false;
  let failures = 0;
  let restart: NodeJS.Timeout | undefined;

  const order = (message: ToCore, transfer: MessagePort[] = []): void => worker?.postMessage(message, transfer);

  function connect(window: Attached): void {
    const { port1, port2 } = new MessageChannel();
    window.inner = port1;
    port1.on('message', (frame: Frame) => window.tell(frame));
    order({ t: 'attach', port: port2 }, [port2]);
  }

  function run(): void {
    restart = undefined;
    const born = performance.now();
    const current = new Worker(thread, { workerData: start, name: 'core', resourceLimits: CORE_MEMORY });
    worker = current;
    current.on('message', (message: FromCore) => {
      switch (message.t) {
        case 'started':
          return;
        case 'stopped':
          // Its files are finished; what else keeps the thread alive is of no interest any more.
          void current.terminate();
          return;
        case 'fatal':
          stopping = true;
          void current.terminate();
          onFatal(message.reason);
          return;
        default:
          unreachable(message);
      }
    });
    current.on('error', (error: unknown) => log(`core died: ${faultOf(error)}`));
    current.once('exit', (code) => {
      if (worker === current) worker = undefined;
      for (const window of attached) {
        window.inner?.close();
        window.inner = undefined;
      }
      if (stopping) return;
      failures = performance.now() - born > STEADY_AFTER_MS ? 0 : failures;
      const wait = restartAfterMs[Math.min(failures, restartAfterMs.length - 1)] ?? 0;
      failures += 1;
      log(`core ended with ${String(code)}, starting again in ${String(wait)} ms`);
      // The open calls of every window died with the thread: stale `*` refuses them.
      for (const window of attached) window.tell({ t: 'stale', topics: [EVERYTHING] });
      restart = setTimeout(run, wait);
    });
    for (const window of attached) {
      connect(window);
      window.tell({ t: 'stale', topics: [EVERYTHING] });
    }
  }
  run();

  return {
    attach() {
      const listeners = new Set<(frame: Frame) => void>();
      const window: Attached = {
        inner: undefined,
        tell(frame) {
          for (const listener of [...listeners]) listener(frame);
        },
      };
      attached.add(window);
      if (worker) connect(window);
      return {
        send(frame) {
          if (window.inner) window.inner.postMessage(frame);
          else if (frame.t === 'call') window.tell(refuse(frame));
        },
        onFrame(listener) {
          listeners.add(listener);
          return () => {
            listeners.delete(listener);
          };
        },
        detach() {
          attached.delete(window);
          listeners.clear();
          window.inner?.close();
          window.inner = undefined;
        },
      };
    },
    wake: () => order({ t: 'wake' }),
    async stop() {
      stopping = true;
      clearTimeout(restart);
      const last = worker;
      if (!last) return;
      const gone = new Promise<void>((resolve) => last.once('exit', () => resolve()));
      order({ t: 'stop' });
      const late = setTimeout(() => {
        log('core did not stop in time and was ended');
        void last.terminate();
      }, STOP_WITHIN_MS);
      await gone;
      clearTimeout(late);
    },
  };
}

function refuse(frame: CallFrame): Frame {
  return { t: 'reply', id: frame.id, ok: false, refusal: { why: 'failed', detail: 'the console is starting again' } };
}

/** Where it happened, and not its words: a message may quote what a customer wrote. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error ? ` ${String(error.code)}` : '';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}${code}`, ...frames.slice(0, 8)].join('\n');
}
