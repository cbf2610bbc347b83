/** All that is known of the line, in one small table: since when level, what is still to come, what still has to go. */
import type { ReactNode } from 'react';
import type { Connection } from '../../shared/console-shapes.ts';
import { useOrder } from '../console/use-order.ts';
import { Button } from '../design/button.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { ProgressLine } from '../design/progress-line.tsx';
import { RetryIn } from './retry-in.tsx';
import { useStateWord } from './state-word.ts';

/** Stands in the popover of the chip. */
export function ConnectionPanel({ connection, serverUrl }: { connection: Connection; serverUrl: string }) {
  const t = useText();
  const format = useFormat();
  const order = useOrder();
  const now = useMinute();
  const word = useStateWord(connection.state);
  const { lastLevelAt, left, bootstrap, waiting, attention, retryAt, clockSkewMs } = connection;
  return (
    <>
      <h2 className="px-4 pt-3 pb-2 text-14 font-bold">{t('connection.title')}</h2>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 border-t border-line px-4 py-3 text-13">
        <Line name={t('connection.state')}>
          <b className="font-bold">{word}</b>
        </Line>
        <Line name={t('connection.levelAt')}>
          {lastLevelAt === null ? t('connection.never') : format.dayAndTime(lastLevelAt, now)}
        </Line>
        {connection.state === 'catchingUp' && (
          <Line name={t('connection.toCome')}>
            {left === null ? t('connection.counting') : t('connection.items', { count: left })}
          </Line>
        )}
        <Line name={t('outbox.waiting')}>{t('connection.items', { count: waiting })}</Line>
        <Line name={t('outbox.attention')}>{t('connection.items', { count: attention })}</Line>
        <Line name={t('connection.server')}>
          <span className="break-all">{serverUrl}</span>
        </Line>
        {clockSkewMs !== null && (
          <Line name={t('connection.clock')}>
            {t('connection.skew', {
              minutes: Math.round(Math.abs(clockSkewMs) / 60_000),
              way: clockSkewMs > 0 ? 'ahead' : 'behind',
            })}
          </Line>
        )}
      </dl>
      {bootstrap !== null && (
        <div className="px-4 pb-3">
          <ProgressLine label={t('download.title')} part={bootstrap} />
        </div>
      )}
      {connection.state === 'offline' && (
        <div className="flex items-center gap-3 border-t border-line bg-subtle px-4 py-2.5 text-12 text-ink3">
          {retryAt !== null && <RetryIn at={retryAt} />}
          <span className="ml-auto">
            <Button onPress={() => void order((api) => api.connection.reconnectNow({}))}>
              {t('offline.reconnect')}
            </Button>
          </span>
        </div>
      )}
    </>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink3">{name}</dt>
      <dd className="num min-w-0 text-right">{children}</dd>
    </>
  );
}
