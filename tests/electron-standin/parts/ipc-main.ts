/** `ipcMain`: any channel name may be listened to, as in Electron; what arrives is handed over by web-contents.ts. */
import { EventEmitter } from 'node:events';
import { onlyKnown } from './only-known.ts';

type Handler = (event: unknown, ...args: unknown[]) => unknown;

class IpcMainStandin extends EventEmitter {
  private readonly handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    if (this.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.handlers.set(channel, handler);
  }
  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }
  /** Not part of Electron: answers one `ipcRenderer.invoke`. */
  async answer(channel: string, event: unknown, args: unknown[]): Promise<unknown> {
    const handler = this.handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return handler(event, ...args);
  }
}

export const ipcMainStandin = new IpcMainStandin();
export const ipcMain = onlyKnown('ipcMain', ipcMainStandin);
