/** The session ran out while the desk stays readable: says so, and takes the password without leaving the desk. */
import { KeyRound } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { TextButton } from '../design/button.tsx';
import { Dialog } from '../design/overlays.tsx';
import { useText } from '../i18n/text.ts';

const SignInForm = lazy(() => import('./sign-in.tsx').then((loaded) => ({ default: loaded.SignInForm })));

/** The bar under the top bar, and the form behind it. */
export function SessionExpired() {
  const t = useText();
  const [open, setOpen] = useState(false);
  return (
    <div
      role="status"
      className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-2.5 border-b border-amber-line bg-amber-tint px-4 py-1 text-13 text-amber"
    >
      <KeyRound size={16} aria-hidden />
      <b className="font-bold">{t('session.expired')}</b>
      <span>{t('session.expiredMore')}</span>
      <TextButton
        onPress={() => setOpen(true)}
        className="ml-auto !text-13 !font-bold !text-amber underline underline-offset-2"
      >
        {t('signIn.go')}
      </TextButton>
      <Dialog title={t('signIn.go')} isOpen={open} onClose={() => setOpen(false)} width="24rem">
        <Suspense fallback={null}>
          <SignInForm lastLogin={null} onDone={() => setOpen(false)} />
        </Suspense>
      </Dialog>
    </div>
  );
}
