/** The fields of an account of telephone events: its number, and the secret that is made here and told once. */
import { useState } from 'react';
import type { FormOf } from '../../../shared/administration/channel-forms.ts';
import type { ChannelAccountId } from '../../../shared/domain/ids.ts';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/fields.tsx';
import { notify } from '../../design/notices.ts';
import { useText } from '../../i18n/text.ts';
import { FieldGroup } from '../parts/form-dialog.tsx';
import { useChange, useHasLine } from '../use-administration.ts';
import { CopyLine } from '../parts/copy-line.tsx';
import type { FaultAt } from './use-account-form.ts';

type Form = FormOf<'phone'>;

/** See the file's head. */
export function PhoneFields({
  form,
  faultAt,
  onChange,
}: {
  form: Form;
  faultAt: FaultAt;
  onChange: (form: Form) => void;
}) {
  const t = useText();
  return (
    <TextField
      label={t('channels.phone.address')}
      initial={form.address}
      placeholder="0120-000-000"
      error={faultAt('address')}
      onText={(address) => onChange({ ...form, address })}
    />
  );
}

/** The secrets of an account that is there. `onVersion` hears of each change, so that the form goes on from it. */
export function PhoneSecrets({
  id,
  version,
  stored,
  onVersion,
}: {
  id: ChannelAccountId;
  version: number;
  stored: readonly string[];
  onVersion: (version: number) => void;
}) {
  const t = useText();
  const hasLine = useHasLine();
  const make = useChange('channelAccounts.makeSecret');
  const end = useChange('channelAccounts.endOldSecret');
  const [made, setMade] = useState<string | null>(null);
  const makeOne = async (): Promise<void> => {
    const answer = await make.send({ id, seen: version });
    if (answer === null) return;
    setMade(answer.madeSecret);
    onVersion(answer.version);
  };
  const endOld = async (): Promise<void> => {
    const answer = await end.send({ id, seen: version });
    if (answer === null) return;
    onVersion(answer.version);
    notify({ tone: 'done', title: t('channels.phone.oldEnded') });
  };
  const fault = make.fault ?? end.fault;
  return (
    <FieldGroup title={t('channels.phone.secret')} more={t('channels.phone.secretMore')}>
      {made !== null && <CopyLine label={t('channels.phone.madeSecret')} text={made} more={t('channels.phone.once')} />}
      {fault !== null && <p className="mb-2 text-12 text-red">{fault}</p>}
      <div className="mt-2 flex flex-wrap gap-2">
        <Button isDisabled={!hasLine} isPending={make.isSending} onPress={() => void makeOne()}>
          {t('channels.phone.makeSecret')}
        </Button>
        {stored.includes('oldSecret') && (
          <Button isDisabled={!hasLine} isPending={end.isSending} onPress={() => void endOld()}>
            {t('channels.phone.endOld')}
          </Button>
        )}
      </div>
    </FieldGroup>
  );
}
