/** Makes the one organisation of a new database, with its epoch and its secret. Changes nothing when there is one. */
import { sql } from 'drizzle-orm';
import type { Clock, Random } from '../../shared/domain/clock.ts';
import { newId } from '../../shared/domain/clock.ts';
import { organisation } from './schema.ts';
import type { ServerDatabase } from './server-database.ts';

/**
 * Gives the organisation's row, made on the first call.
 * @param random must be a source fit for secrets: it gives the key of the keyed hashes
 */
export async function ensureOrganisation(
  database: ServerDatabase,
  clock: Clock,
  random: Random,
  settings: { name: string; timeZone: string; locale: string },
): Promise<typeof organisation.$inferSelect> {
  return await database.orm.transaction(async (tx) => {
    // Two nodes that start together on an empty database must not make two.
    await tx.execute(sql`lock table organisation in exclusive mode`);
    const [found] = await tx.select().from(organisation).limit(1);
    if (found) return found;
    const [made] = await tx
      .insert(organisation)
      .values({
        id: newId(clock, random),
        ...settings,
        epoch: newId(clock, random),
        identityKey: Buffer.from(random.bytes(32)),
      })
      .returning();
    if (!made) throw new Error('the organisation was not stored');
    return made;
  });
}
