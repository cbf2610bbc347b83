/** The locked screen: whose desk this is, that it rings or that a call goes on, and the field that opens it. No customer. */
import { CircleAlert, Lock, LockOpen, LogOut, PhoneCall, PhoneIncoming } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Session } from '../../shared/console-shapes.ts';
import { useConsole } from '../console/console-context.tsx';
import { useQuery } from '../console/use-query.ts';
import { reasonOf, wordsFor } from '../console/words-for-refusal.ts';
import { Avatar } from '../design/avatar.tsx';
import { Button } from '../design/button.tsx';
import { TextField, type TextHandle } from '../design/fields.tsx';
import { useNow } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';

type SignedIn = Extract<Session, { state: 'signedIn' }>;

/** See the file's head. */
export function LockScreen({ session }: { session: SignedIn }) {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  return (
    <div className="flex h-full flex-col overflow-y-auto bg-canvas">
      <main className="mx-auto flex w-full max-w-[26rem] flex-1 flex-col justify-center px-4 pb-16">
        <Calls />
        <div className="rounded-xl border border-line bg-surface p-5">
          <div className="mb-4 flex items-center gap-3">
            <Avatar name={session.displayName} size={40} look="solid" />
            <div className="min-w-0 flex-1">
              <h1 className="truncate text-18 font-bold">{session.displayName}</h1>
              <p className="flex items-center gap-1.5 text-12 text-ink3">
                <Lock size={13} aria-hidden className="shrink-0" />
                {session.locked !== null &&
                  t(`lock.${session.locked.why}`, { time: format.dayAndTime(session.locked.since, now) })}
              </p>
            </div>
          </div>
          <UnlockForm />
        </div>
        <SignOutLine />
      </main>
    </div>
  );
}

/** That it rings, and that a call goes on: calls are not stopped by a lock, and the customer is not named. */
function Calls() {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  const signs = useQuery('calls.signs', {}).data;
  if (signs === undefined) return null;
  return (
    <div aria-live="assertive" className="grid gap-2">
      {signs.ringing.length > 0 && (
        <p className="mb-3 flex items-center gap-2 rounded-lg border border-green-line bg-green-tint px-3 py-2 text-13 font-bold text-green">
          <PhoneIncoming size={16} aria-hidden className="shrink-0" />
          {t('lock.ringing')}
        </p>
      )}
      {signs.talkingSince !== null && (
        <p className="num mb-3 flex items-center gap-2 rounded-lg border border-line bg-surface px-3 py-2 text-13">
          <PhoneCall size={16} aria-hidden className="shrink-0" />
          {t('lock.talking', { duration: format.duration(now - signs.talkingSince) })}
        </p>
      )}
    </div>
  );
}

function UnlockForm() {
  const t = useText();
  const api = useConsole();
  const field = useRef<TextHandle>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = async (): Promise<void> => {
    const password = field.current?.text() ?? '';
    if (password === '') return setFault(t('signIn.passwordMissing'));
    setBusy(true);
    setFault(null);
    try {
      await api.session.unlock({ password });
    } catch (error) {
      setFault(reasonOf(error) === 'wrong-password' ? t('lock.wrong') : wordsFor(error, t));
      setBusy(false);
      field.current?.focus();
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
      <TextField
        label={t('signIn.password')}
        type="password"
        autoComplete="current-password"
        inputRef={field}
        hint={t('lock.offlineToo')}
      />
      {fault !== null && (
        <p role="alert" className="flex items-start gap-1.5 text-13 text-red">
          <CircleAlert size={15} aria-hidden className="mt-[0.1875rem] shrink-0" />
          {fault}
        </p>
      )}
      <Button type="submit" kind="solid" size="large" icon={LockOpen} isPending={busy} className="w-full">
        {t('lock.open')}
      </Button>
    </form>
  );
}

/** Another person at this desk, or a forgotten password. What waits is told, and stays encrypted. */
function SignOutLine() {
  const t = useText();
  const api = useConsole();
  const connection = useQuery('connection.get', {}).data;
  const waiting = (connection?.waiting ?? 0) + (connection?.attention ?? 0);
  return (
    <div className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-2 text-12 text-ink3">
      <p className="min-w-0 flex-1">{waiting > 0 ? t('lock.waiting', { count: waiting }) : t('lock.notYou')}</p>
      <Button kind="quiet" icon={LogOut} onPress={() => void api.session.signOut({ evenIfWaiting: true })}>
        {t('signOut.go')}
      </Button>
    </div>
  );
}
