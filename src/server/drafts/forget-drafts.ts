/** Forgets what drafts were more than 30 days ago, and copies whose device has not been heard of for as long. */
import { lt } from 'drizzle-orm';
import { DRAFT_VERSIONS_KEPT_MS } from '../../shared/domain/draft.ts';
import { draft, draftVersion } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';
import { keepVersion } from './keep-drafts.ts';

/** Run daily. A draft that goes is kept once more as a version. Gives the numbers for the log. */
export async function forgetDrafts(
  database: ServerDatabase,
  source: Source,
): Promise<{ drafts: number; versions: number }> {
  const { result } = await write(database, source, async (w) => {
    const before = w.now - DRAFT_VERSIONS_KEPT_MS;
    const versions = await w.tx
      .delete(draftVersion)
      .where(lt(draftVersion.savedAt, before))
      .returning({ id: draftVersion.id });
    const gone = await w.tx.delete(draft).where(lt(draft.copiedAt, before)).returning();
    for (const one of gone) await keepVersion(w, one);
    w.remove(
      'draft',
      gone.map(({ id }) => id),
    );
    return { drafts: gone.length, versions: versions.length };
  });
  return result;
}
