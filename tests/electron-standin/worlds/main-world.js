/*
 * Runs first in the page's own world: builds what the preload exposed, out of the events that preload-world.js sends.
 * What crosses is cloned, functions become calls, and the result is frozen, as contextBridge does it.
 */
(() => {
  if (window !== window.top) return;
  const EVENT = '__electronStandin';
  const callbacks = [];
  const promises = new Map();
  let returned;

  const wrap = (value) => {
    if (value && value.$function !== undefined) return (...args) => call(value.$function, args);
    if (Array.isArray(value)) return value.map(wrap);
    if (value && typeof value === 'object' && value.constructor === Object) {
      return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, wrap(inner)])));
    }
    return value;
  };
  const pass = (value) => (typeof value === 'function' ? { $callback: callbacks.push(value) - 1 } : value);
  const call = (id, args) => {
    returned = undefined;
    window.dispatchEvent(new CustomEvent(EVENT + 'Call', { detail: { id, args: args.map(pass) } }));
    const answer = returned;
    // Chromium hands a detail that cannot be cloned to the other world as null: nobody answered.
    if (!answer) throw new TypeError('An object could not be cloned.');
    if (answer.error !== undefined) throw new Error(answer.error);
    if (answer.promise) return new Promise((resolve, reject) => promises.set(answer.promise, { resolve, reject }));
    return wrap(answer.value);
  };
  window.addEventListener(EVENT + 'Return', (event) => {
    returned = event.detail;
  });
  window.addEventListener(EVENT + 'Settle', (event) => {
    const { promise, value, error } = event.detail;
    const waiting = promises.get(promise);
    promises.delete(promise);
    if (error !== undefined) waiting.reject(new Error(error));
    else waiting.resolve(value);
  });
  window.addEventListener(EVENT + 'Callback', (event) => {
    callbacks[event.detail.id](...event.detail.args);
  });
  window.addEventListener(EVENT + 'Expose', (event) => {
    const { key, api } = event.detail;
    Object.defineProperty(window, key, { value: wrap(api), enumerable: true, writable: false, configurable: false });
  });
})();
