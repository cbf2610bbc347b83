/** The form of one team. */
import { useState } from 'react';
import type { TeamId } from '../../../shared/administration/people-calls.ts';
import { TextField } from '../../design/fields.tsx';
import { notify } from '../../design/notices.ts';
import { useText } from '../../i18n/text.ts';
import { FormDialog } from '../parts/form-dialog.tsx';
import { useChange } from '../use-administration.ts';
import type { TeamShown } from './people-page.tsx';

/** `team` null: a new one. */
export function TeamForm({ team, onClose }: { team: TeamShown | null; onClose: () => void }) {
  const t = useText();
  const save = useChange('people.saveTeam');
  const remove = useChange('people.removeTeam');
  const [id] = useState(() => team?.id ?? (crypto.randomUUID() as TeamId));
  const [name, setName] = useState(team?.name ?? '');
  const done = (title: string): void => {
    notify({ tone: 'done', title });
    onClose();
  };
  const onSave = async (): Promise<void> => {
    if ((await save.send({ id, seen: team?.version ?? null, name })) !== null) done(t('administration.saved'));
  };
  const onRemove = async (): Promise<void> => {
    if (team !== null && (await remove.send({ id, seen: team.version })) !== null) done(t('administration.removed'));
  };
  return (
    <FormDialog
      title={t(team === null ? 'people.newTeam' : 'people.changeTeam')}
      change={save}
      onSave={() => void onSave()}
      onClose={onClose}
      {...(team === null ? {} : { onRemove: () => void onRemove(), removing: remove })}
    >
      <TextField label={t('people.teamName')} initial={name} onText={setName} error={save.faultAt('name')} />
    </FormDialog>
  );
}
