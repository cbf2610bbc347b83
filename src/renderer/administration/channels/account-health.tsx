/** How an account is now, from the synced row: its state, its last success, and its last fault in words. */
import { CircleAlert, CircleCheck, CirclePause, LoaderCircle } from 'lucide-react';
import { findingReasons } from '../../../shared/administration/channel-findings.ts';
import type { ChannelAccountRow } from '../../../shared/domain/rows.ts';
import { Chip, type Tone } from '../../design/chip.tsx';
import { useMinute } from '../../design/use-now.ts';
import { useFormat } from '../../i18n/format.ts';
import { type MessageId, type Text, useText } from '../../i18n/text.ts';

const LOOKS = {
  running: { icon: CircleCheck, tone: 'green' },
  failing: { icon: CircleAlert, tone: 'red' },
  starting: { icon: LoaderCircle, tone: 'accent' },
  off: { icon: CirclePause, tone: 'ink' },
} as const satisfies Record<ChannelAccountRow['state'], { icon: unknown; tone: Tone }>;

/** The state in one word. */
export function AccountState({ state }: { state: ChannelAccountRow['state'] }) {
  const t = useText();
  const { icon, tone } = LOOKS[state];
  return (
    <Chip tone={tone} icon={icon}>
      {t(`channels.state.${state}`)}
    </Chip>
  );
}

/** Last success and last fault, each with its time. */
export function AccountTimes({ row }: { row: ChannelAccountRow }) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  return (
    <span className="text-12">
      <span className="block text-ink2">
        {row.lastSuccessAt === null
          ? t('channels.neverWorked')
          : t('channels.lastSuccess', { at: format.stamp(row.lastSuccessAt, now) })}
      </span>
      {row.lastErrorAt !== null && row.lastError !== null && (
        <span className={`block ${row.state === 'failing' ? 'text-red' : 'text-ink3'}`}>
          {t('channels.lastError', { at: format.stamp(row.lastErrorAt, now), why: healthWords(row.lastError, t) })}
        </span>
      )}
    </span>
  );
}

/** The name of a fault stands before the colon (`imap-timeout: …`); one that this version does not know is shown as it is. */
export function healthWords(lastError: string, t: Text): string {
  const name = lastError.split(':')[0] ?? '';
  const [, half, fault] = /^(imap|smtp)-(.+)$/.exec(name) ?? [];
  const known = findingReasons.find((reason) => reason === (fault ?? name));
  if (known === undefined) return lastError;
  const words = t(`channelTest.${known}` as MessageId);
  return half === undefined ? words : `${half.toUpperCase()}: ${words}`;
}
