/** What stands in place of the desk while the agent's role asks for a second factor that is not set up yet. */
import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { useConsole } from '../console/console-context.tsx';
import { Button } from '../design/button.tsx';
import { useText } from '../i18n/text.ts';
import { SetUpFactor } from './set-up-factor.tsx';

/** `onDone`: the recovery codes were seen; the desk may open. */
export function FactorNeeded({ onBegun, onDone }: { onBegun: () => void; onDone: () => void }) {
  const t = useText();
  const api = useConsole();
  const [begun, setBegun] = useState(false);
  return (
    <div className="flex h-full flex-col overflow-y-auto bg-canvas">
      <main className="mx-auto flex w-full max-w-[32rem] flex-1 flex-col justify-center px-4 py-8">
        <div className="rounded-xl border border-line bg-surface p-5">
          <h1 className="mb-1 text-18 font-bold">{t('factor.needed')}</h1>
          <p className="mb-4 text-13 text-ink2">{t('factor.neededMore')}</p>
          {begun ? (
            <SetUpFactor onDone={onDone} />
          ) : (
            <Button
              kind="solid"
              size="large"
              autoFocus
              onPress={() => {
                onBegun();
                setBegun(true);
              }}
            >
              {t('factor.setUp')}
            </Button>
          )}
        </div>
        <div className="mt-3 flex justify-end">
          <Button kind="quiet" icon={LogOut} onPress={() => void api.session.signOut({ evenIfWaiting: true })}>
            {t('signOut.go')}
          </Button>
        </div>
      </main>
    </div>
  );
}
