/** The window as a whole: nothing until the core has answered, then the sign-in screen or the desk. */
import { PlugZap } from 'lucide-react';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { Session } from '../../shared/console-shapes.ts';
import { useQuery } from '../console/use-query.ts';
import { codeOf } from '../console/words-for-refusal.ts';
import { fetchLayersSoon } from '../design/overlays.tsx';
import { ErrorState, useSlow } from '../design/states.tsx';
import { setTimeZone } from '../i18n/format.ts';
import { textNow, useText } from '../i18n/text.ts';
import { useAppearance } from '../session/appearance.tsx';
import { Desk } from './desk.tsx';

const SignIn = lazy(() => import('../session/sign-in.tsx').then((loaded) => ({ default: loaded.SignIn })));
const LockScreen = lazy(() => import('../session/lock-screen.tsx').then((loaded) => ({ default: loaded.LockScreen })));
const NoticeRegion = lazy(() =>
  import('../design/notice-region.tsx').then((loaded) => ({ default: loaded.NoticeRegion })),
);

const FactorNeeded = lazy(() =>
  import('../account/factor-needed.tsx').then((loaded) => ({ default: loaded.FactorNeeded })),
);

type SignedIn = Extract<Session, { state: 'signedIn' }>;

/** See the file's head. */
export function App() {
  useAppearance();
  const session = useQuery('session.get', {});
  useForgetCustomers(
    session.data?.state === 'signedOut' || (session.data?.state === 'signedIn' && session.data.locked !== null),
  );
  const isSlow = useSlow(session.isPending);
  const t = useText();
  const zone = session.data?.state === 'signedIn' ? session.data.workspace?.timeZone : undefined;
  useEffect(fetchLayersSoon, []);
  useEffect(() => {
    if (zone !== undefined) setTimeZone(zone);
  }, [zone]);

  if (session.data === undefined) {
    if (session.isError)
      return (
        <main className="h-full">
          <ErrorState title={t('app.noCore')} code={codeOf(session.error)} onRetry={() => void session.refetch()}>
            {t('app.noCoreMore')}
          </ErrorState>
        </main>
      );
    return isSlow ? (
      <main role="status" className="grid h-full place-content-center justify-items-center gap-3 text-13 text-ink3">
        <PlugZap size={24} aria-hidden />
        {t('app.starting')}
      </main>
    ) : null;
  }
  return (
    <>
      {session.data.state === 'signedIn' ? (
        <Inside key={session.data.agentId} session={session.data} />
      ) : (
        <Suspense fallback={null}>
          <SignIn
            serverUrl={session.data.serverUrl}
            canChooseServer={session.data.canChooseServer}
            why={session.data.why}
            lastLogin={session.data.lastLogin}
          />
        </Suspense>
      )}
      <Suspense fallback={null}>
        <NoticeRegion />
      </Suspense>
    </>
  );
}

/** The desk of whoever is signed in, or what stands in front of it. */
function Inside({ session }: { session: SignedIn }) {
  // The recovery codes come after the moment at which the server is content: they must be seen before the desk opens.
  const [isSettingUp, setSettingUp] = useState(false);
  if (session.locked !== null)
    return (
      <Suspense fallback={null}>
        <LockScreen session={session} />
      </Suspense>
    );
  if (session.mustSetUpSecondFactor || isSettingUp)
    return (
      <Suspense fallback={null}>
        <FactorNeeded onBegun={() => setSettingUp(true)} onDone={() => setSettingUp(false)} />
      </Suspense>
    );
  return <Desk session={session} />;
}

const KEPT_WHEN_CLOSED: ReadonlySet<string> = new Set(['session.get', 'device.get', 'connection.get', 'calls.signs']);

/** What one agent has seen must not stand on screen for the next one, nor behind a lock, not even for a moment. */
function useForgetCustomers(isClosed: boolean): void {
  const answers = useQueryClient();
  useEffect(() => {
    if (!isClosed) return;
    answers.removeQueries({
      predicate: ({ queryKey }) => !KEPT_WHEN_CLOSED.has(String(queryKey[0])),
    });
    document.title = textNow()('app.name');
  }, [isClosed, answers]);
}
