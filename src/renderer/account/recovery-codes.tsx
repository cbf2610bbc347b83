/** The recovery codes, shown once. They can be copied; nothing of them is kept by the window. */
import { Copy } from 'lucide-react';
import { Button } from '../design/button.tsx';
import { notify } from '../design/notices.ts';
import { useText } from '../i18n/text.ts';

/** See the file's head. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const t = useText();
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(codes.join('\n'));
    notify({ tone: 'done', title: t('factor.copied') });
  };
  return (
    <div className="grid gap-3">
      <p className="text-13">{t('factor.codesMore')}</p>
      <ul className="num grid grid-cols-2 gap-x-4 gap-y-1 rounded-lg border border-line bg-subtle px-3 py-2.5 text-13">
        {codes.map((code) => (
          <li key={code} className="select-all">
            {code}
          </li>
        ))}
      </ul>
      <div className="flex justify-end gap-2">
        <Button size="normal" icon={Copy} onPress={() => void copy()}>
          {t('factor.copy')}
        </Button>
        <Button size="normal" kind="solid" autoFocus onPress={onDone}>
          {t('factor.kept')}
        </Button>
      </div>
    </div>
  );
}
