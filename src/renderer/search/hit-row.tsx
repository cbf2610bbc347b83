/** One hit: a customer by name, a conversation by subject, or a message by the words around what was found. */
import { memo } from 'react';
import { channelName } from '../console/channel-name.ts';
import { Avatar } from '../design/avatar.tsx';
import { ChannelTile } from '../design/channel-tile.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { MarkedText } from './marked-text.tsx';
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
  const frame = `relative flex min-h-13 items-start gap-3 border-b border-line/70 px-3.5 py-2 ${isOpen ? 'bg-selected' : isActive ? 'bg-hover' : ''} ${isActive ? 'outline-2 -outline-offset-2 outline-focus' : ''}`;
  if (hit.kind === 'customer')
    return (
      <div className={frame}>
        <Avatar name={hit.hit.name.text} size={30} />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-14 font-medium">
            <MarkedText marked={hit.hit.name} />
          </span>
          <span className="num block truncate text-12 text-ink3">
            <MarkedText marked={hit.hit.kana} />
            {hit.hit.memberNumber !== null && ` · ${hit.hit.memberNumber}`}
          </span>
        </span>
      </div>
    );
  const { channel, customerName } = hit.hit;
  const at = hit.kind === 'conversation' ? hit.hit.lastActivityAt : hit.hit.receivedAt;
  return (
    <div className={frame}>
      {isOpen && <span className="absolute inset-y-0 left-0 w-[3px] bg-accent-solid" />}
      <ChannelTile kind={channel} size={30} label={channelName(channel, t)} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="min-w-0 flex-1 truncate text-14 font-medium">{customerName}</span>
          <span className="num shrink-0 text-12 text-ink3">{format.stamp(at, now)}</span>
        </span>
        <span className="line-clamp-2 text-13 text-ink2">
          {hit.kind === 'message' && hit.hit.direction !== 'in' && (
            <span className="text-ink3">{t(hit.hit.direction === 'note' ? 'inbox.lead.note' : 'search.ours')} · </span>
          )}
          <MarkedText marked={hit.kind === 'conversation' ? hit.hit.subject : hit.hit.snippet} />
        </span>
      </span>
    </div>
  );
});
