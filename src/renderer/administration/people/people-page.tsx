/** People: who works here, in which queues and teams, and who still has an invitation to take. */
import { CircleOff, Clock, Plus, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import type { AdministrationOutput } from '../../../shared/administration/contract.ts';
import { useQuery } from '../../console/use-query.ts';
import { Button } from '../../design/button.tsx';
import { Chip } from '../../design/chip.tsx';
import { EmptyState } from '../../design/states.tsx';
import { useFormat } from '../../i18n/format.ts';
import { useNow } from '../../design/use-now.ts';
import { useText } from '../../i18n/text.ts';
import { LinkDialog, type OneTimeLink } from '../parts/link-box.tsx';
import { Card, Page, Read } from '../parts/page.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useHasLine, useRead } from '../use-administration.ts';
import { PersonForm } from './person-form.tsx';
import { TeamForm } from './team-form.tsx';

type Answer = AdministrationOutput<'people.list'>;
export type PersonShown = Answer['people'][number];
export type TeamShown = Answer['teams'][number];

/** See the file's head. */
export function PeoplePage() {
  const t = useText();
  const list = useRead('people.list', {});
  const hasLine = useHasLine();
  const [person, setPerson] = useState<PersonShown | 'new' | null>(null);
  const [team, setTeam] = useState<TeamShown | 'new' | null>(null);
  const [link, setLink] = useState<{ name: string; link: OneTimeLink } | null>(null);
  const personColumns = usePersonColumns(list.data?.teams ?? []);
  const teamColumns: Column<TeamShown>[] = [
    { id: 'name', title: t('people.team'), cell: (row) => row.name },
    { id: 'people', title: t('people.count'), isNumber: true, cell: (row) => String(row.people) },
  ];
  return (
    <Page
      title={t('administration.section.people')}
      about={t('people.about')}
      actions={
        <>
          <Button size="normal" icon={Plus} isDisabled={!hasLine} onPress={() => setTeam('new')}>
            {t('people.newTeam')}
          </Button>
          <Button kind="solid" size="normal" icon={UserPlus} isDisabled={!hasLine} onPress={() => setPerson('new')}>
            {t('people.invite')}
          </Button>
        </>
      }
    >
      <Card>
        <Read of={list} offline={<SyncedPeople />}>
          {({ people }) => (
            <Table
              label={t('administration.section.people')}
              columns={personColumns}
              rows={people}
              onOpen={setPerson}
              isMuted={(row) => row.state === 'disabled'}
            />
          )}
        </Read>
      </Card>
      {list.data !== undefined && (
        <Card title={t('people.teams')}>
          {list.data.teams.length === 0 ? (
            <EmptyState icon={Users} title={t('people.noTeams')} />
          ) : (
            <Table label={t('people.teams')} columns={teamColumns} rows={list.data.teams} onOpen={setTeam} />
          )}
        </Card>
      )}
      {person !== null && list.data !== undefined && (
        <PersonForm
          person={person === 'new' ? null : person}
          teams={list.data.teams}
          onClose={() => setPerson(null)}
          onLink={(name, made) => {
            setPerson(null);
            setLink({ name, link: made });
          }}
        />
      )}
      {team !== null && <TeamForm team={team === 'new' ? null : team} onClose={() => setTeam(null)} />}
      {link !== null && <LinkDialog {...link} onClose={() => setLink(null)} />}
    </Page>
  );
}

function usePersonColumns(teams: readonly TeamShown[]): Column<PersonShown>[] {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  const queues = useQuery('settings.get', {}).data?.queues ?? [];
  const names = (ids: readonly string[], of: readonly { id: string; name: string }[]): string =>
    ids.flatMap((id) => of.find((each) => each.id === id)?.name ?? []).join('、');
  return [
    { id: 'name', title: t('people.name'), cell: (row) => row.displayName },
    { id: 'login', title: t('people.login'), cell: (row) => row.login },
    { id: 'role', title: t('people.role'), cell: (row) => t(`role.${row.role}`) },
    { id: 'queues', title: t('people.queues'), cell: (row) => names(row.queueIds, queues) },
    { id: 'teams', title: t('people.team'), cell: (row) => names(row.teamIds, teams) },
    {
      id: 'state',
      title: t('people.state'),
      cell: (row) =>
        row.state === 'disabled' ? (
          <Chip icon={CircleOff}>{t('people.disabled')}</Chip>
        ) : row.invitedUntil !== null ? (
          <Chip tone="amber" icon={Clock}>
            {t('people.invited')}
          </Chip>
        ) : row.lastSeenAt === null ? (
          t('people.neverSeen')
        ) : (
          t('people.lastSeen', { time: format.dayAndTime(row.lastSeenAt, now) })
        ),
    },
  ];
}

/** What the device knows without a line. */
function SyncedPeople() {
  const t = useText();
  const agents = useQuery('settings.get', {}).data?.agents ?? [];
  return (
    <Table
      label={t('administration.section.people')}
      rows={agents}
      columns={[
        { id: 'name', title: t('people.name'), cell: (row) => row.displayName },
        { id: 'role', title: t('people.role'), cell: (row) => t(`role.${row.role}`) },
        { id: 'state', title: t('people.state'), cell: (row) => t(`people.${row.state}`) },
      ]}
    />
  );
}
