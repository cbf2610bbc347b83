/** Fills an empty database with the demo centre 「ハルカ家電 サポート」. Runs once; says afterwards who may sign in. */
import { eq } from 'drizzle-orm';
import { seededRandom } from '../../shared/domain/clock.ts';
import { organisation, workspace } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';
import { generateHistory } from './generate-history.ts';
import { generatePeople } from './generate-people.ts';
import { generateSettings } from './generate-settings.ts';
import { storeHistory, storePeople, storeSettings } from './store-centre.ts';

export type DemoAccount = { login: string; password: string; name: string; role: string };

export type SeedParts = {
  database: ServerDatabase;
  source: Source;
  hashPassword(password: string): Promise<string>;
  /** Seals empty settings; the demo providers fill them in at each start. */
  seal(settings: unknown): string;
};

/** The same centre on every machine; only the times move with the day of the first start. */
const SEED = 20_261_123;
export const DEMO_CUSTOMERS = 320;
export const DEMO_CONVERSATIONS = 2_240;

/** Whether this database holds a demo centre; false also for an empty one. */
export async function isDemoCentre(database: ServerDatabase): Promise<boolean> {
  const [found] = await database.orm
    .select({ id: workspace.id })
    .from(workspace)
    .where(eq(workspace.isDemo, true))
    .limit(1);
  return found !== undefined;
}

/** Whether nobody has set up anything here yet. */
export async function isEmpty(database: ServerDatabase): Promise<boolean> {
  const [found] = await database.orm.select({ id: workspace.id }).from(workspace).limit(1);
  return found === undefined;
}

/** The demo's people with their passwords. They are no secret: they open invented data only, and only in a demo centre. */
export function demoAccounts(): DemoAccount[] {
  const { agents } = generateSettings(0, seededRandom(SEED));
  return Object.values(agents).map(({ login, password, displayName, role }) => ({
    login,
    password,
    name: displayName,
    role,
  }));
}

/** @throws when the database has no organisation or is not empty */
export async function seedDemo({
  database,
  source,
  hashPassword,
  seal,
}: SeedParts): Promise<{ customers: number; conversations: number; messages: number }> {
  if (!(await isEmpty(database))) throw new Error('the demo is seeded into an empty database only');
  const random = seededRandom(SEED);
  const now = source.clock.now();
  const settings = generateSettings(now, random);
  const people = generatePeople(DEMO_CUSTOMERS, settings.workspace.id, now, random);
  const history = generateHistory(settings, people, DEMO_CONVERSATIONS, now, random);
  const lastOf = new Map<string, number>();
  for (const { row } of history) lastOf.set(row.customerId, row.lastActivityAt);
  for (const { row } of people) row.lastActivityAt = lastOf.get(row.id) ?? null;
  const hashes = new Map<string, string>();
  for (const { login, password } of Object.values(settings.agents)) hashes.set(login, await hashPassword(password));
  await write(database, source, async (w) => {
    const [owner] = await w.tx.select({ key: organisation.identityKey }).from(organisation);
    if (!owner) throw new Error('the database has no organisation');
    await storeSettings(w, settings, hashes, () => seal({}));
    await storePeople(w, people, owner.key);
    await storeHistory(w, history);
  });
  return {
    customers: people.length,
    conversations: history.length,
    messages: history.reduce((sum, one) => sum + one.messages.length, 0),
  };
}
