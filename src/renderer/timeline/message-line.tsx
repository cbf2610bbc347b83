/** One message of the timeline, in the shape that its channel and direction ask for. */
import { Pencil, Smile, Undo2 } from 'lucide-react';
import { memo, type ReactNode, useState } from 'react';
import type { TimelineEntry } from '../../shared/console-shapes.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import { Avatar } from '../design/avatar.tsx';
import { IconButton } from '../design/button.tsx';
import { Bubble, type BubbleTone } from '../design/bubble.tsx';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Attachments } from './attachments.tsx';
import { DecideMessage } from './decide-message.tsx';
import { EditNote } from './edit-note.tsx';
import { DeliveryMark } from './delivery-mark.tsx';
import { MailCard } from './mail-card.tsx';
import { NoteHead } from './pending-bubble.tsx';
import { SystemLine } from './system-line.tsx';

export type MessageEntry = Extract<TimelineEntry, { kind: 'message' }>;

/** See the file's head. */
export const MessageLine = memo(function MessageLine({ entry, me }: { entry: MessageEntry; me: AgentId }) {
  const { message } = entry;
  const needsDecision =
    message.direction === 'out' &&
    (message.deliveryState === 'failed' ||
      message.deliveryState === 'refused' ||
      message.deliveryState === 'needsReview');
  const decision = needsDecision ? (
    <DecideMessage message={message} isDecided={entry.pendingDecision !== null} />
  ) : null;
  if (message.direction === 'system') return <SystemLine message={message} />;
  if (message.detail.kind === 'mail' && message.redactedAt === null && message.direction !== 'note')
    return <MailCard entry={entry} head={message.detail.head} below={decision} />;
  return <Utterance entry={entry} decision={decision} me={me} />;
});

function Utterance({ entry, decision, me }: { entry: MessageEntry; decision: ReactNode; me: AgentId }) {
  const t = useText();
  const format = useFormat();
  const { message } = entry;
  const [isEditing, setEditing] = useState(false);
  const isTheirs = message.direction === 'in';
  const isNote = message.direction === 'note';
  const time = <time className="num">{format.time(message.receivedAt)}</time>;
  const avatar = <Avatar name={message.authorName} size={28} />;
  const side = isTheirs ? 'theirs' : 'ours';

  if (message.redactedAt !== null)
    return (
      <Bubble side={side} tone="gone" avatar={avatar} meta={time}>
        <span className="flex items-center gap-1.5 text-13">
          <Undo2 size={14} aria-hidden />
          {t('message.unsent')}
        </span>
      </Bubble>
    );
  const failed = message.deliveryState === 'failed' || message.deliveryState === 'refused';
  const tone: BubbleTone = isTheirs
    ? 'theirs'
    : isNote
      ? 'note'
      : failed
        ? 'failed'
        : message.deliveryState === 'needsReview'
          ? 'waiting'
          : 'ours';
  const isBare = message.text === '' && entry.attachments.length > 0;
  return (
    <Bubble
      side={side}
      tone={tone}
      avatar={avatar}
      bare={isBare}
      below={decision}
      meta={
        <>
          {!isTheirs && message.authorId !== me && <span className="max-w-24 truncate">{message.authorName}</span>}
          {message.direction === 'out' && message.deliveryState !== null && (
            <DeliveryMark state={message.deliveryState} />
          )}
          {isNote && message.editedByName !== null && (
            <span className="max-w-28 truncate">{t('note.edited', { name: message.editedByName })}</span>
          )}
          {entry.isEditPending && <span className="font-bold text-amber">{t('note.waits')}</span>}
          {time}
          {isNote && !isEditing && (
            <IconButton
              size="tiny"
              iconSize={13}
              icon={Pencil}
              label={t('note.edit')}
              onPress={() => setEditing(true)}
            />
          )}
        </>
      }
    >
      {isNote && <NoteHead />}
      {message.detail.kind === 'sticker' ? (
        <span className="flex items-center gap-2">
          <Smile size={20} aria-hidden className="shrink-0 text-ink2" />
          <span>
            {t('message.sticker')}
            {message.detail.keywords.length > 0 && (
              <span className="ml-1.5 text-13 text-ink3">{message.detail.keywords.slice(0, 4).join(' · ')}</span>
            )}
          </span>
        </span>
      ) : isEditing ? (
        <EditNote message={message} onDone={() => setEditing(false)} />
      ) : (
        message.text
      )}
      {entry.attachments.length > 0 && (
        <span className={`block ${isBare ? '' : 'mt-1.5'}`}>
          <Attachments attachments={entry.attachments} />
        </span>
      )}
    </Bubble>
  );
}
