/** The first download: how far it is, and that the desk can be worked with meanwhile. */
import { Download } from 'lucide-react';
import type { Connection } from '../../shared/console-shapes.ts';
import { useText } from '../i18n/text.ts';
import { ProgressLine } from '../design/progress-line.tsx';

/** Draws nothing unless a first download runs over an open line. */
export function DownloadBar({ connection }: { connection: Connection | undefined }) {
  const t = useText();
  if (connection?.state !== 'catchingUp' || connection.bootstrap === null) return null;
  return (
    <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-3 border-b border-line bg-accent-tint px-4 text-13 text-accent-ink">
      <Download size={16} aria-hidden className="shrink-0" />
      <b className="font-bold">{t('download.title')}</b>
      <span className="w-60 narrow:w-32">
        <ProgressLine label={t('download.title')} part={connection.bootstrap} />
      </span>
      <span className="num">{Math.floor(connection.bootstrap * 100)}%</span>
      {connection.left !== null && <span className="num">{t('download.left', { count: connection.left })}</span>}
      <span className="narrow:hidden">{t('download.more')}</span>
    </div>
  );
}
