/** The sign-in screen: login, password, the server it goes to, and, in the demo centre only, accounts at one press. */
import { ArchiveRestore, CircleAlert, LogIn, UserRound } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Session } from '../../shared/console-shapes.ts';
import { useConsole } from '../console/console-context.tsx';
import { reasonOf, wordsFor } from '../console/words-for-refusal.ts';
import { Button } from '../design/button.tsx';
import { TextField, type TextHandle } from '../design/fields.tsx';
import { Mark } from '../design/mark.tsx';
import { type MessageId, type Text, useText } from '../i18n/text.ts';
import { AppearanceMenu } from './appearance.tsx';
import { ServerForm } from './server-form.tsx';

type DemoAccount = { login: string; password: string; name: string; role: string };

const ROLE_WORDS: Record<string, MessageId> = {
  agent: 'role.agent',
  teamLead: 'role.teamLead',
  admin: 'role.admin',
  bpo: 'role.bpo',
};

/** A role of a newer server is called by its name. */
function roleName(role: string, t: Text): string {
  const id = ROLE_WORDS[role];
  return id === undefined ? role : t(id);
}

/** `why`: the last session ended by itself. */
export function SignIn({
  serverUrl,
  canChooseServer,
  why,
  lastLogin,
}: {
  /** Null: it is to be named first. */
  serverUrl: string | null;
  canChooseServer: boolean;
  why: Extract<Session, { state: 'signedOut' }>['why'];
  lastLogin: string | null;
}) {
  const t = useText();
  const [isChoosing, setChoosing] = useState(false);
  return (
    <div className="flex h-full flex-col overflow-y-auto bg-canvas">
      <div className="flex justify-end p-3">
        <AppearanceMenu />
      </div>
      <main className="mx-auto flex w-full max-w-[26rem] flex-1 flex-col justify-center px-4 pb-16">
        <div className="mb-5 flex items-center gap-3">
          <Mark size={40} />
          <div>
            <h1 className="text-22 font-bold">{t('app.name')}</h1>
            <p className="text-13 text-ink3">{t('signIn.about')}</p>
          </div>
        </div>
        {why !== null && (
          <p
            role="status"
            className="mb-3 flex items-start gap-2 rounded-lg border border-amber-line bg-amber-tint px-3 py-2 text-13 text-amber"
          >
            <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
            {t(`signIn.${why}`)}
          </p>
        )}
        <div className="rounded-xl border border-line bg-surface p-5">
          {serverUrl === null || isChoosing ? (
            <ServerForm known={serverUrl} onLeave={() => setChoosing(false)} />
          ) : (
            <>
              <SignInForm lastLogin={lastLogin} />
              <p className="mt-4 flex items-center gap-2 text-12 text-ink3">
                <span className="min-w-0 truncate">{t('signIn.server', { server: hostOf(serverUrl) })}</span>
                {canChooseServer && (
                  <Button size="small" onPress={() => setChoosing(true)} className="ml-auto shrink-0">
                    {t('server.change')}
                  </Button>
                )}
              </p>
            </>
          )}
        </div>
        {serverUrl !== null && !isChoosing && <DemoAccounts />}
      </main>
    </div>
  );
}

function hostOf(serverUrl: string): string {
  try {
    return new URL(serverUrl).host;
  } catch {
    return serverUrl;
  }
}

