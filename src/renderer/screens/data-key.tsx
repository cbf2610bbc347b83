/** The key of the data on this device: brought under a new one when the agent wishes. Shows no key. */
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useOrder } from '../console/use-order.ts';
import { Button } from '../design/button.tsx';
import { notify } from '../design/notices.ts';
import { useText } from '../i18n/text.ts';

/** A line at the foot of a card. */
export function DataKey() {
  const t = useText();
  const order = useOrder();
  const [busy, setBusy] = useState(false);
  const renew = async (): Promise<void> => {
    setBusy(true);
    const done = await order((api) => api.session.renewKey({}));
    setBusy(false);
    if (done) notify({ tone: 'done', title: t('storage.keyRenewed') });
  };
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-3">
      <p className="min-w-0 flex-1 text-12 text-ink2">{t('storage.key')}</p>
      <Button icon={KeyRound} isPending={busy} onPress={() => void renew()}>
        {t('storage.renewKey')}
      </Button>
    </div>
  );
}
