/** The form of a new token; afterwards the token itself, this once. */
import { useState } from 'react';
import { type ApiScope, apiScopes } from '../../../shared/administration/api-token-calls.ts';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/fields.tsx';
import { Dialog } from '../../design/overlays.tsx';
import { useText } from '../../i18n/text.ts';
import { Checks } from '../parts/checks.tsx';
import { CopyLine } from '../parts/copy-line.tsx';
import { FormDialog } from '../parts/form-dialog.tsx';
import { useChange } from '../use-administration.ts';

/** See the file's head. */
export function ApiTokenForm({ onClose }: { onClose: () => void }) {
  const t = useText();
  const make = useChange('apiTokens.make');
  const [id] = useState(() => crypto.randomUUID());
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<ApiScope[]>([]);
  const [token, setToken] = useState<string | null>(null);
  const onSave = async (): Promise<void> => {
    const made = await make.send({ id, name, scopes });
    if (made !== null) setToken(made.token);
  };
  if (token !== null)
    return (
      <Dialog
        isOpen
        title={t('apiTokens.ready', { name })}
        onClose={onClose}
        footer={
          <Button size="normal" kind="solid" onPress={onClose}>
            {t('action.close')}
          </Button>
        }
      >
        <CopyLine label={t('apiTokens.token')} text={token} more={t('apiTokens.once')} />
      </Dialog>
    );
  return (
    <FormDialog
      title={t('apiTokens.new')}
      change={make}
      onSave={() => void onSave()}
      onClose={onClose}
      saveLabel={t('apiTokens.make')}
    >
      <TextField label={t('apiTokens.name')} initial={name} onText={setName} error={make.faultAt('name')} />
      <Checks
        title={t('apiTokens.scopes')}
        more={t('apiTokens.scopesMore')}
        choices={apiScopes.map((scope) => ({ id: scope, label: t(`apiTokens.scope.${scope}`), note: scope }))}
        chosen={scopes}
        onChange={setScopes}
        error={make.faultAt('scopes')}
      />
    </FormDialog>
  );
}