/** The two fields and their button; also asked on the desk when a session has run out. */
export function SignInForm({ lastLogin, onDone }: { lastLogin: string | null; onDone?: () => void }) {
  const t = useText();
  const api = useConsole();
  const login = useRef<TextHandle>(null);
  const password = useRef<TextHandle>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const [isKeyLost, setKeyLost] = useState(false);
  const [needsCode, setNeedsCode] = useState(false);
  const code = useRef<TextHandle>(null);
  useEffect(() => {
    (lastLogin === null ? login : password).current?.focus();
  }, [lastLogin]);
  useEffect(() => {
    if (needsCode) code.current?.focus();
  }, [needsCode]);

  const submit = async (startAnew: boolean): Promise<void> => {
    const given = { login: login.current?.text().trim() ?? '', password: password.current?.text() ?? '' };
    if (given.login === '' || given.password === '') {
      setFault(t(given.login === '' ? 'signIn.loginMissing' : 'signIn.passwordMissing'));
      (given.login === '' ? login : password).current?.focus();
      return;
    }
    setBusy(true);
    setFault(null);
    try {
      const typed = code.current?.text().trim() ?? '';
      await api.session.signIn({
        ...given,
        ...(startAnew ? { startAnew } : {}),
        ...(typed === '' ? {} : { code: typed }),
      });
      onDone?.();
    } catch (error) {
      const isLost = reasonOf(error) === 'key-lost';
      setKeyLost(isLost);
      if (reasonOf(error) === 'code-needed') return setNeedsCode(true);
      if (!isLost) setFault(wordsFor(error, t));
      if (reasonOf(error) === 'wrong-code') code.current?.focus();
      if (reasonOf(error) === 'wrong-password') password.current?.focus();
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit(false);
      }}
      className="grid gap-3"
      noValidate
    >
      <TextField
        label={t('signIn.login')}
        name="login"
        initial={lastLogin ?? ''}
        autoComplete="username"
        inputRef={login}
      />
      <TextField
        label={t('signIn.password')}
        name="password"
        type="password"
        autoComplete="current-password"
        inputRef={password}
      />
      {needsCode && (
        <TextField
          label={t('factor.code')}
          name="code"
          autoComplete="one-time-code"
          hint={t('factor.codeOrRecovery')}
          inputRef={code}
        />
      )}
      {fault !== null && (
        <p role="alert" className="flex items-start gap-1.5 text-13 text-red">
          <CircleAlert size={15} aria-hidden className="mt-[0.1875rem] shrink-0" />
          {fault}
        </p>
      )}
      <Button type="submit" kind="solid" size="large" icon={LogIn} isPending={busy} className="mt-1 w-full">
        {t(busy ? 'signIn.busy' : 'signIn.go')}
      </Button>
      {isKeyLost && (
        <div
          role="alert"
          className="grid gap-2 rounded-lg border border-amber-line bg-amber-tint px-3 py-2.5 text-13 text-amber"
        >
          <b className="font-bold">{t('signIn.startAnewTitle')}</b>
          <p>{t('signIn.startAnewMore')}</p>
          <Button icon={ArchiveRestore} isPending={busy} onPress={() => void submit(true)}>
            {t('signIn.startAnew')}
          </Button>
        </div>
      )}
    </form>
  );
}

/** Offered by the server of a demo centre only; elsewhere the list is empty and nothing is drawn. */
function DemoAccounts() {
  const t = useText();
  const api = useConsole();
  const [accounts, setAccounts] = useState<readonly DemoAccount[]>([]);
  const [busy, setBusy] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    let left = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // The line to the server may come a moment after the window; a form without the demo accounts is whole as well.
    const askFor = (tries: number): void => {
      api.session.demoAccounts({}).then(
        (answer) => {
          if (!left) setAccounts(answer.accounts);
        },
        () => {
          if (!left && tries > 0) timer = setTimeout(() => askFor(tries - 1), 1500);
        },
      );
    };
    askFor(20);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [api]);
  if (accounts.length === 0) return null;

  const enter = async (account: DemoAccount): Promise<void> => {
    setBusy(account.login);
    setFault(null);
    try {
      await api.session.signIn({ login: account.login, password: account.password });
    } catch (error) {
      setFault(wordsFor(error, t));
    } finally {
      setBusy(null);
    }
  };
  return (
    <section aria-labelledby="demo-accounts" className="mt-4">
      <h2 id="demo-accounts" className="mb-2 text-13 font-bold">
        {t('signIn.demo')}
      </h2>
      <ul className="grid grid-cols-1 gap-1.5">
        {accounts.map((account) => (
          <li key={account.login}>
            <Button
              size="large"
              icon={UserRound}
              isPending={busy === account.login}
              onPress={() => void enter(account)}
              className="w-full !justify-start !border-line"
            >
              <span className="font-bold">{account.name}</span>
              <span className="text-12 font-normal text-ink3">{roleName(account.role, t)}</span>
              <span className="ml-auto text-12 font-normal text-ink3">{account.login}</span>
            </Button>
          </li>
        ))}
      </ul>
      {fault !== null && (
        <p role="alert" className="mt-2 text-13 text-red">
          {fault}
        </p>
      )}
    </section>
  );
}
