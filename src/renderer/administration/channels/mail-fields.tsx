/** The fields of a mail account: address and name, both servers, what happens to copies. A provider fills in what it documents. */
import { useState } from 'react';
import type { FormOf, MailServerForm } from '../../../shared/administration/channel-forms.ts';
import { TextArea, TextField } from '../../design/fields.tsx';
import { Select } from '../../design/select.tsx';
import { Segments } from '../../design/segments.tsx';
import { Toggle } from '../../design/toggle.tsx';
import { useText } from '../../i18n/text.ts';
import { FieldGroup } from '../parts/form-dialog.tsx';
import { type MailPresetId, mailPresetIds, mailPresets } from './mail-presets.ts';
import { SecretField } from './secret-field.tsx';
import type { FaultAt } from './use-account-form.ts';

type Form = FormOf<'mail'>;
type Props = {
  form: Form;
  stored: readonly string[];
  isNew: boolean;
  faultAt: FaultAt;
  onChange: (form: Form) => void;
};

/** See the file's head. */
export function MailFields({ form, stored, isNew, faultAt, onChange }: Props) {
  const t = useText();
  const [preset, setPreset] = useState<MailPresetId>('other');
  /** Fields are written into by their reader only; what a provider fills in comes with new ones. */
  const [filled, setFilled] = useState(0);
  const fill = (id: MailPresetId): void => {
    setPreset(id);
    const given = mailPresets[id];
    if (given === null) return;
    const server = (now: MailServerForm, half: 'imap' | 'smtp'): MailServerForm => ({
      ...now,
      host: given[half].host ?? '',
      port: given[half].port,
      tls: given[half].tls,
      user: now.user === '' ? form.address : now.user,
    });
    const { sentCopy, plusAddressing } = given;
    onChange({ ...form, imap: server(form.imap, 'imap'), smtp: server(form.smtp, 'smtp'), sentCopy, plusAddressing });
    setFilled((count) => count + 1);
  };
  const hosts = { xserver: 'sv1234.xserver.jp', sakura: 'example.sakura.ne.jp', other: 'mail.example.jp' };
  const hostOf = preset in hosts ? hosts[preset as keyof typeof hosts] : undefined;
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label={t('channels.mail.address')}
          type="email"
          initial={form.address}
          placeholder={t('channels.example.mail')}
          error={faultAt('address')}
          onText={(address) => onChange({ ...form, address })}
        />
        <TextField
          label={t('channels.mail.fromName')}
          initial={form.fromName}
          error={faultAt('fromName')}
          onText={(fromName) => onChange({ ...form, fromName })}
        />
      </div>
      <Select
        label={t('channels.mail.provider')}
        placeholder={t('channels.mail.preset.other')}
        chosen={preset}
        onChoose={fill}
        choices={mailPresetIds.map((id) => ({ id, label: t(`channels.mail.preset.${id}`) }))}
      />
      <p className={`text-12 ${preset === 'microsoft' ? 'text-amber' : 'text-ink3'}`}>
        {t(`channels.mail.presetMore.${preset}`)}
      </p>
      {(['imap', 'smtp'] as const).map((half) => (
        <ServerFields
          key={`${half}-${filled}`}
          half={half}
          server={form[half]}
          hostExample={hostOf}
          isStored={stored.includes(`${half}.password`)}
          faultAt={(field) => faultAt(`${half}.${field}`)}
          onChange={(server) => onChange({ ...form, [half]: server })}
        />
      ))}
      <FieldGroup title={t('channels.mail.more')}>
        <div className="grid grid-cols-2 gap-3">
          <TextField
            label={t('channels.mail.mailbox')}
            initial={form.mailbox}
            error={faultAt('mailbox')}
            onText={(mailbox) => onChange({ ...form, mailbox })}
          />
          <Select
            label={t('channels.mail.sentCopy')}
            placeholder=""
            chosen={form.sentCopy}
            onChoose={(sentCopy) => onChange({ ...form, sentCopy })}
            choices={(['append', 'server', 'none'] as const).map((id) => ({
              id,
              label: t(`channels.mail.sentCopy.${id}`),
            }))}
          />
          {isNew && (
            <Select
              label={t('channels.mail.firstFetch')}
              placeholder=""
              chosen={form.firstFetch}
              onChoose={(firstFetch) => onChange({ ...form, firstFetch })}
              choices={(['unseen', 'all', 'none'] as const).map((id) => ({
                id,
                label: t(`channels.mail.firstFetch.${id}`),
              }))}
            />
          )}
        </div>
        <div className="mt-3">
          <Toggle
            isOn={form.plusAddressing}
            onChange={(plusAddressing) => onChange({ ...form, plusAddressing })}
            more={t('channels.mail.plusMore')}
          >
            {t('channels.mail.plus')}
          </Toggle>
        </div>
      </FieldGroup>
    </>
  );
}

function ServerFields({
  half,
  server,
  hostExample,
  isStored,
  faultAt,
  onChange,
}: {
  half: 'imap' | 'smtp';
  server: MailServerForm;
  hostExample: string | undefined;
  isStored: boolean;
  faultAt: FaultAt;
  onChange: (server: MailServerForm) => void;
}) {
  const t = useText();
  const [hasOwnCa, setHasOwnCa] = useState(server.ca !== null);
  const fault = faultAt('tls');
  return (
    <FieldGroup title={t(`channels.mail.${half}`)}>
      <div className="grid grid-cols-[minmax(0,1fr)_6rem] gap-3">
        <TextField
          label={t('channels.mail.host')}
          initial={server.host}
          placeholder={hostExample}
          error={faultAt('host')}
          onText={(host) => onChange({ ...server, host })}
        />
        <TextField
          label={t('channels.mail.port')}
          initial={String(server.port)}
          error={faultAt('port')}
          onText={(port) => onChange({ ...server, port: /^\d+$/.test(port.trim()) ? Number(port) : 0 })}
        />
      </div>
      <div className="mt-3">
        <Segments
          label={t('channels.mail.tls')}
          chosen={server.tls}
          onChoose={(tls) => onChange({ ...server, tls })}
          choices={(['implicit', 'starttls', 'none'] as const).map((id) => ({
            id,
            label: t(`channels.mail.tls.${id}`),
          }))}
        />
        {fault !== undefined && <p className="mt-1 text-12 text-red">{fault}</p>}
      </div>
      <div className="mt-3 grid grid-cols-2 gap-3">
        <TextField
          label={t('channels.mail.user')}
          initial={server.user}
          error={faultAt('user')}
          {...(half === 'smtp' ? { hint: t('channels.mail.smtpUserMore') } : {})}
          onText={(user) => onChange({ ...server, user })}
        />
        <SecretField
          label={t('channels.mail.password')}
          isStored={isStored}
          error={faultAt('password')}
          onSecret={(password) => onChange({ ...server, password })}
        />
      </div>
      <div className="mt-3">
        <Toggle
          isOn={hasOwnCa}
          onChange={(isOn) => {
            setHasOwnCa(isOn);
            if (!isOn) onChange({ ...server, ca: null });
          }}
        >
          {t('channels.mail.ownCa')}
        </Toggle>
        {hasOwnCa && (
          <div className="mt-2">
            <TextArea
              label={t('channels.mail.ca')}
              initial={server.ca ?? ''}
              onText={(ca) => onChange({ ...server, ca: ca.trim() === '' ? null : ca })}
            />
          </div>
        )}
      </div>
    </FieldGroup>
  );
}
