/** A part of a conversation that is not on this device: what it was, and the loading of it as soon as it is in sight. */
import { CloudOff, RotateCcw } from 'lucide-react';
import { memo, useRef } from 'react';
import type { TimelineEntry } from '../../shared/console-shapes.ts';
import { channelName } from '../console/channel-name.ts';
import { reasonOf, wordsFor } from '../console/words-for-refusal.ts';
import { Button } from '../design/button.tsx';
import { ChannelTile } from '../design/channel-tile.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { useFetchHistory } from './use-fetch-history.ts';

export type AbsentEntry = Extract<TimelineEntry, { kind: 'absent' }>;

/** See the file's head. */
export const AbsentLine = memo(function AbsentLine({ entry }: { entry: AbsentEntry }) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const place = useRef<HTMLElement>(null);
  const state = useFetchHistory(entry, place);
  const name = channelName(entry.channel, t);
  const first = format.shortDay(entry.openedAt, now);
  const last = format.shortDay(entry.at, now);
  return (
    <article
      ref={place}
      aria-busy={state.is === 'loading'}
      className="edge-forced my-1.5 flex min-h-14 items-center gap-3 rounded-xl border border-dashed border-strong bg-sunken px-3.5 py-2"
    >
      <ChannelTile kind={entry.channel} size={28} label={name} />
      <div className="min-w-0 flex-1 text-13">
        <div className="flex items-baseline gap-x-2">
          <b className="min-w-0 truncate font-bold">{entry.subject ?? name}</b>
          <span className="num shrink-0 text-12 text-ink3">{first === last ? first : `${first} – ${last}`}</span>
        </div>
        {state.is === 'failed' ? (
          <p role="alert" className="text-12 text-red">
            {reasonOf(state.error) === 'failed' ? t('absent.failed') : wordsFor(state.error, t)}
          </p>
        ) : (
          <p className="flex items-center gap-1.5 text-12 text-ink2">
            {state.is === 'offline' && <CloudOff size={13} aria-hidden className="shrink-0" />}
            {t(state.is === 'offline' ? 'absent.offline' : 'absent.loading')}
          </p>
        )}
      </div>
      {state.is === 'failed' && (
        <Button icon={RotateCcw} onPress={state.retry}>
          {t('absent.retry')}
        </Button>
      )}
      {state.is === 'loading' && (
        <span aria-hidden className="grid w-24 shrink-0 justify-items-end gap-1.5">
          <span className="block h-2.5 w-full rounded bg-line" />
          <span className="block h-2.5 w-2/3 rounded bg-line" />
        </span>
      )}
    </article>
  );
});
