/** Asks, before a reply goes, about what may have been overlooked. The cautious way is the first one. */
import { CircleAlert, Send } from 'lucide-react';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/overlays.tsx';
import { type Text, useText } from '../i18n/text.ts';
import type { Doubt } from './doubts.ts';

/** `doubts` null: nothing is asked. */
export function AskAboutDoubts({
  doubts,
  onBack,
  onSend,
}: {
  doubts: readonly Doubt[] | null;
  onBack: () => void;
  onSend: () => void;
}) {
  const t = useText();
  return (
    <Dialog
      title={t('doubt.title')}
      isOpen={doubts !== null}
      onClose={onBack}
      footer={
        <>
          <Button size="normal" onPress={onBack}>
            {t('doubt.back')}
          </Button>
          <Button size="normal" kind="solid" icon={Send} onPress={onSend}>
            {t('composer.send')}
          </Button>
        </>
      }
    >
      <ul className="grid gap-2">
        {(doubts ?? []).map((doubt) => (
          <li key={doubt.kind} className="flex items-start gap-2 text-14">
            <CircleAlert size={16} aria-hidden className="mt-[0.1875rem] shrink-0 text-amber" />
            {sentenceOf(doubt, t)}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function sentenceOf(doubt: Doubt, t: Text): string {
  switch (doubt.kind) {
    case 'collision':
      return t('collision.ask', { name: doubt.names });
    case 'noFile':
      return t('doubt.noFile');
    case 'otherName':
      return t('doubt.otherName', { name: doubt.called });
  }
}
