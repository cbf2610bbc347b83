/** A link that works once, to be copied: shown once, because the server keeps its hash alone. */
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from '../../console/use-query.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/overlays.tsx';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.ts';

export type OneTimeLink = { path: 'invite' | 'reset'; word: string; expiresAt: number };

/** `name`: for whom it is. */
export function LinkDialog({ name, link, onClose }: { name: string; link: OneTimeLink; onClose: () => void }) {
  const t = useText();
  const format = useFormat();
  const serverUrl = useQuery('session.get', {}).data?.serverUrl ?? '';
  const [isCopied, setCopied] = useState(false);
  const address = `${serverUrl.replace(/\/$/, '')}/${link.path}#${link.word}`;
  const title = t(link.path === 'invite' ? 'people.inviteLink' : 'people.resetLink', { name });
  return (
    <Dialog
      isOpen
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button size="normal" onPress={onClose}>
            {t('action.close')}
          </Button>
          <Button
            size="normal"
            kind="solid"
            icon={isCopied ? Check : Copy}
            onPress={() => void navigator.clipboard.writeText(address).then(() => setCopied(true))}
          >
            {t(isCopied ? 'administration.copied' : 'administration.copy')}
          </Button>
        </>
      }
    >
      <p className="text-13">{t('people.linkMore')}</p>
      <input
        readOnly
        aria-label={title}
        value={address}
        onFocus={(event) => event.currentTarget.select()}
        className="num mt-2 h-8 w-full rounded-md border border-strong bg-sunken px-2.5 text-13"
      />
      <p className="num mt-1.5 text-12 text-ink3">
        {t('people.linkUntil', { time: format.dayAndTime(link.expiresAt, link.expiresAt) })}
      </p>
    </Dialog>
  );
}
