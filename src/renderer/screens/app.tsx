/** The window as a whole: nothing until the core has answered, then the sign-in screen or the desk. */
import { PlugZap } from 'lucide-react';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { useQuery } from '../console/use-query.ts';
import { codeOf } from '../console/words-for-refusal.ts';
import { fetchLayersSoon } from '../design/overlays.tsx';
import { ErrorState, useSlow } from '../design/states.tsx';
import { setTimeZone } from '../i18n/format.ts';
import { textNow, useText } from '../i18n/text.ts';
import { useAppearance } from '../session/appearance.tsx';
import { Desk } from './desk.tsx';

const SignIn = lazy(() => import('../session/sign-in.tsx').then((loaded) => ({ default: loaded.SignIn })));
const NoticeRegion = lazy(() =>
  import('../design/notice-region.tsx').then((loaded) => ({ default: loaded.NoticeRegion })),
);

/** See the file's head. */
export function App() {
  useAppearance();
  const session = useQuery('session.get', {});
  useForgetOnSignOut(session.data?.state === 'signedOut');
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
        <Desk key={session.data.agentId} session={session.data} />
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

/** What one agent has seen must not stand on screen for the next one, not even for a moment. */
function useForgetOnSignOut(isSignedOut: boolean): void {
  const answers = useQueryClient();
  useEffect(() => {
    if (!isSignedOut) return;
    answers.removeQueries({
      predicate: ({ queryKey }) => queryKey[0] !== 'session.get' && queryKey[0] !== 'device.get',
    });
    document.title = textNow()('app.name');
  }, [isSignedOut, answers]);
}
