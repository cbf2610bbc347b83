/** Teams: names under which people are found. Who is in one stands with the person. */
import { and, eq, ne, sql } from 'drizzle-orm';
import type { TeamId } from '../../shared/administration/people-calls.ts';
import { agent, team } from '../db/schema.ts';
import { rowsOf } from '../db/server-database.ts';
import type { Changing, HandlersOfGroup, Reading } from './administration-handlers.ts';
import { Fault } from './fault.ts';
import { versionsOf } from './record-change.ts';

/** With how many active people are in each. */
export async function listTeams({ queries, workspaceId }: Reading) {
  const rows = await rowsOf<{ id: TeamId; name: string; people: number }>(
    queries,
    sql`select t.id, t.name,
      (select count(*)::int from ${agent} a where a.state = 'active' and a.team_ids ? t.id::text) as people
      from ${team} t where t.workspace_id = ${workspaceId} order by t.name`,
  );
  const versions = await versionsOf(
    queries,
    'team',
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({ ...row, version: versions.get(row.id) ?? 0 }));
}

export const saveTeam: HandlersOfGroup<'people'>['saveTeam'] = async (on, { id, seen, name }) => {
  const found = await findTeam(on, id);
  const [other] = await on.w.tx
    .select({ id: team.id })
    .from(team)
    .where(and(eq(team.workspaceId, on.workspaceId), eq(team.name, name), ne(team.id, id)));
  if (other) throw new Fault('taken', 'name');
  const version = await on.record({ kind: 'team', id, seen, before: found && { name: found.name }, after: { name } });
  await on.w.tx
    .insert(team)
    .values({ id, workspaceId: on.workspaceId, name })
    .onConflictDoUpdate({ target: team.id, set: { name } });
  return { version };
};

export const removeTeam: HandlersOfGroup<'people'>['removeTeam'] = async (on, { id, seen }) => {
  const found = await findTeam(on, id);
  if (found === null) throw new Fault('unknown');
  await on.record({ kind: 'team', id, seen, before: { name: found.name }, after: null });
  await on.w.tx.execute(sql`update ${agent} set team_ids = team_ids - ${id}::text where team_ids ? ${id}::text`);
  await on.w.tx.delete(team).where(eq(team.id, id));
  return {};
};

async function findTeam(on: Changing, id: TeamId) {
  const [found] = await on.w.tx.select().from(team).where(eq(team.id, id));
  if (found !== undefined && found.workspaceId !== on.workspaceId) throw new Fault('unknown');
  return found ?? null;
}
