/**
 * What the core in the page holds in memory: the sample centre and what has been ordered since, with the few things that the
 * handlers and the hooks of a test both do. It decides nothing that the real core decides.
 */
import type { Connection, Device, OutboxRow, Session, TimelineEntry } from '../../src/shared/console-shapes.ts';
import type { Refusal } from '../../src/shared/console-frames.ts';
import { urgencyGroups } from '../../src/shared/domain/conversation.ts';
import type { SentFile } from '../../src/shared/domain/file.ts';
import type { CallRow } from '../../src/shared/domain/rows.ts';
import { type Centre, type Thread } from './sample-centre.ts';
import { must, colleague, id, me, queue, workspace } from './sample-rows.ts';

export type FakeOptions = {
  scene:
    | 'desk'
    | 'indexing'
    | 'offline'
    | 'signedOut'
    | 'keyLost'
    | 'noServer'
    | 'consoleTooOld'
    | 'ring'
    | 'wrapUp'
    | 'stopped'
    | 'empty'
    | 'broken'
    | 'expired'
    | 'locked'
    | 'factorNeeded'
    | 'firstSync'
    | 'catchingUp'
    | 'damaged'
    | 'administration'
    | 'administrationOffline';
  language: 'ja' | 'en';
  theme: 'light' | 'dark' | 'system';
  textSize: 100 | 112 | 125 | 150;
};

