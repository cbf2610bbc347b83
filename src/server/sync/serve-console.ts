/**
 * Serves one console: parses each of its events, answers each question exactly once, and stays up whatever it sends.
 * What an answer says is decided in the files that it calls.
 */
import type { Socket } from 'socket.io';
import type { z } from 'zod';
import type { Scope } from '../../shared/domain/scope.ts';
import {
  acknowledgeSchema,
  type AskReply,
  askSchema,
  type goodbyeSchema,
  greetingSchema,
  type Hello,
  helloSchema,
  type HistoryReply,
  historySchema,
  type PullReply,
  pullSchema,
  signalSchema,
  type SubmitReply,
  submitSchema,
  type UpEvents,
  type WalkReply,
  walkSchema,
  type Welcome,
} from '../../shared/sync-protocol.ts';
import { nameOfError } from '../log/log.ts';
import type { SignedInDevice } from '../session/tokens.ts';
import { acceptCommand } from './accept-command.ts';
import type { Admission } from './admission.ts';
import { answerAsk } from './answer-ask.ts';
import { admitConsole, makeWelcome, refusalOfVersion } from './answer-hello.ts';
import { answerHistory, answerPull, answerWalk, type WalkCounts } from './answer-reads.ts';
import type { ConsoleConnection, ConsoleSocket } from './console-connection.ts';
import { parseInput } from './parse-input.ts';
import type { SignalRelay } from './relay-signals.ts';
import type { FrameSender } from './send-frames.ts';
import type { GatewayParts } from './sync-gateway.ts';

export type ServeParts = GatewayParts & {
  gates: { hellos: Admission; pulls: Admission; walks: Admission };
  frames: FrameSender;
  signals: SignalRelay;
  /** Consoles that have said hello, by client id. */
  connections: Map<string, ConsoleConnection>;
  bid(connection: ConsoleConnection, why: z.output<typeof goodbyeSchema>['why']): void;
};

/** Questions of one console that may wait for their answers at once. */
const MOST_OPEN = 64;

type Asking = Exclude<keyof UpEvents, 'acknowledge' | 'signal'>;

