/** One line of the thread. Memoised by line: a new message does not redraw the ones above it. */
import { memo } from 'react';
import type { AgentId, ConversationId } from '../../shared/domain/ids.ts';
import { channelName } from '../console/channel-name.ts';
import { useQuery } from '../console/use-query.ts';
import { TextButton } from '../design/button.tsx';
import { ChannelTile } from '../design/channel-tile.tsx';
import { Divider } from '../design/divider.tsx';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { AbsentLine } from './absent-line.tsx';
import { CallCard } from './call-card.tsx';
import { MessageLine } from './message-line.tsx';
import { type News, PendingBubble, type PendingEntry } from './pending-bubble.tsx';
import { conversationIdOf, type ThreadLine } from './timeline-lines.ts';

type Props = {
  line: ThreadLine;
  lines: readonly ThreadLine[];
  now: number;
  me: AgentId;
  conversationId: ConversationId | null;
  onEditPending: (entry: PendingEntry) => void;
  onOpenConversation: (conversationId: ConversationId) => void;
};

/** See the file's head. */
export function ThreadLineView({ line, lines, now, me, conversationId, onEditPending, onOpenConversation }: Props) {
  switch (line.kind) {
    case 'day':
      return <DayLine at={line.at} now={now} />;
    case 'unread':
      return <UnreadLine count={line.count} />;
    case 'conversation':
      return (
        <ConversationLine
          conversationId={line.conversationId}
          channel={line.channel}
          isOpen={line.conversationId === conversationId}
          onOpen={onOpenConversation}
        />
      );
    case 'entry':
      switch (line.entry.kind) {
        case 'message':
          return <MessageLine entry={line.entry} me={me} />;
        case 'call':
          return <CallCard entry={line.entry} />;
        case 'absent':
          return <AbsentLine entry={line.entry} />;
        case 'pending':
          return (
            <PendingBubble
              entry={line.entry}
              news={line.entry.reason === 'thread-moved-on' ? newsFor(line.entry, lines) : NO_NEWS}
              onEdit={onEditPending}
            />
          );
      }
  }
}

const NO_NEWS: readonly News[] = [];

/** What was said in the conversation after a stopped reply was written, by anybody: at most three, the newest last. */
function newsFor(entry: PendingEntry, lines: readonly ThreadLine[]): News[] {
  const said: News[] = [];
  for (const line of lines) {
    if (line.kind !== 'entry' || line.entry.kind !== 'message' || conversationIdOf(line.entry) !== entry.conversationId)
      continue;
    const { message } = line.entry;
    const isSaid = message.direction === 'in' || message.direction === 'out';
    if (isSaid && message.receivedAt >= entry.at && message.redactedAt === null)
      said.push({ who: message.authorName, text: message.text.slice(0, 300) });
  }
  return said.slice(-3);
}

const DayLine = memo(function DayLine({ at, now }: { at: number; now: number }) {
  const t = useText();
  const format = useFormat();
  const apart = format.daysApart(at, now);
  const day = format.day(at, now);
  return <Divider>{apart === 0 ? t('day.today', { day }) : apart === 1 ? t('day.yesterday', { day }) : day}</Divider>;
});

const UnreadLine = memo(function UnreadLine({ count }: { count: number }) {
  const t = useText();
  return <Divider tone="accent">{t('timeline.unread', { count })}</Divider>;
});

type ConversationLineProps = {
  conversationId: ConversationId;
  channel: Extract<ThreadLine, { kind: 'conversation' }>['channel'];
  isOpen: boolean;
  onOpen: (conversationId: ConversationId) => void;
};

/** Where the thread goes from one conversation to another: its channel, its subject, and the way to answer there. */
const ConversationLine = memo(function ConversationLine({
  conversationId,
  channel,
  isOpen,
  onOpen,
}: ConversationLineProps) {
  const t = useText();
  const conversation = useQuery('conversations.get', { conversationId }).data?.conversation;
  const name = channelName(channel, t);
  return (
    <div className="flex items-center gap-2 pt-2 pb-1 text-12 text-ink3">
      <ChannelTile kind={channel} size={18} label={name} />
      <span className={`min-w-0 truncate ${isOpen ? 'font-bold text-ink2' : ''}`}>{conversation?.subject ?? name}</span>
      {conversation !== undefined && <span className="num shrink-0">#{conversation.number}</span>}
      {!isOpen && conversation !== undefined && (
        <TextButton onPress={() => onOpen(conversationId)}>{t('timeline.openConversation')}</TextButton>
      )}
    </div>
  );
});
