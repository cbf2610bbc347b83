/** The window's side of the wire: turns calls into frames and replies into answers. Holds no state of the console. */
import type { FramePort, Refusal, ReplyFrame } from './console-frames.ts';
import type { ClientOf, Contract } from './contract.ts';

/** A call that the core did not carry out. `refusal.why` is for the program, the words on screen come from i18n. */
export class CallRefused extends Error {
  readonly method: string;
  readonly refusal: Refusal;

  constructor(method: string, refusal: Refusal) {
    super(`${method}: ${refusal.why} (${refusal.detail})`);
    this.method = method;
    this.refusal = refusal;
  }
}

/**
 * Gives a typed client over any port. Built from the contract: a method that is not in it does not exist.
 * A call whose wire breaks stays open until the port says stale `*` and is then refused, so that no screen waits for ever.
 */
export function connectConsole<C extends Contract>(contract: C, port: FramePort): ClientOf<C> {
  const waiting = new Map<number, { method: string; resolve(output: unknown): void; reject(error: Error): void }>();
  let lastId = 0;

  function settle(frame: ReplyFrame): void {
    const call = waiting.get(frame.id);
    if (!call) return;
    waiting.delete(frame.id);
    if (frame.ok) call.resolve(frame.output);
    else call.reject(new CallRefused(call.method, frame.refusal));
  }

  port.onFrame((frame) => {
    if (frame.t === 'reply') settle(frame);
    else if (frame.t === 'stale' && frame.topics.includes('*')) {
      for (const id of [...waiting.keys()]) {
        settle({ t: 'reply', id, ok: false, refusal: { why: 'failed', detail: 'the wire to the core was cut' } });
      }
    }
  });

  function call(method: string, input: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { method, resolve, reject });
      port.send({ t: 'call', id, method, input });
    });
  }

  const groups = Object.entries(contract).map(([group, methods]) => [
    group,
    Object.fromEntries(Object.keys(methods).map((name) => [name, (input: unknown) => call(`${group}.${name}`, input)])),
  ]);
  return Object.fromEntries(groups) as ClientOf<C>;
}
