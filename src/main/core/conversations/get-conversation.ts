/** `conversations.get`: one conversation with its customer, as the composer and the head of the thread need it. */
import type { ConversationDetail } from '../../../shared/console-shapes.ts';
import { mailTargetSchema } from '../../../shared/domain/command.ts';
import type { ConversationRow, MessageRow } from '../../../shared/domain/rows.ts';
import type { Reader } from '../db/connection.ts';
import { groupOf } from '../customers/customer-group.ts';
import { findShownCustomer } from '../customers/find-shown-customer.ts';
import { findRow } from '../db/find-row.ts';
import { codecOf } from '../db/row-codec.ts';
import type { Desk } from '../desk.ts';
import { outlookByConversation } from '../outbox/outbox-state.ts';
import { Refused } from '../refused.ts';
import { predictConversation } from './predict-conversation.ts';

/** Gives the conversation with this agent's orders laid over. Refused with `not-found` when this device does not hold it. */
export function getConversation(desk: Desk, { conversationId }: { conversationId: string }): ConversationDetail {
  const cache = desk.cache.reader;
  const conversation = getPredicted(desk, conversationId);
  const customer = findShownCustomer(cache, groupOf(desk, conversation.customerId).rootId, conversation.workspaceId);
  const account = findRow(cache, 'channelAccount', conversation.channelAccountId) ?? null;
  return {
    conversation,
    customer,
    account,
    assigneeName:
      conversation.assigneeId === null ? null : (findRow(cache, 'agent', conversation.assigneeId)?.displayName ?? null),
    queueName: findRow(cache, 'queue', conversation.queueId)?.name ?? null,
    mailDefaults: conversation.channel === 'mail' ? mailDefaultsOf(cache, conversation, account?.address ?? '') : null,
    seenSeq: lastSeqHere(cache, conversationId),
  };
}

/** The conversation as it will be when this agent's orders are carried out. Refused with `not-found`. */
export function getPredicted(desk: Desk, conversationId: string): ConversationRow {
  const row = findRow(desk.cache.reader, 'conversation', conversationId);
  if (!row) throw new Refused('not-found', 'this conversation is not on this device', 'conversationId');
  return predictConversation(
    row,
    outlookByConversation(desk.outbox).get(conversationId)?.orders ?? [],
    desk.me.agentId,
  );
}

/** Last `seq` of the conversation whose message is on this device. */
export function lastSeqHere(cache: Reader, conversationId: string): number {
  return cache.value<number>('select max(seq) from message where conversation_id = ?', conversationId) ?? 0;
}

/** To whom an answer goes by default: the people of the last mail, without our own address. */
function mailDefaultsOf(
  cache: Reader,
  conversation: ConversationRow,
  ownAddress: string,
): ConversationDetail['mailDefaults'] {
  const head = findLastMailHead(cache, conversation.id);
  if (!head) return null;
  const own = ownAddress.toLowerCase();
  const others = (list: string[]) => list.map(addressIn).filter((address) => address.toLowerCase() !== own);
  const to = head.isIn ? others(head.replyTo ?? [head.from]) : others(head.to);
  const cc = (head.isIn ? others([...head.to, ...head.cc]) : others(head.cc)).filter(
    (address) => !to.includes(address),
  );
  const subject = head.subject.trim() || (conversation.subject ?? '').trim();
  const target = {
    to: to.filter(isAddress),
    cc: [...new Set(cc)].filter(isAddress),
    subject: (/^re:/i.test(subject) ? subject : `Re: ${subject}`).trim().slice(0, 500),
  };
  const checked = mailTargetSchema.safeParse(target);
  return checked.success ? checked.data : null;
}

function findLastMailHead(cache: Reader, conversationId: string) {
  const codec = codecOf('message');
  const rows = cache.rows(
    `select ${codec.select} from message where conversation_id = ? and direction in ('in', 'out')
     order by received_at desc, seq desc, id desc limit 5`,
    conversationId,
  );
  for (const values of rows) {
    const message: MessageRow = codec.decode(values);
    if (message.detail.kind === 'mail') return { ...message.detail.head, isIn: message.direction === 'in' };
  }
  return undefined;
}

/** `田中 <tanaka@example.jp>` → `tanaka@example.jp`. */
function addressIn(mailbox: string): string {
  return (/<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim();
}

function isAddress(text: string): boolean {
  return mailTargetSchema.shape.to.element.safeParse(text).success;
}
