/** What a template left open in the reply: it says which fields, and brings the caret to the first. Until then nothing is sent. */
import { CircleAlert } from 'lucide-react';
import { TextButton } from '../design/button.tsx';
import { useText } from '../i18n/text.ts';

/** `names`: as they stand in the text. */
export function OpenPlaceholders({ names, onGo }: { names: string; onGo: () => void }) {
  const t = useText();
  return (
    <p role="status" className="flex items-center gap-1.5 px-3.5 pb-1 text-12 text-amber">
      <CircleAlert size={14} aria-hidden className="shrink-0" />
      <span className="min-w-0 flex-1">{t('knowledge.unfilled', { names })}</span>
      <TextButton onPress={onGo}>{t('knowledge.fillIn')}</TextButton>
    </p>
  );
}
