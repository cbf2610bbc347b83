/** What is wrong although there may be a line: a full disk, a server that cannot be understood, rows that were set aside. */
import { HardDrive, MessageCircleWarning } from 'lucide-react';
import type { Connection } from '../../shared/console-shapes.ts';
import { AmberBar } from '../design/amber-bar.tsx';
import { useText } from '../i18n/text.ts';

/** Draws nothing while all is well; goes by itself when the trouble is over. */
export function TroubleBar({ connection }: { connection: Connection | undefined }) {
  const t = useText();
  const trouble = connection?.trouble ?? null;
  if (trouble === null) return null;
  const Icon = trouble === 'storageFull' ? HardDrive : MessageCircleWarning;
  return (
    <AmberBar icon={<Icon size={16} aria-hidden className="shrink-0" />}>
      <span className="min-w-0 flex-1 py-1.5">{t(`trouble.${trouble}`)}</span>
    </AmberBar>
  );
}
