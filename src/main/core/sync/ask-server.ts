/** Live calls to the server over the line: each is answered once, or refused when the line is cut. Keeps and repeats nothing. */
import { type Ask, type AskReply, askReplySchema } from '../../../shared/sync-protocol.ts';
import { Refused } from '../refused.ts';
import type { UpEvent } from './link.ts';

export type Asking = {
  /** Refused with `offline` when there is no line now, or when it is cut before the answer. */
  ask(ask: Ask): Promise<AskReply>;
  /** The line is gone: nobody answers any more. */
  cut(): void;
};

type LineToAsk = { state(): string; send(event: UpEvent, payload: unknown, reply: (answer: unknown) => void): void };

/** @param line is looked at when something is asked, not before */
export function askServer(line: () => LineToAsk): Asking {
  const asking = new Set<(refusal: Refused) => void>();
  return {
    ask(ask) {
      if (line().state() !== 'open') return Promise.reject(new Refused('offline', 'there is no line to the server'));
      return new Promise((resolve, reject) => {
        asking.add(reject);
        line().send('ask', ask, (answer) => {
          asking.delete(reject);
          const parsed = askReplySchema.safeParse(answer);
          if (parsed.success) resolve(parsed.data);
          else reject(new Refused('failed', 'the server answered in a way that this version does not know'));
        });
      });
    },
    cut() {
      for (const reject of asking) reject(new Refused('offline', 'the line to the server was cut'));
      asking.clear();
    },
  };
}