/** Answers the events of a socket until it ends. */
export function serveConsole(parts: ServeParts, socket: ConsoleSocket, of: SignedInDevice): void {
  const { database, source, log, metrics, frames, connections, gates } = parts;
  const counts: WalkCounts = new Map();
  let connection: ConsoleConnection | null = null;
  let open = 0;
  let lastMid = 0;
  /** Commands are taken one after the other, in the order in which they came: their numbers are dense. */
  let submitting: Promise<unknown> = Promise.resolve();

  function answer<S extends z.ZodType, R extends { ok: boolean }>(
    event: Asking,
    schema: S,
    refusal: (why: 'bad-input' | 'busy' | 'failed', detail: string) => R,
    act: (input: z.output<S>) => Promise<R>,
  ): void {
    const serve = async (input: z.output<S>): Promise<R> => {
      open++;
      try {
        return await act(input);
      } catch (error) {
        log.error('sync.request-failed', { event, clientId: of.clientId, ...nameOfError(error) });
        return refusal('failed', 'the server could not answer; try again');
      } finally {
        open--;
      }
    };
    // What comes over the wire has no type yet, whatever the list of events promises.
    (socket as unknown as Socket).on(event, (sent: unknown, reply: unknown) => {
      if (typeof reply !== 'function') return;
      const done = (value: R) => {
        metrics.requests.inc({ event, outcome: value.ok ? 'ok' : 'why' in value ? String(value.why) : 'refused' });
        (reply as (value: R) => void)(value);
      };
      const parsed = parseInput(schema, sent);
      if (!parsed.ok) done(refusal('bad-input', parsed.detail));
      else if (open >= MOST_OPEN) done(refusal('busy', 'too many questions are open; wait for their answers'));
      else void serve(parsed.input).then(done);
    });
  }

  function drop(): void {
    if (!connection) return;
    frames.leave(connection, connection.scopes);
    if (connections.get(connection.clientId) === connection) connections.delete(connection.clientId);
    connection = null;
    metrics.consoles.set(connections.size);
  }

  /** Takes the client id for this socket, or says why not. From here to the first await nobody else can take it. */
  function claim(clientId: string, lease: string): ConsoleConnection | null {
    drop();
    const live = connections.get(clientId);
    if (live && live.lease !== lease) return null;
    if (live) parts.bid(live, 'replaced');
    const claimed: ConsoleConnection = {
      socket,
      clientId,
      lease,
      agentId: of.agentId,
      sessionId: of.sessionId,
      // Known after the database was asked; until then this console holds no scope, so nobody reads these.
      workspaceId: '' as ConsoleConnection['workspaceId'],
      displayName: '',
      scopes: [],
      unacknowledged: [],
      unacknowledgedBytes: 0,
      laggingSince: null,
      lagSent: new Map<Scope, number>(),
    };
    connections.set(clientId, claimed);
    connection = claimed;
    return claimed;
  }

  /** The version is judged before the rest is read: a hello of another version may have another shape. */
  async function greet(greeting: z.output<typeof greetingSchema>): Promise<Welcome> {
    const cannotSpeak = refusalOfVersion(greeting.protocol);
    if (cannotSpeak) return cannotSpeak;
    const parsed = parseInput(helloSchema, greeting);
    return parsed.ok ? await hello(parsed.input) : { ok: false, why: 'bad-input', retryAfterMs: null };
  }

  async function hello(input: Hello): Promise<Welcome> {
    const leave = gates.hellos.enter();
    if (!leave) return { ok: false, why: 'busy', retryAfterMs: gates.hellos.retryAfterMs() };
    try {
      const clientId = input.clientId.toLowerCase();
      const claimed = claim(clientId, input.lease);
      if (!claimed) return { ok: false, why: 'cloned-client', retryAfterMs: null };
      const admitted = await admitConsole(database, source, of, {
        ...input,
        clientId: claimed.clientId as Hello['clientId'],
      });
      if ('ok' in admitted) {
        drop();
        return admitted;
      }
      claimed.workspaceId = admitted.agent.workspaceId;
      claimed.displayName = admitted.agent.displayName;
      lastMid = admitted.lastMid;
      if (connection !== claimed || !socket.connected) return { ok: false, why: 'busy', retryAfterMs: 0 };
      claimed.scopes = admitted.scopes;
      await frames.join(claimed, claimed.scopes);
      metrics.consoles.set(connections.size);
      return await makeWelcome(database, source, { ...admitted, scopes: claimed.scopes });
    } catch (error) {
      drop();
      throw error;
    } finally {
      leave();
    }
  }

  async function submit(input: z.output<typeof submitSchema>): Promise<SubmitReply> {
    const by = connection;
    if (!by) return { ok: false, why: 'gap', lastMid, detail: 'say hello first' };
    const mine = submitting.then(() => acceptCommand(database, source, parts.commands, by, input));
    submitting = mine.catch(() => {});
    const answered = await mine;
    if (answered.ok) {
      lastMid = Math.max(lastMid, input.mid);
      metrics.verdicts.inc({ kind: input.command.body.kind, outcome: answered.verdict.outcome });
    } else {
      lastMid = answered.lastMid;
    }
    return answered;
  }

  answer<typeof greetingSchema, Welcome>(
    'hello',
    greetingSchema,
    (why) => ({
      ok: false,
      why: why === 'failed' ? 'busy' : why,
      retryAfterMs: why === 'bad-input' ? null : gates.hellos.retryAfterMs(),
    }),
    greet,
  );
  answer<typeof pullSchema, PullReply>(
    'pull',
    pullSchema,
    (why) => ({ ok: false, why, retryAfterMs: why === 'busy' ? gates.pulls.retryAfterMs() : null }),
    async (input) =>
      connection
        ? await answerPull(database, gates, of.agentId, input)
        : { ok: false, why: 'not-allowed', retryAfterMs: null },
  );
  answer<typeof walkSchema, WalkReply>(
    'walk',
    walkSchema,
    (why) => ({ ok: false, why, retryAfterMs: why === 'busy' ? gates.walks.retryAfterMs() : null }),
    async (input) =>
      connection
        ? await answerWalk(database, gates, of.agentId, input, counts)
        : { ok: false, why: 'not-allowed', retryAfterMs: null },
  );
  answer<typeof historySchema, HistoryReply>(
    'history',
    historySchema,
    (why) => ({ ok: false, why, retryAfterMs: why === 'busy' ? gates.pulls.retryAfterMs() : null }),
    async (input) =>
      connection
        ? await answerHistory(database, gates, of.agentId, input)
        : { ok: false, why: 'not-allowed', retryAfterMs: null },
  );
  answer<typeof submitSchema, SubmitReply>(
    'submit',
    submitSchema,
    (why, detail) => ({ ok: false, why, lastMid, detail }),
    submit,
  );
  answer<typeof askSchema, AskReply>(
    'ask',
    askSchema,
    (why, detail) => ({ ok: false, why: why === 'busy' ? 'failed' : why, detail }),
    async (input) =>
      connection
        ? await answerAsk(parts, connection, input)
        : { ok: false, why: 'not-allowed', detail: 'say hello first' },
  );
  (socket as unknown as Socket).on('acknowledge', (sent: unknown) => {
    const parsed = parseInput(acknowledgeSchema, sent);
    if (parsed.ok && connection) frames.acknowledge(connection, parsed.input.cursors);
  });
  (socket as unknown as Socket).on('signal', (sent: unknown) => {
    const parsed = parseInput(signalSchema, sent);
    if (!parsed.ok || !connection) return;
    parts.signals
      .fromConsole(connection, parsed.input)
      .catch((error: unknown) => log.warn('sync.signal-lost', nameOfError(error)));
  });
  socket.on('disconnect', drop);
}
