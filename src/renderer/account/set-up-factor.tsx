/** Sets a second factor up: the QR code, a first code as proof, then the recovery codes, once. */
import { CircleAlert } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useConsole } from '../console/console-context.tsx';
import { reasonOf, wordsFor } from '../console/words-for-refusal.ts';
import { Button } from '../design/button.tsx';
import { TextField, type TextHandle } from '../design/fields.tsx';
import { useText } from '../i18n/text.ts';
import { QrCode } from './qr-code.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** `onDone`: the agent has seen the recovery codes. */
export function SetUpFactor({ onDone }: { onDone: () => void }) {
  const t = useText();
  const api = useConsole();
  const [begun, setBegun] = useState<{ secret: string; uri: string } | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    api.account.beginFactor({}).then(setBegun, (error: unknown) => setFault(wordsFor(error, t)));
  }, [api, t]);
  if (codes !== null) return <RecoveryCodes codes={codes} onDone={onDone} />;
  return (
    <div className="grid gap-4">
      {begun !== null && (
        <div className="flex flex-wrap items-start gap-4">
          <QrCode text={begun.uri} label={t('factor.qr')} size={11} />
          <div className="min-w-40 flex-1 text-13">
            <p>{t('factor.scan')}</p>
            <p className="mt-3 text-12 text-ink3">{t('factor.byHand')}</p>
            <p className="num text-13 font-bold break-all select-all">
              {begun.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
            </p>
          </div>
        </div>
      )}
      {fault !== null && begun === null && (
        <p role="alert" className="text-13 text-red">
          {fault}
        </p>
      )}
      {begun !== null && (
        <CodeForm
          action={t('factor.confirm')}
          onCode={async (code) => setCodes((await api.account.confirmFactor({ code })).recoveryCodes)}
        />
      )}
    </div>
  );
}

/** A field for a code and its button. `onCode` throws what the core refused. */
export function CodeForm({
  action,
  hint,
  onCode,
}: {
  action: string;
  hint?: string;
  onCode: (code: string) => Promise<void>;
}) {
  const t = useText();
  const field = useRef<TextHandle>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = async (): Promise<void> => {
    const code = field.current?.text().trim() ?? '';
    if (code === '') return setFault(t('factor.codeMissing'));
    setBusy(true);
    setFault(null);
    try {
      await onCode(code);
    } catch (error) {
      setFault(reasonOf(error) === 'wrong-code' ? t('refusal.wrongCode') : wordsFor(error, t));
      field.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      noValidate
      className="grid gap-3"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField label={t('factor.code')} autoComplete="one-time-code" hint={hint} inputRef={field} />
      {fault !== null && (
        <p role="alert" className="flex items-start gap-1.5 text-13 text-red">
          <CircleAlert size={15} aria-hidden className="mt-[0.1875rem] shrink-0" />
          {fault}
        </p>
      )}
      <div className="flex justify-end">
        <Button type="submit" size="normal" kind="solid" isPending={busy}>
          {action}
        </Button>
      </div>
    </form>
  );
}
