/** Names the function that decides each kind of command. Composition only. */
import { decideCallNote, decideWrapUp } from './calls/decide-call-commands.ts';
import type { ConversationChanges } from './conversations/conversation-changes.ts';
import { decideMessage } from './conversations/decide-message.ts';
import { decideNote, decideNoteEdit } from './conversations/decide-note.ts';
import { decideMove, decideTag } from './conversations/decide-place.ts';
import { decideReply } from './conversations/decide-reply.ts';
import { decideAssign, decideMarkRead, decideStatus } from './conversations/decide-triage.ts';
import { decideAcknowledgeHandover } from './customers/decide-acknowledge-handover.ts';
import { decideCustomerMerge, decideCustomerUnmerge, decideDismissDuplicate } from './customers/decide-merge.ts';
import { decideConsent, decideCustomerField } from './customers/decide-customer-field.ts';
import type { CommandTable } from './sync/decide-command.ts';

/**
 * @param changes tells the channels what happened
 * @param wakeDispatch tells the dispatcher that a conversation has something to send
 */
export function commandTable(
  changes: ConversationChanges,
  wakeDispatch: (conversationId: string) => void,
): CommandTable {
  return {
    'reply.send': decideReply(changes, wakeDispatch),
    'note.add': decideNote,
    'note.edit': decideNoteEdit,
    'conversation.assign': decideAssign,
    'conversation.setStatus': decideStatus(changes),
    'conversation.move': decideMove,
    'conversation.tag': decideTag,
    'conversation.markRead': decideMarkRead(changes),
    'message.decide': decideMessage(changes, wakeDispatch),
    'callNote.add': decideCallNote,
    'call.wrapUp': decideWrapUp,
    'handoverNote.acknowledge': decideAcknowledgeHandover,
    'customer.setField': decideCustomerField,
    'consent.set': decideConsent,
    'customer.merge': decideCustomerMerge,
    'customer.unmerge': decideCustomerUnmerge,
    'customer.dismissDuplicate': decideDismissDuplicate,
  };
}
