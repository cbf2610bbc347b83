/** The form of one queue. */
import { useState } from 'react';
import { channels } from '../../../shared/domain/channel.ts';
import type { QueueId } from '../../../shared/domain/ids.ts';
import { channelName } from '../../console/channel-name.ts';
import { TextField } from '../../design/fields.tsx';
import { notify } from '../../design/notices.ts';
import { useText } from '../../i18n/text.ts';
import { FieldGroup, FormDialog } from '../parts/form-dialog.tsx';
import { useChange } from '../use-administration.ts';
import type { QueueShown } from './queues-page.tsx';

/** `queue` null: a new one. */
export function QueueForm({ queue, onClose }: { queue: QueueShown | null; onClose: () => void }) {
  const t = useText();
  const save = useChange('queues.save');
  const remove = useChange('queues.remove');
  const [id] = useState(() => queue?.id ?? (crypto.randomUUID() as QueueId));
  const [name, setName] = useState(queue?.name ?? '');
  const [targets, setTargets] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      Object.entries(queue?.replyTargets ?? {}).map(([channel, minutes]) => [channel, String(minutes)]),
    ),
  );
  const done = (title: string): void => {
    notify({ tone: 'done', title });
    onClose();
  };
  const onSave = async (): Promise<void> => {
    const given = Object.entries(targets).filter(([, minutes]) => minutes.trim() !== '');
    const replyTargets = Object.fromEntries(given.map(([channel, minutes]) => [channel, Number(minutes)]));
    const saved = await save.send({ id, seen: queue?.version ?? null, name, replyTargets });
    if (saved !== null) done(t('administration.saved'));
  };
  const onRemove = async (): Promise<void> => {
    if (queue === null) return;
    if ((await remove.send({ id, seen: queue.version })) !== null) done(t('administration.removed'));
  };
  return (
    <FormDialog
      title={t(queue === null ? 'queues.new' : 'queues.change')}
      change={save}
      onSave={() => void onSave()}
      onClose={onClose}
      {...(queue === null ? {} : { onRemove: () => void onRemove(), removing: remove })}
    >
      <TextField label={t('queues.name')} initial={name} onText={setName} error={save.faultAt('name')} />
      <FieldGroup title={t('queues.targets')} more={t('queues.targetsMore')}>
        <div className="grid grid-cols-2 gap-2">
          {channels.map((channel) => (
            <TextField
              key={channel}
              label={channelName(channel, t)}
              initial={targets[channel] ?? ''}
              onText={(minutes) => setTargets((now) => ({ ...now, [channel]: minutes }))}
              error={save.faultAt(`replyTargets.${channel}`)}
            />
          ))}
        </div>
      </FieldGroup>
    </FormDialog>
  );
}