/** A call that this core does not carry out. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** Sets the stage of a scene. `stale` says to the window which topics to ask again. */
export function setStage(centre: Centre, options: FakeOptions, stale: (...topics: string[]) => void) {
  const device: Device = {
    language: options.language,
    theme: options.theme,
    textSize: options.textSize,
    enterSends: false,
    storageGb: 5,
    holds: { mail: 5 },
  };
  const files = new Map<string, SentFile & { conversationId: string }>();
  const drafts = new Map<string, { reply: string; note: string }>();
  let isOffline = options.scene === 'offline' || options.scene === 'administrationOffline';
  const isBehind = options.scene === 'firstSync' || options.scene === 'catchingUp';
  const session: Session =
    options.scene === 'signedOut' || options.scene === 'keyLost' || options.scene === 'noServer'
      ? {
          state: 'signedOut',
          serverUrl: options.scene === 'noServer' ? null : 'http://127.0.0.1:4800',
          canChooseServer: options.scene === 'noServer',
          why: options.scene === 'keyLost' ? 'keyLost' : null,
          lastLogin: null,
        }
      : {
          state: 'signedIn',
          serverUrl: 'http://127.0.0.1:4800',
          agentId: me.id,
          login: 'sato',
          displayName: me.displayName,
          role: options.scene.startsWith('administration') ? 'admin' : me.role,
          workspace,
          needsSignIn: options.scene === 'expired',
          locked: options.scene === 'locked' ? { since: Date.now() - 25 * 60_000, why: 'idle' } : null,
          idleLockMinutes: 15,
          mustSetUpSecondFactor: options.scene === 'factorNeeded',
        };
  const threadOf = (conversationId: string): Thread => {
    const found = centre.threads.find((thread) => thread.conversation.id === conversationId);
    if (found === undefined) throw new Refused({ why: 'not-found', detail: 'no such conversation' });
    return found;
  };
  const threadsOf = (customerId: string): Thread[] =>
    centre.threads.filter((thread) => thread.customer.id === customerId);
  const typing = new Map<string, { who: 'customer' | 'agent'; name: string }[]>();
  if (options.scene === 'desk')
    typing.set(must(centre.threads[1]).conversation.id, [{ who: 'customer', name: '小林 大輔 様' }]);

  const ringing: CallRow[] = [];
  let mine: CallRow | null = null;
  const callRow = (thread: Thread, more: Partial<CallRow>): CallRow => ({
    id: id(),
    sv: 1,
    conversationId: thread.conversation.id,
    customerId: thread.customer.id,
    direction: 'in',
    fromMasked: '090-••••-5678',
    fromReason: null,
    queueId: queue.id,
    agentId: me.id,
    state: 'offered',
    offeredAt: Date.now() - 8000,
    expiresAt: Date.now() + 22_000,
    answeredAt: null,
    endedAt: null,
    heldMs: 0,
    heldSince: null,
    cause: null,
    wrapUpCodeId: null,
    wrapUpNote: '',
    wrapUpStartedAt: null,
    wrapUpEndedAt: null,
    ...more,
  });
  if (options.scene === 'ring') ringing.push(callRow(must(centre.threads[0]), {}));
  if (options.scene === 'wrapUp')
    mine = callRow(must(centre.threads[0]), {
      state: 'ended',
      answeredAt: Date.now() - 420_000,
      endedAt: Date.now() - 48_000,
      wrapUpStartedAt: Date.now() - 47_000,
    });
  if (options.scene === 'stopped') {
    const thread = must(centre.threads[2]);
    thread.entries.splice(-2, 0, {
      kind: 'pending',
      at: must(thread.entries.at(-2)).at - 1000,
      id: id(),
      commandId: id(),
      conversationId: thread.conversation.id,
      channel: 'line',
      what: 'reply',
      text: '返金は25日の締め日までに反映される予定です。',
      files: [],
      bytesUp: 0,
      mail: null,
      state: 'needsReview',
      reason: 'thread-moved-on',
      holdUntil: null,
    });
  }

  const outbox: OutboxRow[] = [];
  const row = (thread: Thread, text: string, more: Partial<OutboxRow>): OutboxRow => ({
    commandId: id(),
    kind: 'reply.send',
    state: 'queued',
    reason: null,
    composedAt: Date.now(),
    conversationId: thread.conversation.id,
    customerId: thread.customer.id,
    customerName: thread.customer.displayName,
    channel: thread.conversation.channel,
    text,
    conflict: null,
    ...more,
  });
  if (isOffline)
    outbox.push(
      row(must(centre.threads[2]), 'ご返送いただいた商品は、11月22日に…', {}),
      row(must(centre.threads[4]), 'Re: 10月分のご請求金額について', {}),
      row(must(centre.threads[9]), '領収書をお送りします', { state: 'refused', reason: 'text-too-long' }),
    );

  const rowsOf = (view: string, tab: string) =>
    options.scene === 'empty' || view === 'resolved'
      ? []
      : centre.rows
          .filter((each) =>
            tab === 'mine'
              ? each.isMine
              : tab === 'unassigned'
                ? each.assigneeId === null
                : tab === 'pending'
                  ? each.group === 'waiting'
                  : view === 'everyone' ||
                    each.isMine ||
                    each.assigneeId === null ||
                    each.assigneeName === colleague.displayName,
          )
          .sort((a, b) => urgencyGroups.indexOf(a.group) - urgencyGroups.indexOf(b.group));
  const connection = (): Connection => ({
    state: isOffline ? 'offline' : isBehind ? 'catchingUp' : 'online',
    lastLevelAt: options.scene === 'firstSync' ? null : centre.now - 60_000,
    retryAt: isOffline ? Date.now() + 8000 : null,
    left: isBehind ? (options.scene === 'firstSync' ? 12_345 : 312) : null,
    bootstrap: options.scene === 'firstSync' ? 0.42 : null,
    ...(options.scene === 'consoleTooOld' && { state: 'readOnly' as const, readOnlyBecause: 'consoleTooOld' as const }),
    ...(options.scene === 'damaged' && { notices: ['outboxSetAside' as const] }),
    waiting: outbox.filter((each) => each.state === 'queued').length,
    attention: outbox.filter((each) => each.state !== 'queued').length,
    clockSkewMs: null,
  });
  const add = (conversationId: string, what: 'reply' | 'note', text: string, sent: SentFile[] = [], holdMs = 0) => {
    const thread = threadOf(conversationId);
    const commandId = id();
    const entry = {
      kind: 'pending',
      at: Date.now(),
      id: commandId,
      commandId,
      conversationId: thread.conversation.id,
      channel: thread.conversation.channel,
      what,
      text,
      files: sent,
      bytesUp: 0,
      mail: null,
      state: isOffline || holdMs > 0 ? 'queued' : 'sending',
      reason: null,
      holdUntil: holdMs === 0 ? null : Date.now() + holdMs,
    } as TimelineEntry;
    thread.entries.push(entry);
    stale(`customer:${thread.customer.id}`, 'outbox', 'inbox');
    return entry;
  };
  const ok = { ok: true as const };

  return {
    centre,
    options,
    stale,
    device,
    drafts,
    files,
    isOffline: () => isOffline,
    /** The line is cut, or there again. */
    cutLine(isCut: boolean): void {
      isOffline = isCut;
      stale('connection');
    },
    session,
    threadOf,
    threadsOf,
    typing,
    ringing,
    mine,
    callRow,
    outbox,
    rowsOf,
    connection,
    add,
    ok,
  };
}

export type Stage = ReturnType<typeof setStage>;
