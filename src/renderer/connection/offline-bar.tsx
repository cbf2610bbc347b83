/** The bar under the top bar while there is no line: what goes on, since when, and the way to try again now. */
import { CalendarClock, CloudOff, RefreshCwOff } from 'lucide-react';
import type { Connection } from '../../shared/console-shapes.ts';
import { useOrder } from '../console/use-order.ts';
import { AmberBar } from '../design/amber-bar.tsx';
import { TextButton } from '../design/button.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { RetryIn } from './retry-in.tsx';

/** Draws nothing while all is well. */
export function OfflineBar({ connection }: { connection: Connection | undefined }) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const order = useOrder();
  if (connection === undefined) return null;
  if (connection.state === 'readOnly')
    return (
      <AmberBar icon={<RefreshCwOff size={16} aria-hidden className="shrink-0" />}>
        <b className="font-bold">{t('readOnly.title')}</b>
        <span>{t(`readOnly.${connection.readOnlyBecause ?? 'consoleTooOld'}`)}</span>
        {connection.readOnlyBecause !== 'outboxOfNewerVersion' && (
          <span className="num">{t('readOnly.kept', { count: connection.waiting + connection.attention })}</span>
        )}
      </AmberBar>
    );
  if (connection.state === 'offline')
    return (
      <AmberBar icon={<CloudOff size={16} aria-hidden className="shrink-0" />}>
        <b className="font-bold">{t('offline.title')}</b>
        <span className="narrow:hidden">{t('offline.more')}</span>
        {connection.lastLevelAt !== null && (
          <span className="num">{t('connection.lastLevel', { time: format.stamp(connection.lastLevelAt, now) })}</span>
        )}
        <span className="ml-auto flex items-center gap-3">
          {connection.retryAt !== null && <RetryIn at={connection.retryAt} />}
          <TextButton
            onPress={() => void order((api) => api.connection.reconnectNow({}))}
            className="!text-13 !font-bold !text-amber underline underline-offset-2"
          >
            {t('offline.reconnect')}
          </TextButton>
        </span>
      </AmberBar>
    );
  if (connection.clockSkewMs !== null)
    return (
      <AmberBar icon={<CalendarClock size={16} aria-hidden className="shrink-0" />}>
        <span>
          {t('clock.skew', {
            minutes: Math.round(Math.abs(connection.clockSkewMs) / 60_000),
            way: connection.clockSkewMs > 0 ? 'ahead' : 'behind',
          })}
        </span>
      </AmberBar>
    );
  return null;
}
