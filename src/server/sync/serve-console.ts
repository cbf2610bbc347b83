/**
 * Serves one console: who it is, what it holds, and which answer belongs to which of its events. How events are taken in
 * is in `take-events.ts`; what an answer says is decided in the files that are called here.
 */
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
import type { Patience } from './patience.ts';
import type { SignalRelay } from './relay-signals.ts';
import type { FrameSender } from './send-frames.ts';
import type { GatewayParts } from './sync-gateway.ts';
import { takeEvents } from './take-events.ts';

export type ServeParts = GatewayParts & {
  gates: { hellos: Admission; pulls: Admission; walks: Admission };
  frames: FrameSender;
  signals: SignalRelay;
  patience: Patience;
  /** Consoles that have said hello, by client id. */
  connections: Map<string, ConsoleConnection>;
  bid(connection: ConsoleConnection, why: z.output<typeof goodbyeSchema>['why']): void;
};

/** Answers the events of a socket until it ends. */
export function serveConsole(parts: ServeParts, socket: ConsoleSocket, of: SignedInDevice): void {
  const { database, source, log, metrics, frames, connections, gates } = parts;
  const counts: WalkCounts = new Map();
  const events = takeEvents(parts, socket, of);
  let connection: ConsoleConnection | null = null;
  let lastMid = 0;
  /** Commands are taken one after the other, in the order in which they came: their numbers are dense. */
  let submitting: Promise<unknown> = Promise.resolve();

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
      const admitted = await admitConsole(
        database,
        source,
        of,
        { ...input, clientId: claimed.clientId as Hello['clientId'] },
        () => parts.patience.mayMakeDevice(of),
      );
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
      const { outcome, reason } = answered.verdict;
      metrics.verdicts.inc({ kind: input.command.body.kind, outcome });
      if (reason === 'not-allowed' || reason === 'bad-input') events.fault({ event: 'submit', why: reason });
    } else {
      lastMid = answered.lastMid;
    }
    return answered;
  }

  events.question<typeof greetingSchema, Welcome>(
    'hello',
    greetingSchema,
    (why) => ({
      ok: false,
      why: why === 'failed' ? 'busy' : why,
      retryAfterMs: why === 'bad-input' ? null : gates.hellos.retryAfterMs(),
    }),
    greet,
  );
  events.question<typeof pullSchema, PullReply>(
    'pull',
    pullSchema,
    (why) => ({ ok: false, why, retryAfterMs: why === 'busy' ? gates.pulls.retryAfterMs() : null }),
    async (input) =>
      connection
        ? await answerPull(database, gates, of.agentId, input)
        : { ok: false, why: 'not-allowed', retryAfterMs: null },
  );
  events.question<typeof walkSchema, WalkReply>(
    'walk',
    walkSchema,
    (why) => ({ ok: false, why, retryAfterMs: why === 'busy' ? gates.walks.retryAfterMs() : null }),
    async (input) =>
      connection
        ? await answerWalk(database, gates, of.agentId, input, counts)
        : { ok: false, why: 'not-allowed', retryAfterMs: null },
  );
  events.question<typeof historySchema, HistoryReply>(
    'history',
    historySchema,
    (why) => ({ ok: false, why, retryAfterMs: why === 'busy' ? gates.pulls.retryAfterMs() : null }),
    async (input) =>
      connection
        ? await answerHistory(database, gates, of.agentId, input)
        : { ok: false, why: 'not-allowed', retryAfterMs: null },
  );
  events.question<typeof submitSchema, SubmitReply>(
    'submit',
    submitSchema,
    (why, detail) => ({ ok: false, why, lastMid, detail }),
    submit,
  );
  events.question<typeof askSchema, AskReply>(
    'ask',
    askSchema,
    (why, detail) => ({ ok: false, why: why === 'busy' ? 'failed' : why, detail }),
    async (input) =>
      connection
        ? await answerAsk(parts, connection, input)
        : { ok: false, why: 'not-allowed', detail: 'say hello first' },
  );
  events.word('acknowledge', acknowledgeSchema, ({ cursors }) => {
    if (connection) frames.acknowledge(connection, cursors);
  });
  events.word('signal', signalSchema, (signal) => {
    if (!connection) return;
    parts.signals
      .fromConsole(connection, signal)
      .catch((error: unknown) => log.warn('sync.signal-lost', nameOfError(error)));
  });
  socket.on('disconnect', drop);
}
