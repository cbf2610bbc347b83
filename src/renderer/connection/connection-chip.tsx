/**
 * How the device stands with the server, always in sight: level since when, coming level with what is left, or cut off.
 * Behind it the whole of it in a panel.
 */
import { lazy, Suspense } from 'react';
import { CloudOff, LoaderCircle, LogIn, RefreshCwOff, Wifi } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import type { Connection } from '../../shared/console-shapes.ts';
import { Popover } from '../design/overlays.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { useStateWord } from './state-word.ts';

const ConnectionPanel = lazy(() =>
  import('./connection-panel.tsx').then((loaded) => ({ default: loaded.ConnectionPanel })),
);

const ICONS = {
  online: Wifi,
  connecting: LoaderCircle,
  catchingUp: LoaderCircle,
  offline: CloudOff,
  readOnly: RefreshCwOff,
  signedOut: LogIn,
} as const;

/** `connection` undefined until the core has answered. */
export function ConnectionChip({ connection, serverUrl }: { connection: Connection | undefined; serverUrl: string }) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const word = useStateWord(connection?.state);
  if (connection === undefined) return null;
  const figure = (() => {
    if (connection.state === 'catchingUp') {
      if (connection.bootstrap !== null)
        return t('connection.bootstrap', { percent: Math.floor(connection.bootstrap * 100) });
      return connection.left === null ? word : t('connection.left', { count: format.number(connection.left) });
    }
    if (connection.state === 'online' && connection.lastLevelAt !== null)
      return `${word} ${format.stamp(connection.lastLevelAt, now)}`;
    return word;
  })();
  const Icon = ICONS[connection.state];
  const isBad = connection.state !== 'online' && connection.state !== 'catchingUp' && connection.state !== 'connecting';
  return (
    <>
      {/* The figures move several times a second: only the state is read out. */}
      <span role="status" className="sr-only">
        {word}
      </span>
      <Popover
        label={t('connection.title')}
        width="20rem"
        trigger={
          <AriaButton
            data-connection={connection.state}
            className={`edge-forced flex h-8 items-center gap-1.5 rounded-md px-2 text-12 data-[hovered]:bg-hover ${isBad ? 'font-bold text-amber' : 'text-ink3'}`}
          >
            <Icon size={14} aria-hidden className="shrink-0" />
            <span className="sr-only">{t('connection.title')} </span>
            <span className="num narrow:sr-only">{figure}</span>
          </AriaButton>
        }
      >
        {() => (
          <Suspense fallback={null}>
            <ConnectionPanel connection={connection} serverUrl={serverUrl} />
          </Suspense>
        )}
      </Popover>
    </>
  );
}
