/** A text that is taken elsewhere: it can be read, selected and copied, and not be changed. */
import { Copy } from 'lucide-react';
import { useId } from 'react';
import { Button } from '../../design/button.tsx';
import { notify } from '../../design/notices.ts';
import { useText } from '../../i18n/text.ts';

/** See the file's head. */
export function CopyLine({ label, text, more }: { label: string; text: string; more?: string }) {
  const t = useText();
  const id = useId();
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(
      () => notify({ tone: 'done', title: t('administration.copied') }),
      // Not allowed here: the text can be selected.
      () => undefined,
    );
  };
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-12 font-medium text-ink2">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          readOnly
          value={text}
          onFocus={(event) => event.currentTarget.select()}
          className="num h-8 min-w-0 flex-1 rounded-md border border-line bg-sunken px-2.5 text-12 text-ink"
        />
        <Button size="normal" icon={Copy} onPress={copy} aria-label={`${t('administration.copy')}: ${label}`}>
          {t('administration.copy')}
        </Button>
      </div>
      {more !== undefined && <p className="mt-1 text-12 text-ink3">{more}</p>}
    </div>
  );
}
