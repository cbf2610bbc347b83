/** The address of the server, asked once on a console that was not started for one. */
import { CircleAlert, Server } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useConsole } from '../console/console-context.tsx';
import { wordsFor } from '../console/words-for-refusal.ts';
import { Button } from '../design/button.tsx';
import { TextField, type TextHandle } from '../design/fields.tsx';
import { useText } from '../i18n/text.ts';

/** `known`: the address so far, when it is to be another one; `onLeave`: it stays. */
export function ServerForm({ known, onLeave }: { known: string | null; onLeave: () => void }) {
  const t = useText();
  const api = useConsole();
  const address = useRef<TextHandle>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  useEffect(() => address.current?.focus(), []);

  const submit = async (): Promise<void> => {
    const given = address.current?.text().trim() ?? '';
    if (given === '') {
      setFault(t('server.missing'));
      address.current?.focus();
      return;
    }
    setBusy(true);
    setFault(undefined);
    try {
      await api.session.chooseServer({ address: given });
      onLeave();
    } catch (error) {
      setFault(wordsFor(error, t));
      address.current?.focus();
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit();
      }}
      className="grid gap-3"
      noValidate
    >
      <TextField
        label={t('server.address')}
        name="server"
        type="url"
        initial={known ?? ''}
        placeholder={t('server.example')}
        autoComplete="url"
        hint={t('server.hint')}
        inputRef={address}
      />
      {fault !== undefined && (
        <p role="alert" className="flex items-start gap-1.5 text-13 text-red">
          <CircleAlert size={15} aria-hidden className="mt-[0.1875rem] shrink-0" />
          {fault}
        </p>
      )}
      <div className="mt-1 flex gap-2">
        <Button type="submit" kind="solid" size="large" icon={Server} isPending={busy} className="flex-1">
          {t(busy ? 'server.busy' : 'server.go')}
        </Button>
        {known !== null && (
          <Button size="large" onPress={onLeave}>
            {t('server.keep')}
          </Button>
        )}
      </div>
    </form>
  );
}
