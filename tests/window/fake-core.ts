/**
 * A core in the page, for looking at the window: answers every call of the contract from a sample centre. It keeps what is
 * ordered in memory only and decides nothing that the real core decides; it is no stand-in for it in a journey.
 */
import { consoleContract } from '../../src/shared/console-api.ts';
import type { Connection, Device, OutboxRow, Session, TimelineEntry } from '../../src/shared/console-shapes.ts';
import type { Frame, FramePort, Refusal } from '../../src/shared/console-frames.ts';
import type { AnyShape } from '../../src/shared/contract.ts';
import { urgencyGroups } from '../../src/shared/domain/conversation.ts';
import type { CallRow } from '../../src/shared/domain/rows.ts';
import { accounts, type Centre, colleague, id, lead, me, queue, type Thread, workspace } from './sample-centre.ts';

export type FakeOptions = {
  scene: 'desk' | 'offline' | 'signedOut' | 'ring' | 'wrapUp' | 'stopped' | 'empty' | 'broken' | 'expired';
  language: 'ja' | 'en';
  theme: 'light' | 'dark' | 'system';
  textSize: 100 | 112 | 125 | 150;
};

class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** The port, and the ways in which a test makes something happen. */
export function startFakeCore(centre: Centre, options: FakeOptions) {
  const listeners = new Set<(frame: Frame) => void>();
  const tell = (frame: Frame): void => listeners.forEach((listener) => listener(frame));
  const stale = (...topics: string[]): void => tell({ t: 'stale', topics });
  const device: Device = {
    language: options.language,
    theme: options.theme,
    textSize: options.textSize,
    enterSends: false,
  };
  const drafts = new Map<string, { reply: string; note: string }>();
  const isOffline = options.scene === 'offline';
  const calls: { method: string; input: unknown }[] = [];
  let session: Session =
    options.scene === 'signedOut'
      ? { state: 'signedOut', serverUrl: 'http://127.0.0.1:4800', why: null, lastLogin: null }
      : {
          state: 'signedIn',
          serverUrl: 'http://127.0.0.1:4800',
          agentId: me.id,
          displayName: me.displayName,
          role: me.role,
          workspace,
          needsSignIn: options.scene === 'expired',
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
    typing.set(centre.threads[1]!.conversation.id, [{ who: 'customer', name: '小林 大輔 様' }]);

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
  if (options.scene === 'ring') ringing.push(callRow(centre.threads[0]!, {}));
  if (options.scene === 'wrapUp')
    mine = callRow(centre.threads[0]!, {
      state: 'ended',
      answeredAt: Date.now() - 420_000,
      endedAt: Date.now() - 48_000,
      wrapUpStartedAt: Date.now() - 47_000,
    });
  if (options.scene === 'stopped') {
    const thread = centre.threads[2]!;
    thread.entries.splice(-2, 0, {
      kind: 'pending',
      at: thread.entries.at(-2)!.at - 1000,
      id: id(),
      commandId: id(),
      conversationId: thread.conversation.id,
      channel: 'line',
      what: 'reply',
      text: '返金は25日の締め日までに反映される予定です。',
      mail: null,
      state: 'needsReview',
      reason: 'thread-moved-on',
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
    ...more,
  });
  if (isOffline)
    outbox.push(
      row(centre.threads[2]!, 'ご返送いただいた商品は、11月22日に…', {}),
      row(centre.threads[4]!, 'Re: 10月分のご請求金額について', {}),
      row(centre.threads[9]!, '領収書をお送りします', { state: 'refused', reason: 'text-too-long' }),
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
    state: isOffline ? 'offline' : 'online',
    lastLevelAt: centre.now - 60_000,
    retryAt: isOffline ? Date.now() + 8000 : null,
    left: null,
    bootstrap: null,
    waiting: outbox.filter((each) => each.state === 'queued').length,
    attention: outbox.filter((each) => each.state !== 'queued').length,
    clockSkewMs: null,
  });
  const add = (conversationId: string, what: 'reply' | 'note', text: string) => {
    const thread = threadOf(conversationId);
    const entry = {
      kind: 'pending',
      at: Date.now(),
      id: id(),
      commandId: id(),
      conversationId,
      channel: thread.conversation.channel,
      what,
      text,
      mail: null,
      state: isOffline ? 'queued' : 'sending',
      reason: null,
    } as TimelineEntry;
    thread.entries.push(entry);
    stale(`customer:${thread.customer.id}`, 'outbox', 'inbox');
    return entry;
  };
  const ok = { ok: true as const };

  const handlers: Record<string, (input: never) => unknown> = {
    'session.get': () => session,
    'session.demoAccounts': () => ({
      accounts: [
        { login: 'suzuki', password: 'demo', name: me.displayName, role: 'agent' },
        { login: 'ito', password: 'demo', name: colleague.displayName, role: 'agent' },
        { login: 'sato', password: 'demo', name: lead.displayName, role: 'teamLead' },
        { login: 'bpo', password: 'demo', name: '委託 花子', role: 'bpo' },
        { login: 'admin', password: 'demo', name: '管理 太郎', role: 'admin' },
      ],
    }),
    'session.signIn': ({ password }: { password: string }) => {
      if (password !== 'demo') throw new Refused({ why: 'wrong-password', detail: '' });
      session = {
        state: 'signedIn',
        serverUrl: '',
        agentId: me.id,
        displayName: me.displayName,
        role: me.role,
        workspace,
        needsSignIn: false,
      };
      stale('session');
      return ok;
    },
    'session.signOut': ({ evenIfWaiting }: { evenIfWaiting: boolean }) => {
      if (outbox.length > 0 && !evenIfWaiting) throw new Refused({ why: 'outbox-not-empty', detail: '' });
      session = { state: 'signedOut', serverUrl: 'http://127.0.0.1:4800', why: null, lastLogin: 'suzuki' };
      stale('session');
      return ok;
    },
    'device.get': () => device,
    'device.set': (change: Partial<Device>) => {
      Object.assign(device, change);
      stale('device');
      return ok;
    },
    'connection.get': connection,
    'connection.reconnectNow': () => ok,
    'outbox.list': () => ({ rows: outbox }),
    'outbox.sendAnyway': () => ({ commandId: id() }),
    'outbox.edit': () => ok,
    'outbox.discard': ({ commandId }: { commandId: string }) => {
      const at = outbox.findIndex((each) => each.commandId === commandId);
      if (at >= 0) outbox.splice(at, 1);
      for (const thread of centre.threads)
        thread.entries = thread.entries.filter((entry) => entry.kind !== 'pending' || entry.commandId !== commandId);
      stale('outbox', 'inbox', ...centre.threads.slice(0, 6).map((thread) => `customer:${thread.customer.id}`));
      return ok;
    },
    'inbox.outline': ({ view, tab }: { view: string; tab: string }) => {
      if (options.scene === 'broken') throw new Refused({ why: 'storage-full', detail: '' });
      const rows = rowsOf(view, tab);
      return {
        groups: urgencyGroups.map((group) => ({ group, count: rows.filter((each) => each.group === group).length })),
        total: rows.length,
        tabs: {
          all: rowsOf(view, 'all').length,
          mine: rowsOf(view, 'mine').length,
          unassigned: rowsOf(view, 'unassigned').length,
          pending: rowsOf(view, 'pending').length,
        },
        unreadConversations: rows.filter((each) => each.unreadCount > 0).length,
      };
    },
    'inbox.rows': ({ view, tab, offset, limit }: { view: string; tab: string; offset: number; limit: number }) => ({
      rows: rowsOf(view, tab).slice(offset, offset + limit),
      total: rowsOf(view, tab).length,
    }),
    'inbox.place': ({ view, tab, conversationId }: { view: string; tab: string; conversationId: string }) => {
      const index = rowsOf(view, tab).findIndex((each) => each.conversationId === conversationId);
      return { index: index < 0 ? null : index };
    },
    'conversations.get': ({ conversationId }: { conversationId: string }) => {
      const thread = threadOf(conversationId);
      const assignee = [me, colleague, lead].find((agent) => agent.id === thread.conversation.assigneeId);
      return {
        conversation: thread.conversation,
        customer: thread.customer,
        account: (accounts as Record<string, unknown>)[thread.conversation.channel] ?? null,
        assigneeName: assignee?.displayName ?? null,
        queueName: queue.name,
        mailDefaults:
          thread.conversation.channel === 'mail'
            ? { to: ['nakamura.y@example.jp'], cc: [], subject: thread.conversation.subject ?? 'Re:' }
            : null,
        seenSeq: thread.conversation.lastSeq,
      };
    },
    'conversations.signals': ({ conversationId }: { conversationId: string }) => ({
      typing: typing.get(conversationId) ?? [],
      viewing:
        conversationId === centre.threads[1]!.conversation.id
          ? [{ name: colleague.displayName, agentId: colleague.id }]
          : [],
    }),
    'conversations.assign': ({
      conversationId,
      assigneeId,
    }: {
      conversationId: string;
      assigneeId: typeof me.id | null;
    }) => {
      const thread = threadOf(conversationId);
      thread.conversation = { ...thread.conversation, assigneeId };
      const agent = [me, colleague, lead].find((each) => each.id === assigneeId);
      const at = centre.rows.indexOf(thread.row);
      thread.row = {
        ...thread.row,
        assigneeId,
        assigneeName: agent?.displayName ?? null,
        isMine: assigneeId === me.id,
      };
      centre.rows[at] = thread.row;
      stale('inbox', `conversation:${conversationId}`);
      return { commandId: id() };
    },
    'conversations.setStatus': ({
      conversationId,
      status,
    }: {
      conversationId: string;
      status: Thread['conversation']['status'];
    }) => {
      const thread = threadOf(conversationId);
      thread.conversation = { ...thread.conversation, status };
      const at = centre.rows.indexOf(thread.row);
      thread.row = { ...thread.row, status, group: status === 'pending' ? 'waiting' : thread.row.group };
      centre.rows[at] = thread.row;
      stale('inbox', `conversation:${conversationId}`, `customer:${thread.customer.id}`);
      return { commandId: id() };
    },
    'conversations.markRead': ({ conversationId }: { conversationId: string }) => {
      const thread = threadOf(conversationId);
      thread.conversation = { ...thread.conversation, unreadCount: 0 };
      const at = centre.rows.indexOf(thread.row);
      thread.row = { ...thread.row, unreadCount: 0 };
      centre.rows[at] = thread.row;
      stale('inbox', `conversation:${conversationId}`);
      return ok;
    },
    'conversations.signal': () => ok,
    'replies.send': ({ conversationId, text }: { conversationId: string; text: string }) => {
      const entry = add(conversationId, 'reply', text);
      return { commandId: entry.id, messageId: entry.id };
    },
    'replies.decide': () => ({ commandId: id() }),
    'notes.add': ({ conversationId, text }: { conversationId: string; text: string }) => {
      const entry = add(conversationId, 'note', text);
      return { commandId: entry.id, messageId: entry.id };
    },
    'drafts.get': ({ conversationId }: { conversationId: string }) => ({
      ...(drafts.get(conversationId) ?? { reply: '', note: '' }),
      mail: null,
      savedAt: null,
    }),
    'drafts.save': ({
      conversationId,
      what,
      text,
    }: {
      conversationId: string;
      what: 'reply' | 'note';
      text: string;
    }) => {
      drafts.set(conversationId, { ...(drafts.get(conversationId) ?? { reply: '', note: '' }), [what]: text });
      return ok;
    },
    'customers.sheet': ({ customerId }: { customerId: string }) => threadsOf(customerId)[0]?.sheet,
    'customers.timeline': ({
      customerId,
      before,
      limit,
    }: {
      customerId: string;
      before: { at: number; id: string } | null;
      limit: number;
    }) => {
      const all = threadsOf(customerId)
        .flatMap((thread) => thread.entries)
        .sort((a, b) => a.at - b.at);
      const end = before === null ? all.length : all.findIndex((entry) => entry.id === before.id);
      const entries = all.slice(Math.max(0, end - limit), end);
      return { entries, older: end - limit > 0 ? { at: entries[0]!.at, id: entries[0]!.id } : null };
    },
    'customers.pin': () => ok,
    'customers.acknowledgeHandover': () => ({ commandId: id() }),
    'calls.ringing': () => ({
      calls: ringing.map((call) => {
        const thread = threadsOf(call.customerId)[0]!;
        return {
          call,
          customer: thread.customer,
          caution: {
            id: id(),
            sv: 1,
            customerId: call.customerId,
            kind: 'warning',
            text: '折り返し期限を2分超過。最初にお詫びを添える。',
            authorName: lead.displayName,
            createdAt: centre.now,
          },
          lastConversation: thread.sheet.conversations[0],
          isForMe: true,
          msLeft: Math.max(0, call.expiresAt - Date.now()),
        };
      }),
    }),
    'calls.mine': () => ({
      call: mine,
      customer: mine === null ? null : threadsOf(mine.customerId)[0]!.customer,
      draftNote: mine === null ? '' : '11/27(金)→ 11/30(月)午前へ変更。折り返し遅延をお詫び。',
      draftWrapUpCodeId: null,
    }),
    'calls.addNote': () => ({ commandId: id() }),
    'calls.saveWrapUpDraft': () => ok,
    'calls.finishWrapUp': () => {
      mine = null;
      stale('calls');
      return { commandId: id() };
    },
    'attachments.fetch': () => {
      throw new Refused({ why: 'offline', detail: '' });
    },
    'search.all': ({ text, limit }: { text: string; limit: number }) => {
      const mark = (whole: string) => {
        const found = whole.indexOf(text);
        return { text: whole, marks: found < 0 ? [] : [[found, found + text.length]] };
      };
      const named = centre.threads.filter((thread) => thread.customer.displayName.includes(text));
      const about = centre.threads.filter((thread) => thread.conversation.subject?.includes(text));
      const said = centre.threads.flatMap((thread) =>
        thread.entries
          .filter((entry) => entry.kind === 'message' && entry.message.text.includes(text))
          .map((entry) => ({ thread, entry: entry as Extract<TimelineEntry, { kind: 'message' }> })),
      );
      return {
        customers: named.slice(0, limit).map(({ customer }) => ({
          customerId: customer.id,
          name: mark(customer.displayName),
          kana: mark(customer.kana),
          memberNumber: customer.memberNumber,
        })),
        customerCount: named.length,
        conversations: about.slice(0, limit).map(({ conversation, customer }) => ({
          conversationId: conversation.id,
          customerId: customer.id,
          customerName: customer.displayName,
          channel: conversation.channel,
          subject: mark(conversation.subject!),
          status: conversation.status,
          lastActivityAt: conversation.lastActivityAt,
        })),
        conversationCount: about.length,
        messages: said.slice(0, limit).map(({ thread, entry }) => ({
          messageId: entry.message.id,
          conversationId: thread.conversation.id,
          customerId: thread.customer.id,
          customerName: thread.customer.displayName,
          channel: thread.conversation.channel,
          direction: entry.message.direction,
          snippet: mark(entry.message.text),
          receivedAt: entry.at,
        })),
        messageCount: said.length,
        unindexed: 0,
      };
    },
    'settings.get': () => ({
      workspace,
      agents: [me, colleague, lead],
      queues: [queue],
      channelAccounts: Object.values(accounts).map((each) => ({
        ...each,
        lastSuccessAt: centre.now - 30_000,
        lastErrorAt: each.state === 'failing' ? centre.now - 300_000 : null,
      })),
      wrapUpCodes: centre.wrapUpCodes,
    }),
  };

  const port: FramePort = {
    send(frame) {
      if (frame.t !== 'call') return;
      calls.push({ method: frame.method, input: frame.input });
      setTimeout(() => {
        const [group, method] = frame.method.split('.') as [string, string];
        const shape = (consoleContract as unknown as Record<string, Record<string, AnyShape>>)[group]?.[method];
        try {
          // What the window asks is parsed as the real core does: a wrong input must not look right here.
          const input = shape!.input.parse(frame.input);
          tell({
            t: 'reply',
            id: frame.id,
            ok: true,
            output: structuredClone(handlers[frame.method]!(input as never)),
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
    /** A customer says something in a thread of the drawn ones. */
    customerSays(threadIndex: number, text: string): void {
      const thread = centre.threads[threadIndex]!;
      const last = thread.entries.filter((entry) => entry.kind === 'message').length + 1;
      thread.entries.push({
        kind: 'message',
        at: Date.now(),
        id: id(),
        attachments: [],
        pendingDecision: null,
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
    /** Somebody writes in a thread, or has stopped. */
    writes(threadIndex: number, who: 'customer' | 'agent', name: string | null): void {
      const { conversation } = centre.threads[threadIndex]!;
      typing.set(conversation.id, name === null ? [] : [{ who, name }]);
      stale(`signals:${conversation.id}`);
    },
    /** The rows of the list, to be put in another order. */
    rows: () => centre.rows,
    /** The telephone rings for this agent. */
    rings(threadIndex: number): void {
      ringing.push(callRow(centre.threads[threadIndex]!, {}));
      stale('calls');
    },
    ringEnds(): void {
      ringing.length = 0;
      stale('calls');
    },
  };
}

export type FakeCore = ReturnType<typeof startFakeCore>;
