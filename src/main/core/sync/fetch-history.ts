/**
 * Asks the server for what this device lacks of a conversation. One question for each conversation at a time; the answer
 * belongs to the connection that it was asked on.
 */
import { type HistoryReply, historyReplySchema, type Page } from '../../../shared/sync-protocol.ts';
import type { Reader } from '../db/connection.ts';
import { Refused } from '../refused.ts';
import type { Schedule } from '../schedule.ts';
import { findAbsence } from './absence.ts';
import { unpackPage } from './unpack-page.ts';

export type FetchHistoryOptions = {
  cache: Reader;
  schedule: Schedule;
  /** Sends the question; null without a line. The answer comes at most once, and never after the line was cut. */
  ask: () => ((payload: unknown, reply: (answer: unknown) => void) => void) | null;
  apply(conversationId: string, page: Page, upto: number | null): void;
};

export type HistoryFetcher = {
  /**
   * Brings the newest page of what is missing; does nothing when nothing is. Refused with `offline`, `not-allowed`,
   * `failed`.
   */
  fetch(conversationId: string): Promise<void>;
  /** The line was cut: nobody answers what was asked. */
  cut(): void;
};

/** A server that says nothing for so long does not know the question, in ms. */
const ANSWER_WITHIN_MS = 20_000;

/** Nothing is asked before `fetch`. */
export function fetchHistory({ cache, schedule, ask, apply }: FetchHistoryOptions): HistoryFetcher {
  const underWay = new Map<string, { done: Promise<void>; fail: (refusal: Refused) => void }>();

  function begin(conversationId: string, upto: number): Promise<void> {
    const send = ask();
    if (!send) return Promise.reject(new Refused('offline', 'there is no line to the server'));
    let fail: (refusal: Refused) => void = () => undefined;
    const done = new Promise<void>((resolve, reject) => {
      const cancel = schedule.after(ANSWER_WITHIN_MS, () => fail(new Refused('failed', 'the server did not answer')));
      fail = (refusal) => {
        cancel();
        reject(refusal);
      };
      send({ conversationId, upto }, (answer) => {
        cancel();
        try {
          take(conversationId, upto, answer);
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Refused('failed', 'the page could not be taken in'));
        }
      });
    }).finally(() => underWay.delete(conversationId));
    underWay.set(conversationId, { done, fail: (refusal) => fail(refusal) });
    return done;
  }

  function take(conversationId: string, asked: number, given: unknown): void {
    const parsed = historyReplySchema.safeParse(given);
    if (!parsed.success) throw new Refused('failed', 'the server answered in a way that this version does not know');
    const answer = parsed.data;
    if (!answer.ok) throw refusalOf(answer);
    const page = unpackPage(answer.page);
    // Without progress the same question would be asked for ever.
    if (!page || (answer.upto !== null && answer.upto >= asked))
      throw new Refused('failed', 'the page could not be read');
    apply(conversationId, page, answer.upto);
  }

  return {
    fetch(conversationId) {
      const running = underWay.get(conversationId);
      if (running) return running.done;
      const absence = findAbsence(cache, conversationId);
      return absence ? begin(conversationId, absence.upto) : Promise.resolve();
    },
    cut() {
      for (const { fail } of [...underWay.values()]) fail(new Refused('offline', 'the line to the server was cut'));
    },
  };
}

function refusalOf({ why }: Extract<HistoryReply, { ok: false }>): Refused {
  return why === 'not-allowed'
    ? new Refused('not-allowed', 'this conversation may not be read with this account any more')
    : new Refused('failed', 'the server could not answer now; try again');
}
