/**
 * The one door of the administration: who asks, may they do it in this workspace, does the input fit, was it carried out
 * already. What a call does stands in the handlers; how it comes in, in `http/administration-routes.ts`.
 */
import { and, eq, lt } from 'drizzle-orm';
import { type AdministrationShape, type AdministrationKind, faultOfIssue } from '../../shared/administration/calls.ts';
import { administrationRequestSchema, findAdministrationCall } from '../../shared/administration/contract.ts';
import type { AgentId, WorkspaceId } from '../../shared/domain/ids.ts';
import type { z } from 'zod';
import { administrationChange, agent, workspace } from '../db/schema.ts';
import { openSettings, sealSettings } from '../db/seal-settings.ts';
import type { Queries, ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';
import { parseInput } from '../sync/parse-input.ts';
import type { Acting, AdministrationHandlers, Administrator, Changing, Reading } from './administration-handlers.ts';
import { Fault } from './fault.ts';
import { recordChange } from './record-change.ts';

export type AdministrationAnswer =
  | { ok: true; output: unknown }
  | { ok: false; why: 'unknown-call' | 'not-allowed' }
  | { ok: false; why: 'bad-input'; detail: string; field?: string }
  | { ok: false; why: 'fault'; fault: Fault };

export type AdministrationDoor = {
  /** @param name `group.call` of the contract · @param fromAddress for the audit */
  answer(name: string, agentId: AgentId, fromAddress: string, body: unknown): Promise<AdministrationAnswer>;
  /** Forgets what was answered to changes long ago. Run daily. */
  prune(): Promise<void>;
};

/** A console that lost an answer asks again at once or never: the answer is kept for a day. */
const ANSWERS_KEPT_MS = 24 * 3_600_000;

type Handler = (on: unknown, input: unknown) => Promise<unknown>;

/** @param masterKey seals kept answers, for one may hold a link that lets somebody in */
export function openAdministration(
  parts: { database: ServerDatabase; source: Source; masterKey: Uint8Array },
  handlers: AdministrationHandlers,
): AdministrationDoor {
  const { database, source, masterKey } = parts;

  async function carryOut(
    name: string,
    shape: AdministrationShape<AdministrationKind, z.ZodType, z.ZodType>,
    acting: Acting & { fromAddress: string; changeId: string | null },
    input: unknown,
  ): Promise<unknown> {
    const [group = '', call = ''] = name.split('.');
    const handler = (handlers as unknown as Record<string, Record<string, Handler>>)[group]?.[call];
    if (handler === undefined) throw new Error(`no handler for ${name}`);
    const { by, workspaceId, fromAddress, changeId } = acting;
    if (shape.kind === 'act') return await handler({ by, workspaceId } satisfies Acting, input);
    if (shape.kind === 'read') {
      const reading: Reading = { queries: database.orm, by, workspaceId, now: source.clock.now() };
      return await handler(reading, input);
    }
    if (changeId === null) throw new Fault('missing', 'changeId');
    const { result } = await write(database, source, async (w) => {
      const [known] = await w.tx.select().from(administrationChange).where(eq(administrationChange.id, changeId));
      if (known) {
        if (known.agentId !== by.id || known.call !== name) throw new Fault('taken', 'changeId');
        return openSettings(masterKey, known.sealedOutput);
      }
      // Asked again inside the transaction: the right may have gone between the look and the turn to write.
      if ((await findAdministrator(w.tx, by.id)) === null) throw new Fault('changed-meanwhile');
      const changing: Changing = {
        w,
        queries: w.tx,
        by,
        workspaceId,
        now: w.now,
        record: (change) => recordChange(w, { agentId: by.id, workspaceId, fromAddress }, change),
      };
      const output = await handler(changing, input);
      await w.tx.insert(administrationChange).values({
        id: changeId,
        agentId: by.id,
        call: name,
        sealedOutput: sealSettings(masterKey, output, source.random),
        at: w.now,
      });
      return output;
    });
    return result;
  }

  return {
    async answer(name, agentId, fromAddress, body) {
      const shape = findAdministrationCall(name);
      if (shape === null) return { ok: false, why: 'unknown-call' };
      const by = await findAdministrator(database.orm, agentId);
      // Before the input is looked at: who may not ask learns nothing of what would fit.
      if (by === null) return { ok: false, why: 'not-allowed' };
      const request = parseInput(administrationRequestSchema, body);
      if (!request.ok) return { ...request, why: 'bad-input' };
      const { workspaceId, changeId } = request.input;
      if (!(await mayAdminister(database.orm, by, shape, workspaceId))) return { ok: false, why: 'not-allowed' };
      const parsed = shape.input.safeParse(request.input.input);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const field = issue?.path.map(String).join('.').slice(0, 100);
        const fault = new Fault(faultOfIssue(issue ?? {}), field === '' ? undefined : field);
        return { ok: false, why: 'fault', fault };
      }
      try {
        const acting = { by, workspaceId, fromAddress, changeId };
        return { ok: true, output: await carryOut(name, shape, acting, parsed.data) };
      } catch (error) {
        if (error instanceof Fault) return { ok: false, why: 'fault', fault: error };
        throw error;
      }
    },
    async prune() {
      const before = source.clock.now() - ANSWERS_KEPT_MS;
      await database.orm.delete(administrationChange).where(lt(administrationChange.at, before));
    },
  };
}

async function findAdministrator(queries: Queries, agentId: AgentId): Promise<Administrator | null> {
  const [found] = await queries
    .select()
    .from(agent)
    .where(and(eq(agent.id, agentId), eq(agent.state, 'active'), eq(agent.role, 'admin')));
  if (found === undefined) return null;
  const { id, displayName, workspaceId, administersAll } = found;
  return { id, displayName, workspaceId, administersAll };
}

async function mayAdminister(
  queries: Queries,
  by: Administrator,
  shape: AdministrationShape<AdministrationKind, z.ZodType, z.ZodType>,
  workspaceId: WorkspaceId,
): Promise<boolean> {
  if (shape.who === 'organisation' && !by.administersAll) return false;
  if (workspaceId === by.workspaceId) return true;
  if (!by.administersAll) return false;
  const [found] = await queries.select({ id: workspace.id }).from(workspace).where(eq(workspace.id, workspaceId));
  return found !== undefined;
}
