/** People as administrators see and change them. Nobody shuts themselves out, and one administrator of all stays. */
import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import type { Random } from '../../shared/domain/clock.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import { agent, credential, device, oneTimeLink, queue, team } from '../db/schema.ts';
import type { Queries } from '../db/server-database.ts';
import { makeLink } from '../session/one-time-links.ts';
import { hashPassword } from '../session/password.ts';
import { foldLogin } from '../session/sessions.ts';
import type { Changing, HandlersOfGroup, Reading } from './administration-handlers.ts';
import { Fault } from './fault.ts';
import { versionsOf } from './record-change.ts';
import { setPersonState } from './set-person-state.ts';
import { listTeams, removeTeam, saveTeam } from './teams.ts';

const INVITATION_FOR_MS = 7 * 24 * 3_600_000;
const RESET_FOR_MS = 24 * 3_600_000;

type PersonRecord = typeof agent.$inferSelect;
/** What is compared, kept in the audit, and written. */
type Person = Pick<
  PersonRecord,
  'displayName' | 'kana' | 'role' | 'queueIds' | 'rights' | 'teamIds' | 'skills' | 'administersAll'
>;
const personOf = ({ displayName, kana, role, queueIds, rights, teamIds, skills, administersAll }: Person): Person => ({
  displayName,
  kana,
  role,
  queueIds,
  rights,
  teamIds,
  skills,
  administersAll,
});

/** @param random must be fit for secrets */
export function peopleHandlers(random: Random): HandlersOfGroup<'people'> {
  return {
    list: async (on) => ({ people: await listPeople(on), teams: await listTeams(on) }),

    async invite(on, { id, login: given, ...person }) {
      const { w, workspaceId } = on;
      const login = foldLogin(given);
      const [taken] = await w.tx.select().from(credential).where(eq(credential.login, login));
      if (taken) throw new Fault('taken', 'login');
      const [known] = await w.tx.select({ id: agent.id }).from(agent).where(eq(agent.id, id));
      if (known) throw new Fault('taken', 'id');
      await checkPerson(on, null, person);
      await w.tx.insert(agent).values({ id, workspaceId, ...personOf(person) });
      // Of a word that nobody knows: signing in fails as slowly as for anybody else.
      const passwordHash = await hashPassword(Buffer.from(random.bytes(32)).toString('base64url'), random);
      await w.tx.insert(credential).values({ agentId: id, login, passwordHash });
      const link = await makePersonLink(on, random, id, INVITATION_FOR_MS);
      const after = { login, ...personOf(person) };
      const version = await on.record({ kind: 'person', id, seen: null, before: null, after, verb: 'invited' });
      w.append('agent', [id]);
      return { version, link };
    },

    async save(on, { id, seen, ...person }) {
      const before = await findPerson(on, id);
      await checkPerson(on, before, person);
      const after = personOf(person);
      const version = await on.record({ kind: 'person', id, seen, before: personOf(before), after });
      await on.w.tx.update(agent).set(after).where(eq(agent.id, id));
      on.w.append('agent', [id]);
      return { version };
    },

    async setState(on, { id, seen, state }) {
      const found = await findPerson(on, id);
      if (id === on.by.id) throw new Fault('not-yourself');
      if (state === 'disabled') await refuseLastAdministrator(on, found);
      const before = { state: found.state };
      const version = await on.record({ kind: 'person', id, seen, before, after: { state } });
      await setPersonState(on.w, id, state);
      return { version };
    },

    async makeLink(on, { id }) {
      const found = await findPerson(on, id);
      if (found.state !== 'active') throw new Fault('unknown');
      const [account] = await on.w.tx.select().from(credential).where(eq(credential.agentId, id));
      if (!account) throw new Fault('unknown');
      const isInvitation = account.passwordChangedAt === null;
      const link = await makePersonLink(on, random, id, isInvitation ? INVITATION_FOR_MS : RESET_FOR_MS);
      const seen = (await versionsOf(on.queries, 'person', [id])).get(id) ?? 0;
      const after = { expiresAt: link.expiresAt };
      const verb = isInvitation ? 'invitedAgain' : 'resetLinkMade';
      await on.record({ kind: 'person', id, seen, before: { expiresAt: null }, after, verb });
      return { link, isInvitation };
    },

    saveTeam,
    removeTeam,
  };
}

