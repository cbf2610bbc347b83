/** What an agent can do with a conversation besides answering: take it, hand it on, put it aside, resolve it, revive it. */
import type { ConversationDetail } from '../../shared/console-shapes.ts';
import { type ConversationStatus, isOpen, mayMoveStatus } from '../../shared/domain/conversation.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import { useOrder } from '../console/use-order.ts';
import { notify } from '../design/notices.ts';
import { useText } from '../i18n/text.ts';

export type ConversationActs = {
  assign(assigneeId: AgentId | null): void;
  pend(): void;
  resolve(): void;
  needsNoAction(): void;
  reopen(): void;
  readonly canPend: boolean;
  readonly canResolve: boolean;
  readonly canReopen: boolean;
};

/** Each act is an order in the outbox; it is told with the way to undo it. Null detail: nothing can be done yet. */
export function useConversationActs(detail: ConversationDetail | undefined, me: AgentId): ConversationActs | null {
  const t = useText();
  const order = useOrder();
  if (detail === undefined) return null;
  const { conversation, customer } = detail;
  const conversationId = conversation.id;
  const { status } = conversation;

  const setStatus = async (to: ConversationStatus, title: string): Promise<void> => {
    const accepted = await order((api) => api.conversations.setStatus({ conversationId, status: to }));
    if (accepted === null) return;
    // There is no way back to `new`: what has been touched is in progress.
    const back: ConversationStatus = mayMoveStatus(to, status) ? status : 'inProgress';
    notify({
      tone: 'done',
      title,
      detail: t('customer.called', { name: customer.displayName }),
      action: {
        label: t('action.undo'),
        isUndo: true,
        onAction: () => void order((api) => api.conversations.setStatus({ conversationId, status: back })),
      },
    });
  };
  return {
    canPend: mayMoveStatus(status, 'pending'),
    canResolve: mayMoveStatus(status, 'resolved'),
    canReopen: !isOpen(status),
    assign(assigneeId) {
      const before = conversation.assigneeId;
      if (assigneeId === before) return;
      void order((api) => api.conversations.assign({ conversationId, assigneeId })).then((accepted) => {
        if (accepted === null) return;
        notify({
          tone: 'done',
          title: t(assigneeId === null ? 'act.released' : assigneeId === me ? 'act.taken' : 'act.assigned'),
          detail: t('customer.called', { name: customer.displayName }),
          action: {
            label: t('action.undo'),
            isUndo: true,
            onAction: () => void order((api) => api.conversations.assign({ conversationId, assigneeId: before })),
          },
        });
      });
    },
    pend: () => void setStatus('pending', t('act.pended')),
    resolve: () => void setStatus('resolved', t('act.resolved')),
    needsNoAction: () => void setStatus('noActionNeeded', t('act.noActionNeeded')),
    reopen: () => void setStatus('inProgress', t('act.reopened')),
  };
}
