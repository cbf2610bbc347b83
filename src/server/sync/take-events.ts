/**
 * Takes in the events of one console: parses each, answers each question exactly once, refuses by name what does not fit
 * or is too much, and shows out whoever goes on with it. What an answer says is decided by the caller.
 */
import type { Socket } from 'socket.io';
import type { z } from 'zod';
import type { UpEvents } from '../../shared/sync-protocol.ts';
import { type Log, nameOfError } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { SignedInDevice } from '../session/tokens.ts';
import type { ConsoleSocket } from './console-connection.ts';
import { parseInput } from './parse-input.ts';
import type { Fault, Patience } from './patience.ts';

type Word = 'acknowledge' | 'signal';
type Question = Exclude<keyof UpEvents, Word>;

/** Questions of one console that may wait for their answers at once. The gates are shared: one console must not fill them. */
const MOST_OPEN: Readonly<Record<Question, number>> = { hello: 1, pull: 8, walk: 4, history: 4, submit: 64, ask: 4 };
const WORDS: ReadonlySet<string> = new Set<Word>(['acknowledge', 'signal']);
/** Refusals that an honest console brings upon itself seldom or never. */
const FAULTS: ReadonlySet<string> = new Set([
  'bad-input',
  'not-allowed',
  'gap',
  'cloned-client',
  'protocol-too-old',
  'protocol-too-new',
]);

export type EventTaker = {
  question<S extends z.ZodType, R extends { ok: boolean }>(
    event: Question,
    schema: S,
    refusal: (why: 'bad-input' | 'busy' | 'failed', detail: string) => R,
    act: (input: z.output<S>) => Promise<R>,
  ): void;
  /** An event without an answer. */
  word<S extends z.ZodType>(event: Word, schema: S, act: (input: z.output<S>) => void): void;
  /** Notes a fault that shows only in what was decided. */
  fault(fault: Fault): void;
};

/** Begins to listen to a socket. */
export function takeEvents(
  parts: { log: Log; metrics: Metrics; patience: Patience },
  typed: ConsoleSocket,
  of: SignedInDevice,
): EventTaker {
  const { log, metrics, patience } = parts;
  // What comes over the wire has no type yet, whatever the list of events promises.
  const socket = typed as unknown as Socket;
  const open: Record<Question, number> = { hello: 0, pull: 0, walk: 0, history: 0, submit: 0, ask: 0 };

  function fault(fault: Fault): void {
    if (patience.bear(of, fault) || !socket.connected) return;
    typed.emit('goodbye', { why: 'flooding' });
    socket.disconnect(true);
  }

  socket.onAny((event: unknown) => {
    if (typeof event === 'string' && (Object.hasOwn(open, event) || WORDS.has(event))) return;
    fault({ event: 'unknown', why: 'unknown-event' });
  });
  socket.on('error', () => fault({ event: 'line', why: 'malformed' }));
  socket.on('disconnect', (reason, description) => {
    const why = whyOfEnd(reason, description);
    if (why !== null) fault({ event: 'line', why });
  });

  return {
    fault,
    question<S extends z.ZodType, R extends { ok: boolean }>(
      event: Question,
      schema: S,
      refusal: (why: 'bad-input' | 'busy' | 'failed', detail: string) => R,
      act: (input: z.output<S>) => Promise<R>,
    ) {
      const serve = async (input: z.output<S>): Promise<R> => {
        open[event]++;
        try {
          return await act(input);
        } catch (error) {
          log.error('sync.request-failed', { event, clientId: of.clientId, ...nameOfError(error) });
          return refusal('failed', 'the server could not answer; try again');
        } finally {
          open[event]--;
        }
      };
      socket.on(event, (sent: unknown, reply: unknown) => {
        if (typeof reply !== 'function') return fault({ event, why: 'no-reply-asked' });
        const done = (value: R, field?: string) => {
          const why = value.ok ? 'ok' : 'why' in value ? String(value.why) : 'refused';
          metrics.requests.inc({ event, outcome: why });
          (reply as (value: R) => void)(value);
          if (FAULTS.has(why)) fault({ event, why, field });
        };
        const parsed = parseInput(schema, sent);
        if (!parsed.ok) return done(refusal('bad-input', parsed.detail), parsed.field);
        if (patience.mayServe(of) && open[event] < MOST_OPEN[event]) return void serve(parsed.input).then(done);
        done(refusal('busy', 'too many questions are open; wait for their answers'));
        fault({ event, why: 'too-many-open' });
      });
    },
    word(event, schema, act) {
      socket.on(event, (sent: unknown) => {
        const parsed = parseInput(schema, sent);
        const why = !parsed.ok ? 'bad-input' : patience.mayServe(of) ? 'ok' : 'too-many';
        metrics.requests.inc({ event, outcome: why });
        // Without the field: the names of cursors are the console's own words.
        if (why !== 'ok') fault({ event, why });
        else if (parsed.ok) act(parsed.input);
      });
    },
  };
}

/** What a line died of, when it was what came over it: engine.io passes on the sentences of `ws`. Null: it just ended. */
function whyOfEnd(reason: string, description: unknown): 'too-large' | 'malformed' | null {
  if (reason === 'parse error') return 'malformed';
  if (reason !== 'transport error') return null;
  const words = description instanceof Error ? description.message : String(description);
  if (words.includes('Max payload size exceeded')) return 'too-large';
  return /parse error|parser error|Invalid (WebSocket frame|UTF-?8)/i.test(words) ? 'malformed' : null;
}
