/** Lays this agent's waiting orders over a conversation as the server last said it. Pure; the server decides for itself. */
import type { CommandBody } from '../../../shared/domain/command.ts';
import { isOpen, mayMoveStatus } from '../../../shared/domain/conversation.ts';
import type { ConversationRow } from '../../../shared/domain/rows.ts';
import type { AgentId } from '../../../shared/domain/ids.ts';

/** The parts of a conversation that an order can change. */
export type Predictable = Pick<
  ConversationRow,
  'status' | 'assigneeId' | 'queueId' | 'tags' | 'unreadCount' | 'readSeq' | 'lastInSeq' | 'dueAt'
>;

/** The conversation as it will be when the orders are carried out. */
export function predictConversation<T extends Predictable>(row: T, orders: readonly CommandBody[], me: AgentId): T {
  return orders.reduce((now, order) => ({ ...now, ...effectOf(now, order, me) }), row);
}

function effectOf(now: Predictable, order: CommandBody, me: AgentId): Partial<Predictable> {
  switch (order.kind) {
    case 'reply.send':
      // As the server does it: answering takes a conversation that nobody has and revives one that has ended.
      return {
        status: now.status === 'new' || !isOpen(now.status) ? 'inProgress' : now.status,
        assigneeId: now.assigneeId ?? me,
        dueAt: null,
      };
    case 'conversation.assign':
      if (now.assigneeId !== order.seenAssigneeId) return {};
      return {
        assigneeId: order.assigneeId,
        status: order.assigneeId !== null && now.status === 'new' ? 'inProgress' : now.status,
      };
    case 'conversation.setStatus': {
      if (!mayMoveStatus(now.status, order.status)) return {};
      const ends = !isOpen(order.status);
      return {
        status: order.status,
        ...(ends || order.status === 'pending' ? { dueAt: null } : {}),
        ...(ends ? { unreadCount: 0, readSeq: now.lastInSeq } : {}),
      };
    }
    case 'conversation.markRead':
      if (order.upToSeq <= now.readSeq) return {};
      return { readSeq: order.upToSeq, ...(order.upToSeq >= now.lastInSeq ? { unreadCount: 0 } : {}) };
    case 'conversation.move':
      return now.queueId === order.seenQueueId ? { queueId: order.queueId } : {};
    case 'conversation.tag': {
      const kept = now.tags.filter((tag) => !order.remove.includes(tag));
      return { tags: [...new Set([...kept, ...order.add])] };
    }
    case 'note.add':
    case 'note.edit':
    case 'message.decide':
    case 'callNote.add':
    case 'call.wrapUp':
    case 'handoverNote.acknowledge':
    case 'customer.setField':
    case 'consent.set':
    case 'customer.merge':
    case 'customer.unmerge':
    case 'customer.dismissDuplicate':
      return {};
  }
}
