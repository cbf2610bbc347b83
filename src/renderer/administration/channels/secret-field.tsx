/** A field for a secret. One that is stored is never shown: it says so and offers to put another in its place. */
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/fields.tsx';
import { useText } from '../../i18n/text.ts';

/** `onSecret` gets null while the stored one stays. */
export function SecretField({
  label,
  isStored,
  error,
  hint,
  onSecret,
}: {
  label: string;
  isStored: boolean;
  error: string | undefined;
  hint?: string;
  onSecret: (secret: string | null) => void;
}) {
  const t = useText();
  const [isReplaced, setReplaced] = useState(false);
  // A fault means that the stored one does not do: there must be somewhere to write.
  if (isStored && !isReplaced && error === undefined)
    return (
      <div className="min-w-0">
        <p className="mb-1 text-12 font-medium text-ink2">{label}</p>
        <div className="flex h-8 items-center gap-2 text-13">
          <KeyRound size={14} aria-hidden className="shrink-0 text-ink3" />
          <span className="min-w-0 flex-1 truncate text-ink2">{t('channels.secretStored')}</span>
          <Button onPress={() => setReplaced(true)} aria-label={t('channels.secretReplaceOf', { label })}>
            {t('channels.secretReplace')}
          </Button>
        </div>
      </div>
    );
  return (
    <TextField
      label={label}
      type="password"
      autoComplete="new-password"
      error={error}
      {...(hint === undefined ? {} : { hint })}
      onText={(text) => onSecret(text === '' ? null : text)}
    />
  );
}
