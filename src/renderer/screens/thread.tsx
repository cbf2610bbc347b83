/** The thread pane: head, timeline and composer of what is open, put together, and what follows from its being looked at. */
import type { Holds } from '../../shared/domain/hold.ts';
import { MessagesSquare } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Connection, ConversationDetail } from '../../shared/console-shapes.ts';
import type { AgentId, ConversationId, CustomerId } from '../../shared/domain/ids.ts';
import { Composer, type ComposerHandle } from '../composer/composer.tsx';
import { ConflictStrip } from '../conflicts/conflict-strip.tsx';
import { useConsole } from '../console/console-context.tsx';
import { useQuery } from '../console/use-query.ts';
import { codeOf } from '../console/words-for-refusal.ts';
import { EmptyState, ErrorState } from '../design/states.tsx';
import { useHotkeys } from '../design/use-hotkeys.ts';
import { useText } from '../i18n/text.ts';
import type { PendingEntry } from '../timeline/pending-bubble.tsx';
import { ThreadHead } from '../timeline/thread-head.tsx';
import { Timeline } from '../timeline/timeline.tsx';
import type { UnreadMark } from '../timeline/timeline-lines.ts';
import { useMarkRead, useViewing } from './use-presence-in-thread.ts';

export type OpenPlace = {
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId | null;
  /** A message to bring into sight. */
  readonly target: { id: string } | null;
};

type Props = {
  place: OpenPlace | null;
  me: AgentId;
  connection: Connection | undefined;
  enterSends: boolean;
  holds: Holds;
  composer: RefObject<ComposerHandle | null>;
  onEdit: (unsent: {
    commandId: PendingEntry['commandId'];
    conversationId: ConversationId;
    customerId: CustomerId;
    what: 'reply' | 'note';
  }) => void;
  onOpenConversation: (conversationId: ConversationId, customerId: CustomerId) => void;
};

/** See the file's head. */
export function Thread({ place, ...rest }: Props) {
  const t = useText();
  if (place === null)
    return (
      <section aria-label={t('thread.pane')} className="h-full bg-canvas">
        <EmptyState icon={MessagesSquare} title={t('thread.none')}>
          {t('thread.noneMore')}
        </EmptyState>
      </section>
    );
  return <OpenThread key={`${place.customerId} ${place.conversationId ?? ''}`} place={place} {...rest} />;
}

function OpenThread({
  place,
  me,
  connection,
  enterSends,
  holds,
  composer,
  onEdit,
  onOpenConversation,
}: Props & { place: OpenPlace }) {
  const t = useText();
  const { customerId, conversationId } = place;
  const detail = useQuery(
    'conversations.get',
    { conversationId: conversationId as ConversationId },
    { enabled: conversationId !== null },
  );
  const signals = useQuery(
    'conversations.signals',
    { conversationId: conversationId as ConversationId },
    { enabled: conversationId !== null },
  );
  const [isAtEnd, setAtEnd] = useState(true);
  const unread = useUnreadMark(detail.data);
  usePinned(customerId);
  useViewing(conversationId);
  useMarkRead(detail.data, isAtEnd);
  useHotkeys({
    toReply: () => composer.current?.focus('reply') ?? undefined,
    toNote: () => composer.current?.focus('note') ?? undefined,
  });

  const writers = (signals.data?.typing ?? []).filter((writer) => writer.who === 'agent').map((writer) => writer.name);
  const viewers = (signals.data?.viewing ?? []).filter((viewer) => viewer.agentId !== me).map((viewer) => viewer.name);
  return (
    <section aria-label={t('thread.pane')} className="flex h-full min-w-0 flex-col bg-canvas">
      {detail.data !== undefined ? (
        <ThreadHead detail={detail.data} me={me} viewers={viewers} />
      ) : detail.isError && conversationId !== null ? (
        <ErrorState title={t('thread.failed')} code={codeOf(detail.error)} onRetry={() => void detail.refetch()}>
          {t('thread.failedMore')}
        </ErrorState>
      ) : (
        <div className="h-14 shrink-0 border-b border-line bg-surface" />
      )}
      <Timeline
        customerId={customerId}
        conversationId={conversationId}
        unread={unread}
        typing={signals.data?.typing ?? []}
        target={place.target}
        me={me}
        onEditPending={(entry) => onEdit({ ...entry, customerId })}
        onOpenConversation={(id) => onOpenConversation(id, customerId)}
        onAtEnd={setAtEnd}
      />
      <ConflictStrip conversationId={conversationId} customerId={customerId} />
      {detail.data !== undefined && (
        <Composer
          detail={detail.data}
          connection={connection}
          enterSends={enterSends}
          holds={holds}
          writers={writers}
          handle={composer}
          onSent={() => setAtEnd(true)}
        />
      )}
    </section>
  );
}

/** Where the unread part began when this conversation was opened; it stays there while one reads. */
function useUnreadMark(detail: ConversationDetail | undefined): UnreadMark | null {
  const mark = useRef<UnreadMark | null | undefined>(undefined);
  if (mark.current === undefined && detail !== undefined) {
    const { id, readSeq, unreadCount } = detail.conversation;
    mark.current = unreadCount > 0 ? { conversationId: id, afterSeq: readSeq, count: unreadCount } : null;
  }
  return mark.current ?? null;
}

/** Brings the whole history of an opened customer to the device. Offline there is what is there. */
function usePinned(customerId: CustomerId): void {
  const api = useConsole();
  useEffect(() => {
    api.customers.pin({ customerId }).catch(() => undefined);
  }, [api, customerId]);
}
