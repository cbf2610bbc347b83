/** The form of one person: what they are called, what they may, where they work, and whether they may come in. */
import { CircleOff, KeyRound, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { agentRights } from '../../../shared/administration/people-calls.ts';
import type { AgentId } from '../../../shared/domain/ids.ts';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/fields.tsx';
import { notify } from '../../design/notices.ts';
import { Segments } from '../../design/segments.tsx';
import { Toggle } from '../../design/toggle.tsx';
import { useText } from '../../i18n/text.ts';
import { Checks } from '../parts/checks.tsx';
import { FormDialog } from '../parts/form-dialog.tsx';
import type { OneTimeLink } from '../parts/link-box.tsx';
import { useChange, useRead } from '../use-administration.ts';
import type { PersonShown, TeamShown } from './people-page.tsx';

const ROLES = ['agent', 'teamLead', 'admin'] as const;
const FRESH: Pick<
  PersonShown,
  'displayName' | 'kana' | 'role' | 'queueIds' | 'rights' | 'teamIds' | 'skills' | 'administersAll'
> = {
  displayName: '',
  kana: '',
  role: 'agent',
  queueIds: [],
  rights: ['directory', 'revealPersonalData'],
  teamIds: [],
  skills: [],
  administersAll: false,
};

/** `person` null: an invitation. `onLink` shows a link that was made, and closes the form. */
export function PersonForm({
  person,
  teams,
  onClose,
  onLink,
}: {
  person: PersonShown | null;
  teams: readonly TeamShown[];
  onClose: () => void;
  onLink: (name: string, link: OneTimeLink) => void;
}) {
  const t = useText();
  const invite = useChange('people.invite');
  const save = useChange('people.save');
  const change = person === null ? invite : save;
  const queues = useRead('queues.list', {}).data?.queues ?? [];
  const mayGiveAll = useRead('workspaces.list', {}).data?.administersAll ?? false;
  const [id] = useState(() => person?.id ?? (crypto.randomUUID() as AgentId));
  const [login, setLogin] = useState('');
  const [given, setGiven] = useState(() => {
    const { displayName, kana, role, queueIds, rights, teamIds, skills, administersAll } = person ?? FRESH;
    return { displayName, kana, role, queueIds, rights, teamIds, skills, administersAll };
  });
  const set = (more: Partial<typeof given>): void => setGiven((now) => ({ ...now, ...more }));
  const onSave = async (): Promise<void> => {
    if (person === null) {
      const made = await invite.send({ ...given, id, login });
      if (made !== null) onLink(given.displayName, { path: 'invite', ...made.link });
      return;
    }
    if ((await save.send({ ...given, id, seen: person.version })) === null) return;
    notify({ tone: 'done', title: t('administration.saved') });
    onClose();
  };
  return (
    <FormDialog
      title={t(person === null ? 'people.invite' : 'people.change')}
      change={change}
      onSave={() => void onSave()}
      onClose={onClose}
      width="38rem"
      {...(person === null ? { saveLabel: t('people.inviteGo') } : {})}
    >
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label={t('people.name')}
          initial={given.displayName}
          onText={(displayName) => set({ displayName })}
          error={change.faultAt('displayName')}
        />
        <TextField
          label={t('people.kana')}
          initial={given.kana}
          onText={(kana) => set({ kana })}
          error={change.faultAt('kana')}
        />
      </div>
      {person === null ? (
        <TextField
          label={t('people.login')}
          hint={t('people.loginMore')}
          onText={setLogin}
          error={invite.faultAt('login')}
        />
      ) : (
        <p className="text-13 text-ink2">{t('people.loginIs', { login: person.login })}</p>
      )}
      <Segments
        label={t('people.role')}
        chosen={given.role}
        onChoose={(role) => set({ role, administersAll: role === 'admin' && given.administersAll })}
        choices={ROLES.map((role) => ({ id: role, label: t(`role.${role}`) }))}
      />
      {change.faultAt('role') !== undefined && <p className="text-12 text-red">{change.faultAt('role')}</p>}
      {given.role === 'admin' && mayGiveAll && (
        <Toggle
          isOn={given.administersAll}
          onChange={(administersAll) => set({ administersAll })}
          more={t('people.administersAllMore')}
        >
          {t('people.administersAll')}
        </Toggle>
      )}
      {change.faultAt('administersAll') !== undefined && (
        <p className="text-12 text-red">{change.faultAt('administersAll')}</p>
      )}
      <Checks
        title={t('people.queues')}
        choices={queues.map((queue) => ({ id: queue.id, label: queue.name }))}
        chosen={given.queueIds}
        onChange={(queueIds) => set({ queueIds })}
        error={change.faultAt('queueIds')}
      />
      {teams.length > 0 && (
        <Checks
          title={t('people.teams')}
          choices={teams.map((team) => ({ id: team.id, label: team.name }))}
          chosen={given.teamIds}
          onChange={(teamIds) => set({ teamIds })}
          error={change.faultAt('teamIds')}
        />
      )}
      <Checks
        title={t('people.rights')}
        choices={agentRights.map((right) => ({
          id: right,
          label: t(`people.right.${right}`),
          note: t(`people.right.${right}.more`),
        }))}
        chosen={given.rights}
        onChange={(rights) => set({ rights })}
      />
      <TextField
        label={t('people.skills')}
        hint={t('people.skillsMore')}
        initial={given.skills.join('、')}
        onText={(text) =>
          set({
            skills: text
              .split(/[、,，]/)
              .map((one) => one.trim())
              .filter((one) => one !== ''),
          })
        }
        error={change.faultAt('skills')}
      />
      {person !== null && <PersonActs person={person} onClose={onClose} onLink={onLink} />}
    </FormDialog>
  );
}

/** What happens at once and not with saving: a new link, shutting out, letting in again. */
function PersonActs({
  person,
  onClose,
  onLink,
}: {
  person: PersonShown;
  onClose: () => void;
  onLink: (name: string, link: OneTimeLink) => void;
}) {
  const t = useText();
  const setState = useChange('people.setState');
  const makeLink = useChange('people.makeLink');
  const [isSure, setSure] = useState(false);
  const isActive = person.state === 'active';
  const onState = async (): Promise<void> => {
    if (isActive && !isSure) return setSure(true);
    const state = isActive ? 'disabled' : 'active';
    if ((await setState.send({ id: person.id, seen: person.version, state })) === null) return;
    notify({ tone: 'done', title: t(isActive ? 'people.nowDisabled' : 'people.nowActive') });
    onClose();
  };
  const onMakeLink = async (): Promise<void> => {
    const made = await makeLink.send({ id: person.id });
    if (made !== null) onLink(person.displayName, { path: made.isInvitation ? 'invite' : 'reset', ...made.link });
  };
  const fault = setState.fault ?? makeLink.fault;
  return (
    <div className="grid gap-2 border-t border-line pt-3">
      <div className="flex flex-wrap gap-2">
        {isActive && (
          <Button icon={KeyRound} isPending={makeLink.isSending} onPress={() => void onMakeLink()}>
            {t(person.invitedUntil === null ? 'people.makeReset' : 'people.inviteAgain')}
          </Button>
        )}
        <Button
          kind={isSure ? 'danger' : 'plain'}
          icon={isActive ? CircleOff : RotateCcw}
          isPending={setState.isSending}
          onPress={() => void onState()}
        >
          {t(isActive ? (isSure ? 'people.disableSure' : 'people.disable') : 'people.enable')}
        </Button>
      </div>
      {isSure && <p className="text-12 text-ink2">{t('people.disableMore')}</p>}
      {fault !== null && (
        <p role="alert" className="text-13 text-red">
          {fault}
        </p>
      )}
    </div>
  );
}
