/*
 * Runs in the preload's isolated world of every document: gives the preload its `require('electron')` and carries
 * contextBridge calls to the page's world as synchronous CustomEvents. The page's world never sees the binding.
 */
(() => {
  // Electron runs a preload in the main frame only.
  if (window !== window.top) return;
  const EVENT = '__electronStandin';
  const binding = globalThis.__electronStandinIpc;
  delete globalThis.__electronStandinIpc;
  const tell = (name, detail) => window.dispatchEvent(new CustomEvent(EVENT + name, { detail }));

  const exposed = [];
  const invokes = new Map();
  const listeners = new Map();
  let lastInvoke = 0;
  let lastPromise = 0;

  const isPlain = (value) => value !== null && typeof value === 'object' && value.constructor === Object;
  const encode = (value) => {
    if (typeof value === 'function') return { $function: exposed.push(value) - 1 };
    if (Array.isArray(value)) return value.map(encode);
    if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encode(inner)]));
    return value;
  };
  const decode = (value) => {
    if (value && value.$callback !== undefined) return (...args) => tell('Callback', { id: value.$callback, args });
    return value;
  };
  window.addEventListener(EVENT + 'Call', (event) => {
    // What cannot be cloned arrives as null; unanswered, the page's side throws as Electron does.
    if (!event.detail) return;
    try {
      const result = exposed[event.detail.id](...event.detail.args.map(decode));
      if (result && typeof result.then === 'function') {
        const promise = ++lastPromise;
        tell('Return', { promise });
        result.then(
          (value) => tell('Settle', { promise, value }),
          (error) => tell('Settle', { promise, error: String(error?.message ?? error) }),
        );
      } else tell('Return', { value: encode(result) });
    } catch (error) {
      tell('Return', { error: String(error?.message ?? error) });
    }
  });

  // Frames cross as JSON; bytes and dates, which structured clone would keep, are kept here too.
  const toWire = (value) => {
    if (value instanceof Uint8Array) return { $bytes: btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join('')) };
    if (value instanceof Date) return { $date: value.getTime() };
    if (typeof value === 'function' || typeof value === 'symbol') throw new Error('An object could not be cloned.');
    if (Array.isArray(value)) return value.map(toWire);
    if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toWire(inner)]));
    return value;
  };
  const fromWire = (value) => {
    if (Array.isArray(value)) return value.map(fromWire);
    if (value === null || typeof value !== 'object') return value;
    if (typeof value.$bytes === 'string') return Uint8Array.from(atob(value.$bytes), (character) => character.charCodeAt(0));
    if (typeof value.$date === 'number') return new Date(value.$date);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromWire(inner)]));
  };
  const post = (message) => binding(JSON.stringify(message));

  globalThis.__electronStandinReply = (id, reply) => {
    const call = invokes.get(id);
    invokes.delete(id);
    if (reply.error !== undefined) call?.reject(new Error(reply.error));
    else call?.resolve(fromWire(reply.value));
  };
  globalThis.__electronStandinReceive = (channel, args) => {
    for (const listener of [...(listeners.get(channel) ?? [])]) listener({ senderId: 0 }, ...args.map(fromWire));
  };

  const missing = (name) => {
    throw new Error(`electron stand-in: ${name} is not implemented in the preload (tests/electron-standin/README.md)`);
  };
  const onlyKnown = (name, known) =>
    new Proxy(known, { get: (target, key) => (key in target || typeof key === 'symbol' ? target[key] : missing(`${name}.${String(key)}`)) });
  const ipcRenderer = onlyKnown('ipcRenderer', {
    invoke: (channel, ...args) =>
      new Promise((resolve, reject) => {
        const id = ++lastInvoke;
        invokes.set(id, { resolve, reject });
        post({ t: 'invoke', id, channel, args: toWire(args) });
      }),
    send: (channel, ...args) => post({ t: 'send', channel, args: toWire(args) }),
    on(channel, listener) {
      if (!listeners.has(channel)) listeners.set(channel, new Set());
      listeners.get(channel).add(listener);
      return this;
    },
    off(channel, listener) {
      listeners.get(channel)?.delete(listener);
      return this;
    },
    removeListener(channel, listener) {
      return this.off(channel, listener);
    },
  });
  const contextBridge = onlyKnown('contextBridge', {
    exposeInMainWorld: (key, api) => tell('Expose', { key, api: encode(api) }),
  });
  const electron = onlyKnown('electron', { ipcRenderer, contextBridge, __esModule: false, default: undefined });
  const require = (name) => {
    if (name === 'electron' || name === 'electron/renderer') return electron;
    throw new Error(`module not found: ${name} (a sandboxed preload can only require electron)`);
  };
  // The names that a bundled preload finds around it; eslint cannot see the text that is put in below.
  const process = { platform: 'linux', type: 'renderer', sandboxed: true, contextIsolated: true, versions: { electron: '45.4.1' }, argv: [] };
  const module = { exports: {} };
  const exports = module.exports;
  void [require, process, exports];
  (function preload() {
    /*PRELOAD*/
  })();
})();
