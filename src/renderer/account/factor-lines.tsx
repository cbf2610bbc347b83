/** How one's second factor stands, and what can be done with it. Asks the server: without a line it says so. */
import { ShieldCheck, ShieldOff } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { z } from 'zod';
import type { accountSchema } from '../../shared/account-protocol.ts';
import { useConsole } from '../console/console-context.tsx';
import { wordsFor } from '../console/words-for-refusal.ts';
import { Button } from '../design/button.tsx';
import { Chip } from '../design/chip.tsx';
import { notify } from '../design/notices.ts';
import { Dialog } from '../design/overlays.tsx';
import { useNow } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { CodeForm, SetUpFactor } from './set-up-factor.tsx';

type Factor = z.output<typeof accountSchema>['secondFactor'];
type Doing = 'setUp' | 'codes' | 'off';

/** See the file's head. */
export function FactorLines() {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  const api = useConsole();
  const [factor, setFactor] = useState<Factor | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const load = useCallback((): void => {
    api.account.get({}).then(
      (account) => {
        setFactor(account.secondFactor);
        setFault(null);
      },
      (error: unknown) => setFault(wordsFor(error, t)),
    );
  }, [api, t]);
  useEffect(load, [load]);
  const done = (): void => {
    setDoing(null);
    setCodes(null);
    load();
  };
  const turnOff = async (code: string): Promise<void> => {
    await api.account.turnFactorOff({ code });
    notify({ tone: 'done', title: t('factor.turnedOff') });
    done();
  };
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-3">
      <div className="min-w-0 flex-1 text-13">
        <p className="flex items-center gap-2 font-bold">
          {t('factor.title')}
          {factor !== null && (
            <Chip tone={factor.isOn ? 'green' : 'ink'} icon={factor.isOn ? ShieldCheck : ShieldOff}>
              {t(factor.isOn ? 'factor.on' : 'factor.off')}
            </Chip>
          )}
        </p>
        <p className="text-12 text-ink3">
          {fault ??
            (factor?.isOn === true
              ? t('factor.since', {
                  time: format.dayAndTime(factor.since ?? now, now),
                  count: factor.recoveryLeft,
                })
              : t('factor.more'))}
        </p>
      </div>
      {factor !== null && !factor.isOn && (
        <Button icon={ShieldCheck} onPress={() => setDoing('setUp')}>
          {t('factor.setUp')}
        </Button>
      )}
      {factor?.isOn === true && (
        <>
          <Button onPress={() => setDoing('codes')}>{t('factor.renewCodes')}</Button>
          {!factor.isRequired && <Button onPress={() => setDoing('off')}>{t('factor.turnOff')}</Button>}
        </>
      )}
      <Dialog title={t('factor.setUp')} isOpen={doing === 'setUp'} onClose={done} width="30rem">
        <SetUpFactor onDone={done} />
      </Dialog>
      <Dialog title={t('factor.renewCodes')} isOpen={doing === 'codes'} onClose={done} width="26rem">
        {codes === null ? (
          <CodeForm
            action={t('factor.renewCodes')}
            hint={t('factor.codeOfApp')}
            onCode={async (code) => setCodes((await api.account.renewRecoveryCodes({ code })).recoveryCodes)}
          />
        ) : (
          <RecoveryCodes codes={codes} onDone={done} />
        )}
      </Dialog>
      <Dialog title={t('factor.turnOff')} isOpen={doing === 'off'} onClose={done} width="26rem">
        <CodeForm action={t('factor.turnOff')} hint={t('factor.codeOrRecovery')} onCode={turnOff} />
      </Dialog>
    </div>
  );
}
