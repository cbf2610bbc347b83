/** The table of calls: each name of the contract and the file that carries it out. Composition only. */
import type { ConsoleHandlers } from '../../shared/console-api.ts';
import { askAdministration } from './administration/ask-administration.ts';
import { fetchAttachment } from './attachments/fetch-attachment.ts';
import { addCallNote } from './calls/add-call-note.ts';
import { getCallSigns } from './calls/get-call-signs.ts';
import { getMyCall } from './calls/get-my-call.ts';
import { listRinging } from './calls/list-ringing.ts';
import { finishWrapUp, saveWrapUpDraft } from './calls/wrap-up-call.ts';
import { getConnection } from './connection/get-connection.ts';
import { assignConversation } from './conversations/assign-conversation.ts';
import { fetchHistory } from './conversations/fetch-history.ts';
import { getConversation } from './conversations/get-conversation.ts';
import { rereadMail } from './conversations/reread-mail.ts';
import { moveConversation } from './conversations/move-conversation.ts';
import { tagConversation } from './conversations/tag-conversation.ts';
import { markRead } from './conversations/mark-read.ts';
import { sendSignal } from './conversations/send-signal.ts';
import { setStatus } from './conversations/set-status.ts';
import type { SignalBoard } from './conversations/signals.ts';
import { acknowledgeHandover } from './customers/acknowledge-handover.ts';
import { setConsent, setField } from './customers/change-customer.ts';
import { getSheet } from './customers/get-sheet.ts';
import { getTimeline } from './customers/get-timeline.ts';
import { dismissDuplicate, mergeCustomers, unmergeCustomer } from './customers/merge-customers.ts';
import { pinCustomer } from './customers/pin-customer.ts';
import type { DbFile } from './db/connection.ts';
import type { Desk } from './desk.ts';
import { getDevice, setDevice } from './device/device-settings.ts';
import { getDraft } from './drafts/get-draft.ts';
import { listLeft } from './drafts/list-left.ts';
import { listVersions, readServerVersions } from './drafts/list-versions.ts';
import { saveDraft } from './drafts/save-draft.ts';
import { settleDrafts } from './drafts/settle-drafts.ts';
import { listColleagueDrafts, takeOver } from './drafts/take-over.ts';
import { addFile } from './files/add-file.ts';
import { filesOfDraft } from './files/outgoing-files.ts';
import { removeFile } from './files/remove-file.ts';
import { getOutline } from './inbox/get-outline.ts';
import { getPlace } from './inbox/get-place.ts';
import { listRows } from './inbox/list-rows.ts';
import { listKnowledge } from './knowledge/list-knowledge.ts';
import { addNote } from './notes/add-note.ts';
import { editNote } from './notes/edit-note.ts';
import { decideMessage } from './replies/decide-message.ts';
import { sendReply } from './replies/send-reply.ts';
import type { ReadIndex } from './search/find-messages.ts';
import { searchAll } from './search/search-all.ts';
import { countAll } from './search/search-counts.ts';
import type { SignInInput } from './keep-seat.ts';
import { Refused } from './refused.ts';
import type { AskHttp } from './session/ask-http.ts';
import { getSession } from './session/get-session.ts';
import { listDemoAccounts } from './session/list-demo-accounts.ts';
import type { ServerAddress } from './session/server-address.ts';
import type { ScreenLock } from './session/screen-lock.ts';
import { signOut } from './session/sign-out.ts';
import { getStorage } from './storage/get-storage.ts';
import { getSettings } from './settings/get-settings.ts';

export type HandlerParts = {
  device: DbFile;
  server: ServerAddress;
  askHttp: AskHttp;
  signals: SignalBoard;
  /** The open desk, or null while nobody is signed in. */
  findDesk(): Desk | null;
  /** The open desk; refused with `signed-out`. */
  desk(): Desk;
  readIndex: ReadIndex;
  /** The outbox drawer; handed in, because the outbox has one front door for features. */
  outbox: {
    list(desk: Desk): ReturnType<ConsoleHandlers['outbox']['list']>;
    sendAnyway(desk: Desk, input: { commandId: string }): ReturnType<ConsoleHandlers['outbox']['sendAnyway']>;
    edit(desk: Desk, input: { commandId: string }): { ok: true };
    sendNow(desk: Desk, input: { commandId: string }): { ok: true };
    discard(desk: Desk, input: { commandId: string }): { ok: true };
    keepBoth(desk: Desk, input: { commandId: string }): ReturnType<ConsoleHandlers['outbox']['keepBoth']>;
  };
  signIn(input: SignInInput): Promise<{ ok: true }>;
  renewKey(): Promise<{ ok: true }>;
  account: ConsoleHandlers['account'];
  screen: ScreenLock;
  unlock(input: { password: string }): Promise<{ ok: true }>;
  /** Resolves when no desk is being closed to be opened again. */
  settled(): Promise<void>;
  /** Why the desk stays closed although somebody's files are here. */
  findLock(): 'keyLost' | 'offlineTooLong' | null;
  /** The session has ended: close the desk. */
  leave(): void;
};

