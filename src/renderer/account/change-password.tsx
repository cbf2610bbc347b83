/** The form that changes one's own password: the current one, the new one twice, its rules, and whether other devices go. */
import { CircleAlert } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { faultsOfPassword, type PasswordFault } from '../../shared/domain/password.ts';
import { useConsole } from '../console/console-context.tsx';
import { reasonOf, wordsFor } from '../console/words-for-refusal.ts';
import { Button } from '../design/button.tsx';
import { TextField, type TextHandle } from '../design/fields.tsx';
import { notify } from '../design/notices.ts';
import { Dialog } from '../design/overlays.tsx';
import { Toggle } from '../design/toggle.tsx';
import { useText } from '../i18n/text.ts';
import { PasswordRules } from './password-rules.tsx';

/** See the file's head. */
export function ChangePassword({ login, isOpen, onClose }: { login: string; isOpen: boolean; onClose: () => void }) {
  const t = useText();
  return (
    <Dialog title={t('account.changePassword')} isOpen={isOpen} onClose={onClose} width="26rem">
      <Form login={login} onDone={onClose} />
    </Dialog>
  );
}

type Fault = { field: 'current' | 'next' | 'again' | null; words: string };

function Form({ login, onDone }: { login: string; onDone: () => void }) {
  const t = useText();
  const api = useConsole();
  const fields = { current: useRef<TextHandle>(null), next: useRef<TextHandle>(null), again: useRef<TextHandle>(null) };
  const [faults, setFaults] = useState<readonly PasswordFault[]>([]);
  const [isEmpty, setEmpty] = useState(true);
  const [endOthers, setEndOthers] = useState(true);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const first = fields.current;
  useEffect(() => first.current?.focus(), [first]);

  const textOf = (field: keyof typeof fields): string => fields[field].current?.text() ?? '';
  const judge = (): readonly PasswordFault[] => {
    const found = faultsOfPassword(textOf('next'), login, textOf('current') || null);
    setFaults(found);
    setEmpty(textOf('next') === '');
    return found;
  };
  const refuse = (field: Fault['field'], words: string): void => {
    setFault({ field, words });
    if (field !== null) fields[field].current?.focus();
  };
  const submit = async (): Promise<void> => {
    setFault(null);
    const [current, next] = [textOf('current'), textOf('next')];
    if (current === '') return refuse('current', t('account.currentMissing'));
    if (judge().length > 0) return refuse('next', t('refusal.weakPassword'));
    if (next !== textOf('again')) return refuse('again', t('account.differ'));
    setBusy(true);
    try {
      const { endedSessions } = await api.account.changePassword({ current, next, endOthers });
      notify({
        tone: 'done',
        title: t('account.changed'),
        ...(endedSessions > 0 ? { detail: t('account.changedMore', { count: endedSessions }) } : {}),
      });
      onDone();
    } catch (error) {
      const why = reasonOf(error);
      if (why === 'wrong-password') refuse('current', t('account.currentWrong'));
      else refuse(why === 'weak-password' ? 'next' : null, wordsFor(error, t));
    } finally {
      setBusy(false);
    }
  };
  const errorOf = (field: Fault['field']): string | undefined => (fault?.field === field ? fault.words : undefined);

  return (
    <form
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit();
      }}
      className="grid gap-3"
    >
      <input type="text" autoComplete="username" value={login} readOnly hidden />
      <TextField
        label={t('account.current')}
        type="password"
        autoComplete="current-password"
        error={errorOf('current')}
        onText={judge}
        inputRef={fields.current}
      />
      <TextField
        label={t('account.next')}
        type="password"
        autoComplete="new-password"
        error={errorOf('next')}
        onText={judge}
        inputRef={fields.next}
      />
      <PasswordRules faults={faults} isEmpty={isEmpty} />
      <TextField
        label={t('account.again')}
        type="password"
        autoComplete="new-password"
        error={errorOf('again')}
        inputRef={fields.again}
      />
      <Toggle isOn={endOthers} onChange={setEndOthers} more={t('account.endOthersMore')}>
        {t('account.endOthers')}
      </Toggle>
      {fault !== null && fault.field === null && (
        <p role="alert" className="flex items-start gap-1.5 text-13 text-red">
          <CircleAlert size={15} aria-hidden className="mt-[0.1875rem] shrink-0" />
          {fault.words}
        </p>
      )}
      <div className="mt-1 flex justify-end gap-2">
        <Button size="normal" onPress={onDone}>
          {t('account.cancel')}
        </Button>
        <Button type="submit" size="normal" kind="solid" isPending={busy}>
          {t('account.change')}
        </Button>
      </div>
    </form>
  );
}
