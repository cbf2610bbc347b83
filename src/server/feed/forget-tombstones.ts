/** Forgets tombstones older than 30 days and raises the horizon over them: an older cursor walks its scope again. */
import { and, desc, eq, lt, lte } from 'drizzle-orm';
import { feedEntry, organisation, svMark } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';

/** As `sync.md` promises to a console that was away on holiday. */
const KEEP_FOR_MS = 30 * 24 * 3_600_000;

/** Run daily: notes where `sv` stands now, so that in 30 days it is known what is old. Gives the number of tombstones forgotten. */
export async function forgetTombstones(database: ServerDatabase, source: Source): Promise<number> {
  const { result } = await write(database, source, async (w) => {
    const [owner] = await w.tx.select({ sv: organisation.sv }).from(organisation);
    if (!owner) return 0;
    await w.tx.insert(svMark).values({ at: w.now, sv: owner.sv }).onConflictDoNothing();
    const [old] = await w.tx
      .select()
      .from(svMark)
      .where(lte(svMark.at, w.now - KEEP_FOR_MS))
      .orderBy(desc(svMark.at))
      .limit(1);
    if (!old) return 0;
    const forgotten = await w.tx
      .delete(feedEntry)
      .where(and(eq(feedEntry.gone, true), lte(feedEntry.sv, old.sv)))
      .returning({ scope: feedEntry.scope });
    if (forgotten.length > 0) await w.tx.update(organisation).set({ horizon: old.sv });
    await w.tx.delete(svMark).where(lt(svMark.at, old.at));
    return forgotten.length;
  });
  return result;
}
