/** Workspaces as administrators see and change them. */
import { eq } from 'drizzle-orm';
import { workspace } from '../db/schema.ts';
import type { HandlersOfGroup } from './administration-handlers.ts';

export const workspaceHandlers: HandlersOfGroup<'workspaces'> = {
  async list({ queries, by }) {
    const all = queries.select({ id: workspace.id, name: workspace.name }).from(workspace);
    const rows = await (by.administersAll ? all : all.where(eq(workspace.id, by.workspaceId)));
    const named = rows.map((row) => ({ ...row, isOwn: row.id === by.workspaceId }));
    named.sort((a, b) => Number(b.isOwn) - Number(a.isOwn) || a.name.localeCompare(b.name, 'ja'));
    return { workspaces: named, administersAll: by.administersAll };
  },
};
