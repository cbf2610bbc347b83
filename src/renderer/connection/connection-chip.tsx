/** How the device stands with the server, always in sight: level, coming level with what is left, or cut off. */
import { CloudOff, LoaderCircle, LogIn, RefreshCwOff, Wifi } from 'lucide-react';
import type { Connection } from '../../shared/console-shapes.ts';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';

/** `connection` undefined until the core has answered. */
export function ConnectionChip({ connection }: { connection: Connection | undefined }) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  if (connection === undefined) return null;
  const since =
    connection.lastLevelAt === null
      ? undefined
      : t('connection.lastLevel', { time: format.stamp(connection.lastLevelAt, now) });
  const words = (() => {
    switch (connection.state) {
      case 'online':
        return t('connection.level');
      case 'connecting':
        return t('connection.connecting');
      case 'catchingUp':
        if (connection.bootstrap !== null)
          return t('connection.bootstrap', { percent: Math.floor(connection.bootstrap * 100) });
        return connection.left === null
          ? t('connection.catchingUp')
          : t('connection.left', { count: format.number(connection.left) });
      case 'offline':
        return t('connection.offline');
      case 'readOnly':
        return t('connection.readOnly');
      case 'signedOut':
        return t('connection.signedOut');
    }
  })();
  const Icon = {
    online: Wifi,
    connecting: LoaderCircle,
    catchingUp: LoaderCircle,
    offline: CloudOff,
    readOnly: RefreshCwOff,
    signedOut: LogIn,
  }[connection.state];
  const isBad = connection.state !== 'online' && connection.state !== 'catchingUp' && connection.state !== 'connecting';
  return (
    <span
      role="status"
      data-connection={connection.state}
      title={since}
      className={`flex items-center gap-1.5 px-1 text-12 ${isBad ? 'font-bold text-amber' : 'text-ink3'}`}
    >
      <Icon size={14} aria-hidden className="shrink-0" />
      <span className="num narrow:sr-only">{words}</span>
    </span>
  );
}
