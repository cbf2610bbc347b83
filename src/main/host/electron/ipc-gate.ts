/**
 * The only place that listens to a window. Each message is taken only from the main frame of a window that was let in
 * and shows our own page; each document of such a window gets a wire to the core. It parses no call: the core does.
 */
import { ipcMain, type IpcMainEvent, type WebContents } from 'electron';
import { z } from 'zod';
import { callFrameSchema } from '../../../shared/console-frames.ts';
import type { CoreWire } from '../start-core.ts';

// The same words stand in src/preload/index.ts; the test compares them.
const HELLO = 'kanade:hello';
const FRAME = 'kanade:frame';

const documentSchema = z.uuid();

/** What the gate needs to know. */
export type GateOptions = {
  /** Origin of our own page, such as `kanade://app`. */
  origin: string;
  attach(): CoreWire;
  /** One line for the log; never a frame. */
  log(line: string): void;
};

/** Opens the gate. `admit` lets a window in for as long as it lives. */
export function openIpcGate({ origin, attach, log }: GateOptions): { admit(contents: WebContents): void } {
  const open = new Map<WebContents, { document: string; wire: CoreWire } | undefined>();

  function findFault(event: IpcMainEvent): string | undefined {
    const frame = event.senderFrame;
    if (!open.has(event.sender)) return 'an unknown window';
    if (!frame) return 'a frame that is gone';
    if (frame.parent !== null) return 'a frame inside a page';
    if (frame.origin !== origin) return 'a foreign page';
    return undefined;
  }
  function refuse(why: string): void {
    log(`ipc: a message from ${why} was refused`);
  }
  function leave(contents: WebContents): void {
    open.get(contents)?.wire.detach();
    if (open.has(contents)) open.set(contents, undefined);
  }

  ipcMain.on(HELLO, (event, given: unknown) => {
    const fault = findFault(event);
    if (fault !== undefined) {
      refuse(fault);
      return;
    }
    const document = documentSchema.safeParse(given);
    if (!document.success) {
      refuse('a page that does not name its document');
      return;
    }
    const contents = event.sender;
    leave(contents);
    const wire = attach();
    open.set(contents, { document: document.data, wire });
    wire.onFrame((frame) => {
      if (!contents.isDestroyed()) contents.send(FRAME, document.data, frame);
    });
  });
  ipcMain.on(FRAME, (event, document: unknown, given: unknown) => {
    const fault = findFault(event);
    if (fault !== undefined) {
      refuse(fault);
      return;
    }
    const known = open.get(event.sender);
    // A frame of the document before: whoever waited for its answer is gone.
    if (!known || known.document !== document) {
      refuse('a document that is gone');
      return;
    }
    const frame = callFrameSchema.safeParse(given);
    if (frame.success) {
      known.wire.send({ ...frame.data, input: frame.data.input });
      return;
    }
    refuse('a page that sent no call');
    const id = typeof given === 'object' && given !== null ? (Reflect.get(given, 'id') as unknown) : undefined;
    if (typeof id !== 'number') return;
    const refusal = { why: 'bad-input', detail: 'the frame is not a call: t, id, method, input' };
    event.sender.send(FRAME, known.document, { t: 'reply', id, ok: false, refusal });
  });

  return {
    admit(contents) {
      open.set(contents, undefined);
      contents.on('render-process-gone', () => leave(contents));
      contents.once('destroyed', () => {
        leave(contents);
        open.delete(contents);
      });
    },
  };
}
