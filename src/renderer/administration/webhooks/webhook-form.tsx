/** The form of one webhook; after a new one its secret, this once. */
import { useState } from 'react';
import { type WebhookEvent, webhookEvents } from '../../../shared/administration/webhook-calls.ts';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/fields.tsx';
import { notify } from '../../design/notices.ts';
import { Dialog } from '../../design/overlays.tsx';
import { useText } from '../../i18n/text.ts';
import { Checks } from '../parts/checks.tsx';
import { CopyLine } from '../parts/copy-line.tsx';
import { FormDialog } from '../parts/form-dialog.tsx';
import { useChange } from '../use-administration.ts';
import type { WebhookShown } from './webhooks-page.tsx';

/** `webhook` null: a new one. */
export function WebhookForm({ webhook, onClose }: { webhook: WebhookShown | null; onClose: () => void }) {
  const t = useText();
  const save = useChange('webhooks.save');
  const remove = useChange('webhooks.remove');
  const [id] = useState(() => webhook?.id ?? crypto.randomUUID());
  const [name, setName] = useState(webhook?.name ?? '');
  const [url, setUrl] = useState(webhook?.url ?? 'https://');
  const [events, setEvents] = useState<WebhookEvent[]>(webhook?.events ?? []);
  const [paused, setPaused] = useState<'paused'[]>(webhook?.isPaused === true ? ['paused'] : []);
  const [secret, setSecret] = useState<string | null>(null);
  const done = (title: string): void => {
    notify({ tone: 'done', title });
    onClose();
  };
  const onSave = async (): Promise<void> => {
    const given = { name, url: url.trim(), events, isPaused: paused.length > 0 };
    const saved = await save.send({ id, seen: webhook?.version ?? null, ...given });
    if (saved === null) return;
    if (saved.secret === null) done(t('administration.saved'));
    else setSecret(saved.secret);
  };
  const onRemove = async (): Promise<void> => {
    if (webhook === null) return;
    if ((await remove.send({ id, seen: webhook.version })) !== null) done(t('administration.removed'));
  };
  if (secret !== null)
    return (
      <Dialog
        isOpen
        title={t('webhooks.ready', { name })}
        onClose={onClose}
        footer={
          <Button size="normal" kind="solid" onPress={onClose}>
            {t('action.close')}
          </Button>
        }
      >
        <CopyLine label={t('webhooks.secret')} text={secret} more={t('webhooks.once')} />
      </Dialog>
    );
  return (
    <FormDialog
      title={t(webhook === null ? 'webhooks.new' : 'webhooks.change')}
      change={save}
      onSave={() => void onSave()}
      onClose={onClose}
      {...(webhook === null ? {} : { onRemove: () => void onRemove(), removing: remove })}
    >
      <TextField label={t('webhooks.name')} initial={name} onText={setName} error={save.faultAt('name')} />
      <TextField label={t('webhooks.url')} initial={url} onText={setUrl} error={save.faultAt('url')} />
      <Checks
        title={t('webhooks.events')}
        choices={webhookEvents.map((event) => ({ id: event, label: t(`webhooks.event.${event}`), note: event }))}
        chosen={events}
        onChange={setEvents}
        error={save.faultAt('events')}
      />
      {webhook !== null && (
        <Checks
          title={t('webhooks.state')}
          choices={[{ id: 'paused', label: t('webhooks.pause'), note: t('webhooks.pauseMore') }]}
          chosen={paused}
          onChange={setPaused}
        />
      )}
    </FormDialog>
  );
}
