/**
 * Sends a visitor's texts one after the other, each until the server is known to have it, always under the same id. Knows
 * no socket: `ask` does. What waits outlives the page through `keep`.
 */
import type { SayReply } from '../shared/widget-protocol.ts';

/** A text that was written and is not known to be stored. */
export type WaitingText = { clientMessageId: string; text: string; sentAt: number };

export type SayQueue = {
  waiting(): readonly WaitingText[];
  add(text: WaitingText): void;
  /** Goes on, if there is a line and something to send. */
  drain(): void;
  /** These are stored, says the server's list. */
  confirm(clientMessageIds: ReadonlySet<string | null>): void;
  stop(): void;
};

/** Wait before a text goes again after the server could not store it, and when it does not say how long, in ms. */
const AGAIN_AFTER_MS = 1_000;

/** @param parts.ask null when nobody knows whether the server has it */
export function openSayQueue(parts: {
  resume: readonly WaitingText[];
  isConnected: () => boolean;
  ask: (text: WaitingText) => Promise<SayReply | null>;
  keep: () => void;
  onStored: (clientMessageId: string) => void;
  onRefused: (clientMessageId: string, why: string) => void;
  onSlowed: () => void;
}): SayQueue {
  let waiting: WaitingText[] = [...parts.resume];
  let isAsking = false;
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function drain(): void {
    const next = waiting[0];
    if (isAsking || isStopped || next === undefined || !parts.isConnected()) return;
    clearTimeout(timer);
    isAsking = true;
    void parts.ask(next).then((answer) => {
      isAsking = false;
      if (!isStopped) settle(next, answer);
    });
  }
  function settle(text: WaitingText, answer: SayReply | null): void {
    if (answer === null || (!answer.ok && (answer.why === 'failed' || answer.why === 'too-fast'))) {
      if (answer?.ok === false && answer.why === 'too-fast') parts.onSlowed();
      timer = setTimeout(drain, (answer?.ok === false ? answer.retryAfterMs : null) ?? AGAIN_AFTER_MS);
      return;
    }
    remove((one) => one.clientMessageId === text.clientMessageId);
    if (answer.ok) parts.onStored(text.clientMessageId);
    else parts.onRefused(text.clientMessageId, answer.why);
    drain();
  }
  function remove(isGone: (text: WaitingText) => boolean): void {
    const before = waiting.length;
    waiting = waiting.filter((text) => !isGone(text));
    if (waiting.length < before) parts.keep();
  }

  return {
    waiting: () => waiting,
    add(text) {
      waiting.push(text);
      parts.keep();
      drain();
    },
    drain,
    confirm: (ids) => remove((text) => ids.has(text.clientMessageId)),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
