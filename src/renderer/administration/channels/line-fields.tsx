/** The fields of a LINE account, in the order in which LINE's own console shows them. */
import type { FormOf } from '../../../shared/administration/channel-forms.ts';
import { TextField } from '../../design/fields.tsx';
import { useText } from '../../i18n/text.ts';
import { SecretField } from './secret-field.tsx';
import type { FaultAt } from './use-account-form.ts';

type Form = FormOf<'line'>;

/** See the file's head. */
export function LineFields({
  form,
  stored,
  faultAt,
  onChange,
}: {
  form: Form;
  stored: readonly string[];
  faultAt: FaultAt;
  onChange: (form: Form) => void;
}) {
  const t = useText();
  return (
    <>
      <p className="text-12 text-ink3">{t('channels.line.where')}</p>
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label={t('channels.line.address')}
          initial={form.address}
          placeholder={t('channels.example.lineId')}
          error={faultAt('address')}
          onText={(address) => onChange({ ...form, address })}
        />
        <TextField
          label={t('channels.line.channelId')}
          initial={form.channelId}
          placeholder="2000000000"
          hint={t('channels.line.channelIdMore')}
          error={faultAt('channelId')}
          onText={(channelId) => onChange({ ...form, channelId: channelId.trim() })}
        />
      </div>
      <SecretField
        label={t('channels.line.secret')}
        isStored={stored.includes('channelSecret')}
        error={faultAt('channelSecret')}
        onSecret={(channelSecret) => onChange({ ...form, channelSecret })}
      />
      <SecretField
        label={t('channels.line.token')}
        isStored={stored.includes('channelAccessToken')}
        error={faultAt('channelAccessToken')}
        hint={t('channels.line.tokenMore')}
        onSecret={(channelAccessToken) => onChange({ ...form, channelAccessToken })}
      />
    </>
  );
}
