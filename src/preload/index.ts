/**
 * Hands the window one port for frames. It knows no call by name, holds no state of the console and gives the page
 * nothing else of Electron.
 */
import { contextBridge, ipcRenderer } from 'electron';
import type { Frame, FramePort } from '../shared/console-frames.ts';

// The same words stand in src/main/host/electron/ipc-gate.ts; its test compares them.
const HELLO = 'kanade:hello';
const FRAME = 'kanade:frame';

// One word for each document: after a reload, an answer that was on its way to the document before is not taken for one
// to a call of this document, whose ids begin at 1 again.
const document = crypto.randomUUID();
ipcRenderer.send(HELLO, document);

const port: FramePort = {
  send: (frame) => {
    ipcRenderer.send(FRAME, document, frame);
  },
  onFrame: (listener) => {
    const pass = (_event: unknown, to: string, frame: Frame): void => {
      if (to === document) listener(frame);
    };
    ipcRenderer.on(FRAME, pass);
    return () => {
      ipcRenderer.off(FRAME, pass);
    };
  },
};
contextBridge.exposeInMainWorld('kanadePort', port);
