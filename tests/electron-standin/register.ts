/**
 * Makes `electron` mean the stand-in for import and require, in this process only. It never reaches a worker thread:
 * real Electron has no `electron` module there either, so asking for it says so.
 */
import { registerHooks } from 'node:module';
import { isMainThread } from 'node:worker_threads';

export const STANDIN_ELECTRON_VERSION = '45.4.1';

const standin = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== 'electron' && specifier !== 'electron/main') return nextResolve(specifier, context);
    if (!isMainThread) throw new Error('electron stand-in: a worker thread has no electron module');
    return { url: standin, shortCircuit: true };
  },
});

Object.defineProperty(process.versions, 'electron', { value: STANDIN_ELECTRON_VERSION, enumerable: true });
if (isMainThread) Object.defineProperty(process, 'type', { value: 'browser', enumerable: true });
