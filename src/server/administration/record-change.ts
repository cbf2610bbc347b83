/**
 * The version and the audit of everything that administrators change. One number for each thing, counted up by one with
 * each change; the audit holds what it was before and after, so that the history of a thing is its lines in the audit.
 */
import { and, eq, inArray } from 'drizzle-orm';
import type { AgentId, WorkspaceId } from '../../shared/domain/ids.ts';
import { auditEvent, settingVersion } from '../db/schema.ts';
import type { Queries } from '../db/server-database.ts';
import type { Writing } from '../db/write.ts';
import { Fault } from './fault.ts';

/** What a thing was or is, without its secrets: it is kept in clear and shown in the audit. */
export type SettingDocument = Readonly<Record<string, unknown>>;

export type SettingChange = {
  /** Name of the kind of thing: `queue`, `person`, `channelAccount` … */
  kind: string;
  id: string;
  /** The version that the administrator had on screen; null for a new thing. */
  seen: number | null;
  /** Null for a new thing. */
  before: SettingDocument | null;
  /** Null for one that goes. */
  after: SettingDocument | null;
  /** What was done, where `made`, `changed` and `removed` say too little: `disabled`, `invited`. */
  verb?: string;
};

/** Who changes, from where, in which workspace. `agentId` null: the command line or the first set-up. */
export type ChangedBy = { agentId: AgentId | null; workspaceId: WorkspaceId | null; fromAddress: string | null };

/**
 * Gives the new version. A change that changes nothing leaves no line and keeps the version.
 * @throws Fault `changed-meanwhile` when somebody was faster
 */
export async function recordChange(w: Writing, by: ChangedBy, change: SettingChange): Promise<number> {
  const { kind, id, seen, before, after } = change;
  const now = await versionOf(w.tx, kind, id);
  if (seen === null ? before !== null : seen !== now) throw new Fault('changed-meanwhile');
  const differing = differences(before, after);
  if (before !== null && after !== null && Object.keys(differing.after).length === 0 && change.verb === undefined)
    return now;
  const version = now + 1;
  await w.tx
    .insert(settingVersion)
    .values({ kind, targetId: id, version, changedAt: w.now, changedById: by.agentId })
    .onConflictDoUpdate({
      target: [settingVersion.kind, settingVersion.targetId],
      set: { version, changedAt: w.now, changedById: by.agentId },
    });
  const verb = change.verb ?? (before === null ? 'made' : after === null ? 'removed' : 'changed');
  await w.tx.insert(auditEvent).values({
    id: w.newId(),
    at: w.now,
    agentId: by.agentId,
    workspaceId: by.workspaceId,
    fromAddress: by.fromAddress,
    what: `${kind}.${verb}`,
    target: id,
    version,
    before: before === null ? null : differing.before,
    after: after === null ? null : differing.after,
  });
  return version;
}

async function versionOf(queries: Queries, kind: string, id: string): Promise<number> {
  return (await versionsOf(queries, kind, [id])).get(id) ?? 0;
}

/** The versions of things of one kind; what was never changed has none, which counts as 0. */
export async function versionsOf(queries: Queries, kind: string, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await queries
    .select({ id: settingVersion.targetId, version: settingVersion.version })
    .from(settingVersion)
    .where(and(eq(settingVersion.kind, kind), inArray(settingVersion.targetId, [...ids])));
  return new Map(rows.map((row) => [row.id, row.version]));
}

/** Of a change only the fields that differ; of what comes or goes all of them. */
function differences(
  before: SettingDocument | null,
  after: SettingDocument | null,
): { before: SettingDocument; after: SettingDocument } {
  const was: Record<string, unknown> = {};
  const is: Record<string, unknown> = {};
  for (const field of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
    const isSame = before !== null && after !== null && JSON.stringify(before[field]) === JSON.stringify(after[field]);
    if (isSame) continue;
    if (before !== null) was[field] = before[field] ?? null;
    if (after !== null) is[field] = after[field] ?? null;
  }
  return { before: was, after: is };
}
