/**
 * Asks the scanner again about files that it has not answered about: it was down, or busy. What is clean is handed out from
 * then on, what is not is kept apart. Run every few minutes.
 */
import { eq } from 'drizzle-orm';
import { attachment, blob } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';
import { noteInfected } from './attachments.ts';
import type { FileStore } from './file-store.ts';
import type { Scan } from './scan-file.ts';

/** Files of one round; one that the scanner does not answer about ends the round, for it is down. */
const AT_ONCE = 50;

/** Gives how many were decided. */
export async function scanAgain(
  database: ServerDatabase,
  source: Source,
  store: FileStore,
  scan: Scan,
): Promise<number> {
  const waiting = await database.orm
    .select({ id: attachment.id, sha256: attachment.sha256, path: blob.path })
    .from(attachment)
    .innerJoin(blob, eq(blob.sha256, attachment.sha256))
    .where(eq(attachment.blockedBecause, 'notScanned'))
    .limit(AT_ONCE);
  let decided = 0;
  for (const { id, sha256, path } of waiting) {
    const bytes = await store.get(path);
    const result = await scan(bytes);
    if (result.is === 'unknown') break;
    if (result.is === 'infected') await store.quarantine(bytes);
    await write(database, source, async (w) => {
      const isInfected = result.is === 'infected';
      const set = { isBlocked: isInfected, blockedBecause: isInfected ? 'infected' : null };
      await w.tx.update(attachment).set(set).where(eq(attachment.id, id));
      if (result.is === 'infected') await noteInfected(w, id, sha256, result.name);
      w.append('attachment', [id]);
    });
    decided += 1;
  }
  return decided;
}