/** Handlers for every call of the contract. */
export function makeHandlers(parts: HandlerParts): ConsoleHandlers {
  const { device, server, askHttp, signals, findDesk, desk, readIndex, outbox } = parts;
  return {
    session: {
      async get() {
        await parts.settled();
        return getSession(device, findDesk(), server, parts.findLock(), parts.screen.locked());
      },
      signIn: parts.signIn,
      touch: () => {
        parts.screen.touch();
        return { ok: true };
      },
      lock: () => {
        if (findDesk() === null) throw new Refused('signed-out', 'nobody is signed in');
        parts.screen.lock('byHand');
        return { ok: true };
      },
      unlock: parts.unlock,
      chooseServer: (input) => server.choose(input.address),
      renewKey: parts.renewKey,
      demoAccounts: () => listDemoAccounts(askHttp),
      signOut: (input) => {
        const done = signOut(device, findDesk(), askHttp, input);
        parts.leave();
        return done;
      },
    },
    account: parts.account,
    device: { get: () => getDevice(device), set: (input) => setDevice(device, input) },
    connection: {
      get: () => getConnection(findDesk()),
      reconnectNow: () => {
        desk().line.reconnectNow();
        return { ok: true };
      },
    },
    outbox: {
      list: () => outbox.list(desk()),
      sendAnyway: (input) => outbox.sendAnyway(desk(), input),
      edit: (input) => outbox.edit(desk(), input),
      sendNow: (input) => outbox.sendNow(desk(), input),
      discard: (input) => outbox.discard(desk(), input),
      keepBoth: (input) => outbox.keepBoth(desk(), input),
    },
    inbox: {
      outline: (input) => getOutline(desk(), input),
      rows: (input) => listRows(desk(), input),
      place: (input) => getPlace(desk(), input),
    },
    conversations: {
      get: (input) => getConversation(desk(), input),
      signals: (input) => signals.of(input.conversationId),
      assign: (input) => assignConversation(desk(), input),
      setStatus: (input) => setStatus(desk(), input),
      move: (input) => moveConversation(desk(), input),
      tag: (input) => tagConversation(desk(), input),
      markRead: (input) => markRead(desk(), input),
      rereadMail: (input) => rereadMail(desk(), input),
      signal: (input) => sendSignal(desk(), input),
      fetchHistory: (input) => fetchHistory(desk(), input),
    },
    replies: { send: (input) => sendReply(desk(), input), decide: (input) => decideMessage(desk(), input) },
    notes: { add: (input) => addNote(desk(), input), edit: (input) => editNote(desk(), input) },
    drafts: {
      get: (input) => getDraft(desk(), input),
      save: (input) => saveDraft(desk(), input),
      settle: (input) => settleDrafts(desk(), input),
      left: () => listLeft(desk()),
      versions: (input) => listVersions(desk(), input),
      serverVersions: (input) => readServerVersions(desk(), input),
      ofColleagues: (input) => listColleagueDrafts(desk(), input),
      takeOver: (input) => takeOver(desk(), input),
    },
    files: {
      list: ({ conversationId }) => ({ files: filesOfDraft(desk().outbox.reader, conversationId) }),
      add: (input) => addFile(desk(), input),
      remove: (input) => removeFile(desk(), input),
    },
    customers: {
      sheet: (input) => getSheet(desk(), input),
      timeline: (input) => getTimeline(desk(), input),
      pin: (input) => pinCustomer(desk(), input),
      setField: (input) => setField(desk(), input),
      setConsent: (input) => setConsent(desk(), input),
      merge: (input) => mergeCustomers(desk(), input),
      unmerge: (input) => unmergeCustomer(desk(), input),
      dismissDuplicate: (input) => dismissDuplicate(desk(), input),
      acknowledgeHandover: (input) => acknowledgeHandover(desk(), input),
    },
    calls: {
      ringing: () => listRinging(desk()),
      signs: () => getCallSigns(findDesk()),
      mine: () => getMyCall(desk()),
      addNote: (input) => addCallNote(desk(), input),
      saveWrapUpDraft: (input) => saveWrapUpDraft(desk(), input),
      finishWrapUp: (input) => finishWrapUp(desk(), input),
    },
    attachments: { fetch: (input) => fetchAttachment(desk(), askHttp, input) },
    search: {
      all: (input) => searchAll(desk(), readIndex, input),
      counts: (input) => countAll(readIndex, input),
    },
    administration: { ask: (input) => askAdministration(desk(), askHttp, input) },
    knowledge: { list: (input) => listKnowledge(desk(), input) },
    storage: { get: () => getStorage(desk()) },
    settings: { get: () => getSettings(desk()) },
  };
}
