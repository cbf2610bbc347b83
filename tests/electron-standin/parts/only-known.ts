/**
 * Keeps the stand-in honest: whatever it does not implement throws a sentence that names it. A silent no-op
 * would let a test pass over something that nobody ran.
 */
import { EventEmitter } from 'node:events';

const ASKED_BY_THE_LANGUAGE = new Set([
  'then',
  'toJSON',
  'constructor',
  'inspect',
  'domain',
  'nodeType',
  'asymmetricMatch',
  '$$typeof',
]);

export function notImplemented(name: string): Error {
  return new Error(`electron stand-in: ${name} is not implemented (tests/electron-standin/README.md)`);
}

/** The same object; reading or setting a property it does not have throws. */
export function onlyKnown<T extends object>(name: string, known: T): T {
  return new Proxy(known, {
    get(target, key) {
      if (key in target || typeof key === 'symbol' || ASKED_BY_THE_LANGUAGE.has(key))
        return Reflect.get(target, key) as unknown;
      throw notImplemented(`${name}.${key}`);
    },
    set(target, key, value) {
      if (key in target || typeof key === 'symbol') return Reflect.set(target, key, value);
      throw notImplemented(`${name}.${key} =`);
    },
  });
}

/** A whole module or class of Electron that the stand-in does not have: any use of it throws. */
export function absent(name: string): unknown {
  const refuse = (): never => {
    throw notImplemented(name);
  };
  return new Proxy(function absentPart() {}, {
    apply: refuse,
    construct: refuse,
    get(target, key) {
      if (typeof key === 'symbol' || key === 'prototype' || ASKED_BY_THE_LANGUAGE.has(key))
        return Reflect.get(target, key) as unknown;
      throw notImplemented(`${name}.${key}`);
    },
  });
}

/** An emitter that refuses listeners for events which it never emits. */
export class KnownEmitter extends EventEmitter {
  private readonly part: string;
  private readonly emits: readonly string[];

  constructor(part: string, emits: readonly string[]) {
    super();
    this.part = part;
    this.emits = emits;
  }
  override on(event: string | symbol, listener: (...args: never[]) => void): this {
    if (typeof event === 'string' && !this.emits.includes(event)) throw notImplemented(`${this.part} event '${event}'`);
    return super.on(event, listener as (...args: unknown[]) => void);
  }
  /** Emits an event that a listener may prevent; true when one did. */
  offer(event: string, details: object = {}): boolean {
    const offered = {
      defaultPrevented: false,
      ...details,
      preventDefault: () => {
        offered.defaultPrevented = true;
      },
    };
    this.emit(event, offered);
    return offered.defaultPrevented;
  }
  override addListener(event: string | symbol, listener: (...args: never[]) => void): this {
    return this.on(event, listener);
  }
}

/** Refuses option names that the stand-in would otherwise ignore. */
export function refuseUnknownOptions(name: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) if (!known.includes(key)) throw notImplemented(`${name} option '${key}'`);
}
