/** One hit: a customer by name, a conversation by subject, a call, an order, or a message by the words around what was found. */
import { Package, PhoneIncoming, PhoneOutgoing, StickyNote } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { MarkedText as Marked } from '../../shared/console-shapes.ts';
import { channelName } from '../console/channel-name.ts';
import { Avatar } from '../design/avatar.tsx';
import { ChannelTile } from '../design/channel-tile.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { type Text, useText } from '../i18n/text.ts';
import { MarkedText } from '../design/marked-text.tsx';
import type { Hit } from './search-hits.ts';

/** `isActive`: under the cursor. `isOpen`: the one that was opened last. */
export const HitRow = memo(function HitRow({
  hit,
  isActive,
  isOpen,
}: {
  hit: Hit;
  isActive: boolean;
  isOpen: boolean;
}) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const { tile, title, at, lines } = partsOf(hit, t);
  return (
    <div
      className={`relative flex min-h-13 items-start gap-3 border-b border-line/70 px-3.5 py-2 ${isOpen ? 'bg-selected' : isActive ? 'bg-hover' : ''} ${isActive ? 'outline-2 -outline-offset-2 outline-focus' : ''}`}
    >
      {isOpen && <span className="absolute inset-y-0 left-0 w-[3px] bg-accent-solid" />}
      {tile}
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="min-w-0 flex-1 truncate text-14 font-medium">{title}</span>
          {at !== null && <span className="num shrink-0 text-12 text-ink3">{format.stamp(at, now)}</span>}
        </span>
        {lines}
      </span>
    </div>
  );
});

type Parts = { tile: ReactNode; title: ReactNode; at: number | null; lines: ReactNode };

function partsOf(hit: Hit, t: Text): Parts {
  switch (hit.kind) {
    case 'customer': {
      const { name, kana, memberNumber, found } = hit.hit;
      return {
        tile: <Avatar name={name.text} size={30} />,
        title: <MarkedText marked={name} />,
        at: null,
        lines: (
          <>
            <span className="num block truncate text-12 text-ink3">
              <MarkedText marked={kana} />
              {memberNumber !== null && (
                <>
                  {' · '}
                  <MarkedText marked={memberNumber} />
                </>
              )}
            </span>
            {found !== null && <Found marked={found} />}
          </>
        ),
      };
    }
    case 'conversation': {
      const { channel, customerName, subject, number, lastActivityAt } = hit.hit;
      return {
        tile: <ChannelTile kind={channel} size={30} label={channelName(channel, t)} />,
        title: customerName,
        at: lastActivityAt,
        lines: (
          <span className="line-clamp-2 text-13 text-ink2">
            {subject !== null && <MarkedText marked={subject} />}
            <span className="num text-12 text-ink3">
              {subject !== null && ' · '}
              <MarkedText marked={number} />
            </span>
          </span>
        ),
      };
    }
    case 'call': {
      const { customerName, direction, snippet, offeredAt } = hit.hit;
      const Icon = direction === 'in' ? PhoneIncoming : PhoneOutgoing;
      return {
        tile: <ChannelTile kind="phone" size={30} label={channelName('phone', t)} />,
        title: customerName,
        at: offeredAt,
        lines: (
          <Found
            marked={snippet}
            lead={
              <>
                <Icon size={12} aria-hidden className="mr-1 inline-block align-[-1px]" />
                {t(direction === 'in' ? 'search.callIn' : 'search.callOut')}
              </>
            }
          />
        ),
      };
    }
    case 'order': {
      const { customerName, number, products, orderedAt } = hit.hit;
      return {
        tile: (
          <span className="edge-forced grid size-[1.875rem] shrink-0 place-items-center rounded-lg bg-chip text-ink2">
            <Package size={16} aria-hidden />
          </span>
        ),
        title: customerName,
        at: orderedAt,
        lines: (
          <>
            <Found marked={products} />
            <span className="num block truncate text-12 text-ink3">
              <MarkedText marked={number} />
            </span>
          </>
        ),
      };
    }
    case 'message': {
      const { channel, customerName, direction, authorName, snippet, receivedAt } = hit.hit;
      const isNote = direction === 'note';
      const lead = isNote ? (
        <span className="font-medium text-note">
          <StickyNote size={12} aria-hidden className="mr-1 inline-block align-[-1px]" />
          {t('inbox.lead.note')}
          {authorName !== '' && ` ${authorName}`}
        </span>
      ) : direction === 'in' ? null : (
        <span className="text-ink3">{authorName === '' ? t('search.ours') : authorName}</span>
      );
      return {
        tile: <ChannelTile kind={channel} size={30} label={channelName(channel, t)} />,
        title: customerName,
        at: receivedAt,
        lines: <Found marked={snippet} lead={lead} />,
      };
    }
  }
}

function Found({ marked, lead = null }: { marked: Marked; lead?: ReactNode }) {
  return (
    <span className="line-clamp-2 text-13 text-ink2">
      {lead !== null && (
        <span className="text-ink3">
          {lead}
          {marked.text !== '' && ' · '}
        </span>
      )}
      <MarkedText marked={marked} />
    </span>
  );
}
