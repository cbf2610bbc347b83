/**
 * A core in the page, for looking at the window: answers every call of the contract from a sample centre. It keeps what is
 * ordered in memory only and decides nothing that the real core decides; it is no stand-in for it in a journey.
 */
import { consoleContract } from '../../src/shared/console-api.ts';
import type { TimelineEntry } from '../../src/shared/console-shapes.ts';
import type { Frame, FramePort, Refusal } from '../../src/shared/console-frames.ts';
import type { AnyShape } from '../../src/shared/contract.ts';
import { answersOf } from './fake-answers.ts';
import { makeHistory } from './fake-history.ts';
import { type FakeOptions, Refused, setStage } from './fake-stage.ts';
import type { Centre } from './sample-centre.ts';
import { must, id } from './sample-rows.ts';

type MessageEntry = Extract<TimelineEntry, { kind: 'message' }>;

/** The port, and the ways in which a test makes something happen. */
export function startFakeCore(centre: Centre, options: FakeOptions) {
  const listeners = new Set<(frame: Frame) => void>();
  const tell = (frame: Frame): void => listeners.forEach((listener) => listener(frame));
  const stale = (...topics: string[]): void => tell({ t: 'stale', topics });
  const calls: { method: string; input: unknown }[] = [];
  const stage = setStage(centre, options, stale);
  const { ringing, callRow, typing } = stage;
  const history = makeHistory(stage);
  const handlers = answersOf(stage, history);

  const port: FramePort = {
    send(frame) {
      if (frame.t !== 'call') return;
      calls.push({ method: frame.method, input: frame.input });
      setTimeout(() => {
        const [group, method] = frame.method.split('.') as [string, string];
        const shape = (consoleContract as unknown as Record<string, Record<string, AnyShape>>)[group]?.[method];
        try {
          // What the window asks is parsed as the real core does: a wrong input must not look right here.
          const input = must(shape).input.parse(frame.input);
          tell({
            t: 'reply',
            id: frame.id,
            ok: true,
            output: structuredClone(must(handlers[frame.method])(input as never)),
          });
        } catch (error) {
          const refusal: Refusal =
            error instanceof Refused ? error.refusal : { why: 'bad-input', detail: String(error) };
          tell({ t: 'reply', id: frame.id, ok: false, refusal });
        }
      }, 2);
    },
    onFrame(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    port,
    calls,
    stale,
    cutLine: stage.cutLine,
    losesHistory: history.losesHistory,
    historyFails: history.historyFails,
    /** A customer says something in a thread of the drawn ones. */
    customerSays(threadIndex: number, text: string): void {
      const thread = must(centre.threads[threadIndex]);
      const last = thread.entries.filter((entry) => entry.kind === 'message').length + 1;
      thread.entries.push({
        kind: 'message',
        at: Date.now(),
        id: id(),
        attachments: [],
        pendingDecision: null,
        isEditPending: false,
        message: {
          ...(thread.entries.find((entry) => entry.kind === 'message') as Extract<TimelineEntry, { kind: 'message' }>)
            .message,
          id: id(),
          seq: last + 100,
          direction: 'in',
          authorKind: 'customer',
          authorName: thread.customer.displayName,
          text,
          html: null,
          detail: { kind: 'text' },
          receivedAt: Date.now(),
          deliveryState: null,
        },
      });
      thread.conversation = {
        ...thread.conversation,
        lastInSeq: last + 100,
        lastSeq: last + 100,
        unreadCount: thread.conversation.unreadCount + 1,
      };
      const at = centre.rows.indexOf(thread.row);
      thread.row = {
        ...thread.row,
        preview: text,
        unreadCount: thread.row.unreadCount + 1,
        lastActivityAt: Date.now(),
      };
      centre.rows[at] = thread.row;
      stale('inbox', `customer:${thread.customer.id}`, `conversation:${thread.conversation.id}`);
    },
    /** A mail with nothing but HTML arrives in a mail thread. */
    mailArrives(threadIndex: number, html: string): void {
      const thread = must(centre.threads[threadIndex]);
      const first = must(thread.entries.find((entry): entry is MessageEntry => entry.kind === 'message'));
      const messageId: MessageEntry['id'] = id();
      const message = { ...first.message, id: messageId, seq: 99, text: '', html, receivedAt: Date.now() };
      thread.entries.push({ ...first, id: messageId, at: Date.now(), attachments: [], message });
      stale(`customer:${thread.customer.id}`);
    },
    /** Gives a thread a long history. */
    lengthen(threadIndex: number, count: number): void {
      const thread = must(centre.threads[threadIndex]);
      const first = must(thread.entries.find((entry): entry is MessageEntry => entry.kind === 'message'));
      const older = Array.from({ length: count }, (_, i): TimelineEntry => {
        const at = first.at - (count - i) * 3_600_000;
        const text = `以前の発言 ${i}`;
        const messageId: (typeof first)['id'] = id();
        return {
          ...first,
          at,
          id: messageId,
          message: { ...first.message, id: messageId, seq: i - count, text, receivedAt: at },
        };
      });
      thread.entries.unshift(...older);
      stale(`customer:${thread.customer.id}`);
    },
    /** Somebody writes in a thread, or has stopped. */
    writes(threadIndex: number, who: 'customer' | 'agent', name: string | null): void {
      const { conversation } = must(centre.threads[threadIndex]);
      typing.set(conversation.id, name === null ? [] : [{ who, name }]);
      stale(`signals:${conversation.id}`);
    },
    /** The rows of the list, to be put in another order. */
    rows: () => centre.rows,
    /** The telephone rings for this agent. */
    rings(threadIndex: number): void {
      ringing.push(callRow(must(centre.threads[threadIndex]), {}));
      stale('calls');
    },
    ringEnds(): void {
      ringing.length = 0;
      stale('calls');
    },
  };
}

export type FakeCore = ReturnType<typeof startFakeCore>;
