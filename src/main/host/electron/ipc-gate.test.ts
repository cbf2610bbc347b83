import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { WebContents } from 'electron';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Frame } from '../../../shared/console-frames.ts';
import type { CoreWire } from '../start-core.ts';

const ipcMain = new EventEmitter();
vi.mock('electron', () => ({ ipcMain }));
const { openIpcGate } = await import('./ipc-gate.ts');

const ORIGIN = 'kanade://app';
const DOCUMENT = 'a4f1b1c0-7e0e-4c38-9a54-3d6f2f4d5e6a';
const SECOND_DOCUMENT = 'b4f1b1c0-7e0e-4c38-9a54-3d6f2f4d5e6b';

class Contents extends EventEmitter {
  sent: unknown[][] = [];
  gone = false;
  isDestroyed(): boolean {
    return this.gone;
  }
  send(...message: unknown[]): void {
    this.sent.push(message);
  }
}
type Wire = CoreWire & { got: Frame[]; tell(frame: Frame): void; detached: boolean };
let wires: Wire[];
let log: string[];
let gate: ReturnType<typeof openIpcGate>;
let contents: Contents;

beforeEach(() => {
  ipcMain.removeAllListeners();
  wires = [];
  log = [];
  gate = openIpcGate({
    origin: ORIGIN,
    attach() {
      let listener: (frame: Frame) => void = () => undefined;
      const wire: Wire = {
        got: [],
        detached: false,
        send: (frame) => wire.got.push(frame),
        onFrame(given) {
          listener = given;
          return () => undefined;
        },
        detach() {
          wire.detached = true;
        },
        tell: (frame) => listener(frame),
      };
      wires.push(wire);
      return wire;
    },
    log: (line) => log.push(line),
  });
  contents = new Contents();
  gate.admit(contents as unknown as WebContents);
});

const mainFrame = { parent: null, origin: ORIGIN };
type Speaker = { sender?: Contents; senderFrame?: object | null };
function say(channel: string, args: unknown[], { sender = contents, senderFrame = mainFrame }: Speaker = {}): void {
  ipcMain.emit(channel, { sender, senderFrame }, ...args);
}
const call: Frame = { t: 'call', id: 1, method: 'inbox.rows', input: {} };

test('the preload and the gate use the same two words', () => {
  const words = (file: string): (string | undefined)[] => {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8');
    return [/HELLO = '([^']+)'/.exec(text)?.[1], /FRAME = '([^']+)'/.exec(text)?.[1]];
  };
  expect(words('../../../preload/index.ts')).toEqual(words('./ipc-gate.ts'));
  expect(words('./ipc-gate.ts')).not.toContain(undefined);
});

test('a document of our own page gets a wire, and frames go both ways', () => {
  say('kanade:hello', [DOCUMENT]);
  say('kanade:frame', [DOCUMENT, call]);
  expect(wires[0]?.got).toEqual([call]);
  wires[0]?.tell({ t: 'stale', topics: ['inbox'] });
  expect(contents.sent).toEqual([['kanade:frame', DOCUMENT, { t: 'stale', topics: ['inbox'] }]]);
});

test('a frame inside the page, a foreign page, a frame that is gone and an unknown window are refused', () => {
  const strangers = [
    { senderFrame: { parent: mainFrame, origin: ORIGIN } },
    { senderFrame: { parent: null, origin: 'https://evil.example' } },
    { senderFrame: { parent: null, origin: 'kanade://app.evil' } },
    { senderFrame: null },
    { sender: new Contents() },
  ];
  for (const stranger of strangers) say('kanade:hello', [DOCUMENT], stranger);
  expect(wires).toEqual([]);
  say('kanade:hello', [DOCUMENT]);
  for (const stranger of strangers) say('kanade:frame', [DOCUMENT, call], stranger);
  expect(wires[0]?.got).toEqual([]);
  expect(log).toHaveLength(strangers.length * 2);
});

test('after a reload the new document has a new wire, and nothing of the old one passes', () => {
  say('kanade:hello', [DOCUMENT]);
  say('kanade:hello', [SECOND_DOCUMENT]);
  expect(wires[0]?.detached).toBe(true);
  say('kanade:frame', [DOCUMENT, call]);
  expect(wires.map((wire) => wire.got)).toEqual([[], []]);
  say('kanade:frame', [SECOND_DOCUMENT, call]);
  expect(wires[1]?.got).toEqual([call]);
});

test('what is no call never reaches the core; one that has an id is told so', () => {
  say('kanade:hello', ['not a document']);
  say('kanade:hello', [DOCUMENT]);
  for (const crooked of [null, 'x', [], { t: 'stale', topics: ['*'] }, { t: 'call', id: 'x' }])
    say('kanade:frame', [DOCUMENT, crooked]);
  say('kanade:frame', [DOCUMENT, { t: 'call', id: 4, method: 7, input: {} }]);
  expect(wires).toHaveLength(1);
  expect(wires[0]?.got).toEqual([]);
  expect(contents.sent).toMatchObject([
    ['kanade:frame', DOCUMENT, { t: 'reply', id: 4, ok: false, refusal: { why: 'bad-input' } }],
  ]);
});

test('a window that crashed or closed gives its wire back', () => {
  say('kanade:hello', [DOCUMENT]);
  contents.emit('render-process-gone');
  expect(wires[0]?.detached).toBe(true);
  say('kanade:hello', [SECOND_DOCUMENT]);
  contents.gone = true;
  contents.emit('destroyed');
  expect(wires[1]?.detached).toBe(true);
  say('kanade:hello', [DOCUMENT]);
  expect(wires).toHaveLength(2);
});
