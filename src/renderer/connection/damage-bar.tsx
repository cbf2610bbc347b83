/** What happened to the files of this device when they were opened: said once, until somebody has read it. */
import { FileWarning } from 'lucide-react';
import { useState } from 'react';
import type { Connection } from '../../shared/console-shapes.ts';
import { AmberBar } from '../design/amber-bar.tsx';
import { TextButton } from '../design/button.tsx';
import { useText } from '../i18n/text.ts';

/** Draws nothing while the files are whole. A file of a newer version is the business of the bar that says "read only". */
export function DamageBar({ connection }: { connection: Connection | undefined }) {
  const t = useText();
  const [isRead, setRead] = useState(false);
  const damage = (connection?.notices ?? []).find((notice) => notice !== 'outboxOfNewerVersion');
  if (damage === undefined || isRead) return null;
  return (
    <AmberBar icon={<FileWarning size={16} aria-hidden className="shrink-0" />}>
      <span className="min-w-0 flex-1 py-1.5">{t(`damage.${damage}`)}</span>
      <TextButton
        onPress={() => setRead(true)}
        className="!text-13 !font-bold !text-amber underline underline-offset-2"
      >
        {t('damage.close')}
      </TextButton>
    </AmberBar>
  );
}
