import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { pgliteTemplate } from '../../../tests/support/databases.ts';
import { seededRandom } from '../../shared/domain/clock.ts';
import { ensureOrganisation } from '../db/ensure-organisation.ts';
import { openDb } from '../db/open-db.ts';
import { rowsOf } from '../db/server-database.ts';
import { demoAccounts, isDemoCentre, seedDemo } from './seed-demo.ts';

const clock = { now: () => Date.UTC(2026, 10, 23, 2, 0) };

describe('the demo centre', () => {
  test('is large enough, all in the feed, and has work in every urgency group', { timeout: 120_000 }, async () => {
    const database = await openDb({ memory: true, from: await pgliteTemplate() });
    const random = seededRandom(1);
    await ensureOrganisation(database, clock, random, { name: 'demo', timeZone: 'Asia/Tokyo', locale: 'ja' });
    const started = performance.now();
    const seeded = await seedDemo({
      database,
      source: { clock, random },
      hashPassword: async (p) => `hash:${p}`,
      seal: () => 'sealed',
    });
    console.log('seeded in', Math.round(performance.now() - started), 'ms', seeded);
    expect(seeded.customers).toBeGreaterThanOrEqual(300);
    expect(seeded.conversations).toBeGreaterThanOrEqual(2_000);
    expect(seeded.messages).toBeGreaterThanOrEqual(20_000);
    expect(await isDemoCentre(database)).toBe(true);
    const count = async (statement: ReturnType<typeof sql>) =>
      Number((await rowsOf<{ n: number }>(database.orm, statement))[0]?.n);
    const now = clock.now();
    expect(
      await count(
        sql`select count(*) as n from message m where not exists (select 1 from feed_entry f where f.row_id = m.id)`,
      ),
    ).toBe(0);
    expect(await count(sql`select count(*) as n from conversation where due_at < ${now}`)).toBeGreaterThan(0);
    expect(
      await count(sql`select count(*) as n from conversation where due_at between ${now} and ${now + 900_000}`),
    ).toBeGreaterThan(2);
    expect(await count(sql`select count(*) as n from conversation where status = 'pending'`)).toBeGreaterThan(1);
    expect(await count(sql`select count(distinct channel) as n from conversation`)).toBe(6);
    expect(await count(sql`select count(*) as n from call`)).toBeGreaterThan(100);
    expect(demoAccounts()).toHaveLength(5);
    await expect(
      seedDemo({ database, source: { clock, random }, hashPassword: async (p) => p, seal: () => '' }),
    ).rejects.toThrow('empty');
    await database.close();
  });
});
