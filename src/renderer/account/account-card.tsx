/** One's own account, in the settings. */
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from '../console/use-query.ts';
import { Button } from '../design/button.tsx';
import { useText } from '../i18n/text.ts';
import { ChangePassword } from './change-password.tsx';

/** The lines of the card; its frame is the settings screen's. */
export function AccountLines() {
  const t = useText();
  const session = useQuery('session.get', {}).data;
  const [changing, setChanging] = useState(false);
  if (session?.state !== 'signedIn') return null;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 text-13">
        <p className="font-bold">{t('account.password')}</p>
        <p className="text-12 text-ink3">{t('account.passwordMore')}</p>
      </div>
      <Button icon={KeyRound} onPress={() => setChanging(true)}>
        {t('account.changePassword')}
      </Button>
      <ChangePassword login={session.login} isOpen={changing} onClose={() => setChanging(false)} />
    </div>
  );
}
