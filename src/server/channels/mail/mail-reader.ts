/**
 * Owns the thread that reads mails and its limits: a mail that takes too long or too much memory ends the thread, never
 * the server, and the next mail gets a new one. Tells what happened by name and keeps nothing of the mail.
 */
import { Worker } from 'node:worker_threads';
import type { MailCharset } from '../../../shared/domain/mail-charset.ts';
import type { ReadMail } from './read-mail.ts';

export type Reading = { mail: ReadMail } | { reason: string };

export type MailReader = {
  /** Reads one mail; several calls wait for each other. Never throws for the mail's sake: it gives a reason. */
  read(raw: Uint8Array, charset?: MailCharset): Promise<Reading>;
  stop(): Promise<void>;
};

export type ReaderLimits = { withinMs: number; heapMb: number };

/**
 * The worst of 225 mails that were collected because they are nasty took 0.7 s (1.1 MB of HTML); 20 s leave room for
 * 25 MB on a busy machine. The heap holds decoded text a few times over; the bytes of attachments are outside it.
 */
export const readerLimits: ReaderLimits = { withinMs: 20_000, heapMb: 256 };

/** Starts no thread yet: the first mail does. */
export function createMailReader(limits: ReaderLimits = readerLimits): MailReader {
  let worker: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let isStopped = false;

  function start(): Worker {
    const started = new Worker(new URL('./mail-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
      // Nothing of the server's environment is of use to a mail.
      env: {},
      stdin: false,
    });
    started.unref();
    return started;
  }

  async function readOne(raw: Uint8Array, charset: MailCharset | undefined): Promise<Reading> {
    if (isStopped) return { reason: 'mail-reader-stopped' };
    const reading = worker ?? start();
    worker = reading;
    return new Promise<Reading>((resolve) => {
      const onMessage = (result: Reading): void => finish(result, false);
      const onExit = (): void => finish({ reason: 'mail-reader-failed' }, true);
      const onError = (error: Error & { code?: string }): void => {
        const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        finish({ reason: isMemory ? 'mail-took-too-much-memory' : 'mail-reader-failed' }, true);
      };
      const timer = setTimeout(() => finish({ reason: 'mail-took-too-long' }, true), limits.withinMs);
      const finish = (result: Reading, isWorkerLost: boolean): void => {
        clearTimeout(timer);
        reading.off('message', onMessage).off('error', onError).off('exit', onExit);
        if (isWorkerLost) {
          worker = null;
          // A thread that is being ended may still report an error; unheard, that would end the server.
          reading.on('error', () => undefined);
          void reading.terminate();
        } else {
          reading.unref();
        }
        resolve(result);
      };
      reading.once('message', onMessage).once('error', onError).once('exit', onExit);
      reading.ref();
      // Copied, not transferred: the caller keeps the raw mail.
      reading.postMessage({ raw, charset });
    });
  }

  return {
    read(raw, charset) {
      const reading = last.then(async () => {
        const first = await readOne(raw, charset);
        // A thread that dies by itself may have died of the machine; the mail gets one more.
        return 'reason' in first && first.reason === 'mail-reader-failed' ? readOne(raw, charset) : first;
      });
      last = reading;
      return reading;
    },
    async stop() {
      isStopped = true;
      await last;
      await worker?.terminate();
      worker = null;
    },
  };
}
