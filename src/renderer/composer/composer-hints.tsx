/** What one should know while writing: how long the text may be, how the channel sends it, who else is writing. */
import { PencilLine } from 'lucide-react';
import type { ConversationDetail } from '../../shared/console-shapes.ts';
import { useNow } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';

/** A counter appears when this part of the limit is reached; before that it would only be noise. */
const NEAR_LIMIT = 0.8;

type Props = {
  detail: ConversationDetail;
  isNote: boolean;
  length: number;
  limit: number | null;
  enterSends: boolean;
  canReply: boolean;
};

/** Stands left of the send button. */
export function ComposerHints({ detail, isNote, length, limit, enterSends, canReply }: Props) {
  const t = useText();
  const format = useFormat();
  const isOver = limit !== null && length > limit;
  const shown =
    limit !== null && length >= limit * NEAR_LIMIT
      ? t('composer.countOf', { count: format.number(length), limit: format.number(limit) })
      : t('composer.count', { count: format.number(length) });
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 pl-1 text-12 text-ink3">
      {!canReply && (
        <span className="text-ink2">
          {t(detail.conversation.channel === 'phone' ? 'composer.phoneOnly' : 'composer.readOnly')}
        </span>
      )}
      {!isNote && detail.conversation.channel === 'line' && <LineHint detail={detail} />}
      {length === 0 ? (
        canReply && !isNote && <span>{t(enterSends ? 'composer.enterSends' : 'composer.enterBreaks')}</span>
      ) : (
        <span className={`num ${isOver ? 'font-bold text-red' : ''}`} role={isOver ? 'alert' : undefined}>
          {isOver ? t('composer.tooLong', { over: format.number(length - limit) }) : shown}
        </span>
      )}
    </span>
  );
}

/** LINE: a free reply while the token lives, a push out of the month's quota after that. */
function LineHint({ detail }: { detail: ConversationDetail }) {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  const { conversation, account } = detail;
  const closesAt = conversation.replyWindow === 'lineReplyToken' ? conversation.replyWindowClosesAt : null;
  if (closesAt !== null && closesAt > now)
    return <span className="num text-green">{t('line.free', { left: format.clock(closesAt - now) })}</span>;
  const limit = account?.quotaLimit ?? null;
  if (limit === null || account === null) return <span>{t('line.push')}</span>;
  const left = Math.max(0, limit - (account.quotaUsed ?? 0));
  return (
    <span className={left === 0 ? 'font-bold text-red' : left < limit * 0.05 ? 'font-bold text-amber' : ''}>
      {t('line.quota', { left: format.number(left) })}
    </span>
  );
}

/** Somebody else is writing an answer to the same customer. */
export function CollisionLine({ writers }: { writers: readonly string[] }) {
  const t = useText();
  return (
    <div role="status" className="empty:hidden">
      {writers.length > 0 && (
        <p className="mb-1 flex items-center gap-1.5 px-1 text-12 font-bold text-amber">
          <PencilLine size={14} aria-hidden />
          {t('collision.line', { name: writers.join('、') })}
        </p>
      )}
    </div>
  );
}