async function makePersonLink(on: Changing, random: Random, agentId: AgentId, forMs: number) {
  return await makeLink(on.w, random, { purpose: 'resetPassword', agentId, madeBy: on.by.id, forMs });
}

async function listPeople({ queries, workspaceId, now }: Reading) {
  const rows = await queries
    .select({
      person: agent,
      login: credential.login,
      passwordChangedAt: credential.passwordChangedAt,
      lastSeenAt: sql<
        string | null
      >`(select max(${device.lastSeenAt}) from ${device} where ${device.agentId} = ${agent.id})`,
      linkUntil: sql<string | null>`(select max(${oneTimeLink.expiresAt}) from ${oneTimeLink}
        where ${oneTimeLink.agentId} = ${agent.id} and ${isNull(oneTimeLink.usedAt)})`,
    })
    .from(agent)
    .leftJoin(credential, eq(credential.agentId, agent.id))
    .where(eq(agent.workspaceId, workspaceId))
    .orderBy(agent.kana, agent.displayName);
  const versions = await versionsOf(
    queries,
    'person',
    rows.map(({ person }) => person.id),
  );
  return rows.map(({ person, login, passwordChangedAt, lastSeenAt, linkUntil }) => ({
    id: person.id,
    version: versions.get(person.id) ?? 0,
    ...personOf(person),
    state: person.state,
    login: login ?? '',
    invitedUntil: passwordChangedAt === null && Number(linkUntil ?? 0) > now ? Number(linkUntil) : null,
    lastSeenAt: lastSeenAt === null ? null : Number(lastSeenAt),
  }));
}

async function findPerson(on: Changing, id: AgentId): Promise<PersonRecord> {
  const [found] = await on.w.tx.select().from(agent).where(eq(agent.id, id));
  if (found?.workspaceId !== on.workspaceId) throw new Fault('unknown');
  return found;
}

/** The rules over what is to be written; `before` null for a new person. */
async function checkPerson(on: Changing, before: PersonRecord | null, after: Person): Promise<void> {
  const { by, workspaceId } = on;
  if (after.administersAll && after.role !== 'admin') throw new Fault('not-valid', 'administersAll');
  if (after.administersAll !== (before?.administersAll ?? false) && !by.administersAll)
    throw new Fault('not-valid', 'administersAll');
  // Who administers all is changed by such people only: otherwise a lesser one could take their role away.
  if (before?.administersAll === true && !by.administersAll) throw new Fault('not-valid', 'role');
  if (before?.id === by.id && after.role !== 'admin') throw new Fault('not-yourself', 'role');
  if (before?.administersAll === true && !after.administersAll) await refuseLastAdministrator(on, before);
  await refuseForeign(on.queries, queue, after.queueIds, workspaceId, 'queueIds');
  await refuseForeign(on.queries, team, after.teamIds, workspaceId, 'teamIds');
}

async function refuseForeign(
  queries: Queries,
  table: typeof queue | typeof team,
  ids: readonly string[],
  workspaceId: string,
  field: string,
): Promise<void> {
  if (ids.length === 0) return;
  const rows = await queries
    .select({ id: table.id })
    .from(table)
    .where(and(inArray(sql`${table.id}::text`, [...ids]), sql`${table.workspaceId} = ${workspaceId}`));
  const own = new Set<string>(rows.map((row) => row.id));
  if (ids.some((id) => !own.has(id))) throw new Fault('unknown', field);
}

async function refuseLastAdministrator(on: Changing, person: PersonRecord): Promise<void> {
  if (!person.administersAll || person.role !== 'admin' || person.state !== 'active') return;
  const [other] = await on.w.tx
    .select({ id: agent.id })
    .from(agent)
    .where(
      and(eq(agent.administersAll, true), eq(agent.role, 'admin'), eq(agent.state, 'active'), ne(agent.id, person.id)),
    )
    .limit(1);
  if (!other) throw new Fault('last-one');
}
