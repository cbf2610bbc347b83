/** Answers every call of the contract from the stage, as far as looking at the window needs it. */
import type { Device } from '../../src/shared/console-shapes.ts';
import { urgencyGroups } from '../../src/shared/domain/conversation.ts';
import type { UploadId } from '../../src/shared/domain/ids.ts';
import { accountAnswers } from './fake-account.ts';
import { Refused, type Stage } from './fake-stage.ts';
import type { Thread } from './sample-centre.ts';
import { administrationAnswers } from './fake-administration.ts';
import { knowledgeAnswer } from './fake-knowledge.ts';
import { searchAnswers } from './fake-search.ts';
import { must, accounts, colleague, id, lead, me, queue, workspace } from './sample-rows.ts';

/** By the name of the call. What stands here returns plain answers; the port parses what is asked. */
export function answersOf(
  stage: Stage,
  history: { fetchHistory(conversationId: string): void },
): Record<string, (input: never) => unknown> {
  const {
    centre,
    options,
    stale,
    device,
    drafts,
    threadOf,
    threadsOf,
    typing,
    ringing,
    outbox,
    rowsOf,
    connection,
    add,
    ok,
  } = stage;
  return {
    'session.get': () => stage.session,
    'session.demoAccounts': () => ({
      accounts: [
        { login: 'suzuki', password: 'demo', name: me.displayName, role: 'agent' },
        { login: 'ito', password: 'demo', name: colleague.displayName, role: 'agent' },
        { login: 'sato', password: 'demo', name: lead.displayName, role: 'teamLead' },
        { login: 'bpo', password: 'demo', name: '委託 花子', role: 'bpo' },
        { login: 'admin', password: 'demo', name: '管理 太郎', role: 'admin' },
      ],
    }),
    'session.renewKey': () => ok,
    'session.chooseServer': ({ address }: { address: string }) => {
      if (address === 'nobody.example.jp') throw new Refused({ why: 'no-server', detail: '' });
      stage.session = {
        state: 'signedOut',
        serverUrl: `https://${address}`,
        canChooseServer: true,
        why: null,
        lastLogin: null,
      };
      stale('session');
      return ok;
    },
    ...accountAnswers(stage, stale),
    'calls.signs': () => ({
      ringing: ringing.map(({ id: callId, expiresAt }) => ({ callId, msLeft: Math.max(0, expiresAt - Date.now()) })),
      talkingSince: null,
    }),
    'session.signIn': ({ password }: { password: string }) => {
      if (password !== 'demo') throw new Refused({ why: 'wrong-password', detail: '' });
      stage.session = {
        state: 'signedIn',
        serverUrl: '',
        agentId: me.id,
        login: 'sato',
        displayName: me.displayName,
        role: me.role,
        workspace,
        needsSignIn: false,
        locked: null,
        idleLockMinutes: 15,
        mustSetUpSecondFactor: false,
      };
      stale('session');
      return ok;
    },
    'session.signOut': ({ evenIfWaiting }: { evenIfWaiting: boolean }) => {
      if (outbox.length > 0 && !evenIfWaiting) throw new Refused({ why: 'outbox-not-empty', detail: '' });
      stage.session = {
        state: 'signedOut',
        serverUrl: 'http://127.0.0.1:4800',
        canChooseServer: false,
        why: null,
        lastLogin: 'suzuki',
      };
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
    'conversations.rereadMail': () => ok,
    'outbox.list': () => ({ rows: outbox }),
    'outbox.sendAnyway': () => ({ commandId: id() }),
    'outbox.edit': ({ commandId }: { commandId: string }) => {
      for (const thread of centre.threads)
        for (const entry of thread.entries)
          if (entry.kind === 'pending' && entry.commandId === commandId) {
            thread.entries = thread.entries.filter((each) => each !== entry);
            drafts.set(thread.conversation.id, { reply: '', note: '', [entry.what]: entry.text });
            stale(`customer:${thread.customer.id}`, 'outbox', 'inbox', `draft:${thread.conversation.id}`);
          }
      return ok;
    },
    'outbox.sendNow': ({ commandId }: { commandId: string }) => {
      for (const thread of centre.threads)
        for (const [at, entry] of thread.entries.entries())
          if (entry.kind === 'pending' && entry.commandId === commandId) {
            thread.entries[at] = { ...entry, state: 'sending', holdUntil: null };
            stale(`customer:${thread.customer.id}`);
          }
      return ok;
    },
    'outbox.keepBoth': () => ({ commandId: id() }),
    'conversations.tag': () => ({ commandId: id() }),
    'conversations.move': () => ({ commandId: id() }),
    'notes.edit': () => ({ commandId: id() }),
    'customers.setField': () => ({ commandId: id() }),
    'customers.setConsent': () => ({ commandId: id() }),
    'customers.merge': () => ({ commandId: id() }),
    'customers.unmerge': () => ({ commandId: id() }),
    'customers.dismissDuplicate': () => ({ commandId: id() }),
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
        conversationId === must(centre.threads[1]).conversation.id
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
    'conversations.fetchHistory': ({ conversationId }: { conversationId: string }) => {
      history.fetchHistory(conversationId);
      return ok;
    },
    'conversations.signal': () => ok,
    'files.list': ({ conversationId }: { conversationId: string }) => ({
      files: [...stage.files.values()].filter((file) => file.conversationId === conversationId),
    }),
    'files.add': (file: { conversationId: string; name: string; type: string; base64: string }) => {
      const fileId = id<UploadId>();
      const { conversationId, name, type, base64 } = file;
      stage.files.set(fileId, { uploadId: fileId, conversationId, name, type, size: atob(base64).length });
      stale(`files:${conversationId}`);
      return { fileId };
    },
    'files.remove': ({ fileId }: { fileId: string }) => {
      const conversationId = must(stage.files.get(fileId)).conversationId;
      stage.files.delete(fileId);
      stale(`files:${conversationId}`);
      return ok;
    },
    'replies.send': ({
      conversationId,
      text,
      files = [],
      holdMs,
    }: {
      conversationId: string;
      text: string;
      files?: string[];
      holdMs?: number;
    }) => {
      const sent = files.map((fileId) => must(stage.files.get(fileId)));
      for (const fileId of files) stage.files.delete(fileId);
      stale(`files:${conversationId}`);
      const entry = add(conversationId, 'reply', text, sent, holdMs);
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
      others: [],
      takenOver: [],
    }),
    'drafts.left': () => ({ drafts: [] }),
    'drafts.versions': () => ({ versions: [] }),
    'drafts.serverVersions': () => ({ versions: [] }),
    'drafts.ofColleagues': () => ({ drafts: [] }),
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
      return { entries, older: end - limit > 0 ? { at: must(entries[0]).at, id: must(entries[0]).id } : null };
    },
    'customers.pin': () => ok,
    'customers.acknowledgeHandover': () => ({ commandId: id() }),
    'calls.ringing': () => ({
      calls: ringing.map((call) => {
        const thread = must(threadsOf(call.customerId)[0]);
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
      call: stage.mine,
      customer: stage.mine === null ? null : must(threadsOf(stage.mine.customerId)[0]).customer,
      draftNote: stage.mine === null ? '' : '11/27(金)→ 11/30(月)午前へ変更。折り返し遅延をお詫び。',
      draftWrapUpCodeId: null,
    }),
    'calls.addNote': () => ({ commandId: id() }),
    'calls.saveWrapUpDraft': () => ok,
    'calls.finishWrapUp': () => {
      stage.mine = null;
      stale('calls');
      return { commandId: id() };
    },
    'attachments.fetch': () => {
      throw new Refused({ why: 'offline', detail: '' });
    },
    ...searchAnswers(centre, options.scene === 'indexing' ? 41_250 : 0),
    'administration.ask': ({ call, input }: { call: string; input: unknown }) => {
      if (connection().state === 'offline') throw new Refused({ why: 'offline', detail: '' });
      const answers = administrationAnswers as unknown as Record<string, (input: unknown) => unknown>;
      return { output: must(answers[call])(input) };
    },
    'storage.get': () => ({
      copyBytes: 1_240_000_000,
      searchBytes: 410_000_000,
      filesBytes: 86_000_000,
      capBytes: device.storageGb * 1_000_000_000,
      keepDays: 90,
      incomplete: 1_204,
      incompleteUpto: centre.now - 92 * 86_400_000,
    }),
    'knowledge.list': knowledgeAnswer,
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
}
