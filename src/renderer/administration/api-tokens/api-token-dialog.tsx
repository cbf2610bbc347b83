/** One token that there is: what it may, and its end. */
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../design/button.tsx';
import { notify } from '../../design/notices.ts';
import { Dialog } from '../../design/overlays.tsx';
import { useText } from '../../i18n/text.ts';
import { useChange, useHasLine } from '../use-administration.ts';
import type { ApiTokenShown } from './api-tokens-page.tsx';

/** Revoking is asked twice: the other system stops at once. */
export function ApiTokenDialog({ token, onClose }: { token: ApiTokenShown; onClose: () => void }) {
  const t = useText();
  const revoke = useChange('apiTokens.revoke');
  const hasLine = useHasLine();
  const [isSure, setSure] = useState(false);
  const onRevoke = async (): Promise<void> => {
    if ((await revoke.send({ id: token.id, seen: token.version })) === null) return;
    notify({ tone: 'done', title: t('apiTokens.revoked') });
    onClose();
  };
  return (
    <Dialog
      isOpen
      title={token.name}
      onClose={onClose}
      footer={
        <>
          <span className="mr-auto">
            <Button
              size="normal"
              kind={isSure ? 'danger' : 'quiet'}
              icon={Trash2}
              isDisabled={!hasLine || revoke.isSending}
              onPress={() => (isSure ? void onRevoke() : setSure(true))}
            >
              {t(isSure ? 'apiTokens.revokeSure' : 'apiTokens.revoke')}
            </Button>
          </span>
          <Button size="normal" onPress={onClose}>
            {t('action.close')}
          </Button>
        </>
      }
    >
      {revoke.fault !== null && (
        <p role="alert" className="mb-2 text-13 text-red">
          {revoke.fault}
        </p>
      )}
      <ul className="grid grid-cols-1 gap-1 text-13">
        {token.scopes.map((scope) => (
          <li key={scope}>
            {t(`apiTokens.scope.${scope}`)} <span className="text-12 text-ink3">{scope}</span>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-12 text-ink3">{t('apiTokens.revokeMore')}</p>
    </Dialog>
  );
}
