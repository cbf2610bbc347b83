/**
 * Looks for customers who may be the same person: the same telephone number, the same mail address, or the same name in
 * kana. Only suggests; joining them is a person's decision. Runs as a job over what changed since it last ran.
 */
import { eq, inArray, sql } from 'drizzle-orm';
import type { CustomerId } from '../../shared/domain/ids.ts';
import { duplicateReasons, type DuplicateReason } from '../../shared/domain/merge.ts';
import { duplicate, organisation } from '../db/schema.ts';
import { rowsOf, type ServerDatabase } from '../db/server-database.ts';
import { type Source, write, type Writing } from '../db/write.ts';
import { idList } from '../feed/scopes-of.ts';

/** A number, an address or a name that more customers than this have says nothing about who they are: a switchboard. */
const MOST_SHARING = 4;
/** Customers that are compared in one transaction. */
const AT_ONCE = 500;

type Pair = { customerId: CustomerId; otherId: CustomerId; reason: DuplicateReason };

/** Compares everybody who changed since the last run. Gives the number of new suggestions. */
export async function suggestDuplicates(database: ServerDatabase, source: Source): Promise<number> {
  let found = 0;
  for (;;) {
    const { result } = await write(database, source, compareNext);
    found += result.added;
    if (!result.more) return found;
  }
}

async function compareNext(w: Writing): Promise<{ added: number; more: boolean }> {
  const [owner] = await w.tx.select({ from: organisation.duplicatesSv }).from(organisation);
  const from = owner?.from ?? 0;
  const changed = await rowsOf<{ id: CustomerId; sv: number }>(
    w.tx,
    sql`select id, sv::float8 as sv from (
        select id, sv from customer where sv > ${from}
        union all select customer_id, sv from personal_data where sv > ${from}
      ) c order by sv limit ${AT_ONCE}`,
  );
  const last = changed.at(-1);
  if (!last) return { added: 0, more: false };
  const added = await suggestFor(w, [...new Set(changed.map(({ id }) => id))]);
  await w.tx.update(organisation).set({ duplicatesSv: last.sv });
  return { added, more: changed.length === AT_ONCE };
}

async function suggestFor(w: Writing, ids: readonly CustomerId[]): Promise<number> {
  const found = strongest(await findPairs(w, ids));
  const known = await rowsOf<{
    id: string;
    customerId: CustomerId;
    otherId: CustomerId;
    reason: string;
    state: string;
  }>(
    w.tx,
    sql`select id, customer_id as "customerId", other_id as "otherId", reason, state from duplicate
      where customer_id = any(${idList(ids)}) or other_id = any(${idList(ids)})`,
  );
  const keyOf = (pair: { customerId: string; otherId: string }) => `${pair.customerId} ${pair.otherId}`;
  const knownBy = new Map(known.map((pair) => [keyOf(pair), pair]));
  let added = 0;
  for (const pair of found.values()) {
    const before = knownBy.get(keyOf(pair));
    if (!before) {
      const id = w.newId();
      await w.tx.insert(duplicate).values({ id, ...pair });
      w.append('duplicate', [id]);
      added++;
    } else if (before.state === 'open' && before.reason !== pair.reason) {
      await w.tx.update(duplicate).set({ reason: pair.reason }).where(eq(duplicate.id, before.id));
      w.append('duplicate', [before.id]);
    }
  }
  const over = known.filter((pair) => pair.state === 'open' && !found.has(keyOf(pair))).map(({ id }) => id);
  if (over.length > 0) {
    await w.tx.delete(duplicate).where(inArray(duplicate.id, over));
    w.remove('duplicate', over);
  }
  return added;
}

/** Every pair in which one of the customers stands, the lower id first, once for each reason. */
async function findPairs(w: Writing, ids: readonly CustomerId[]): Promise<Pair[]> {
  return await rowsOf<Pair>(
    w.tx,
    sql`with mine as (
        select p.customer_id, p.kind, p.value, c.workspace_id from personal_data p join customer c on c.id = p.customer_id
        where p.customer_id = any(${idList(ids)}) and p.kind in ('phone', 'mail')
      ),
      pairs as (
        select m.customer_id as a, p.customer_id as b, case m.kind when 'phone' then 'samePhone' else 'sameMail' end as reason
        from mine m join personal_data p on p.kind = m.kind and p.value = m.value and p.customer_id <> m.customer_id
          join customer c on c.id = p.customer_id and c.workspace_id = m.workspace_id
        where (select count(distinct s.customer_id) from personal_data s where s.kind = m.kind and s.value = m.value) <= ${MOST_SHARING}
        union all
        select m.id, o.id, 'sameName' from customer m
          join customer o on o.workspace_id = m.workspace_id and o.kana = m.kana and o.id <> m.id
        where m.id = any(${idList(ids)}) and m.kana <> ''
          and (select count(*) from customer s where s.workspace_id = m.workspace_id and s.kana = m.kana) <= ${MOST_SHARING}
      )
      select distinct least(a, b) as "customerId", greatest(a, b) as "otherId", reason from pairs`,
  );
}

function strongest(pairs: readonly Pair[]): Map<string, Pair> {
  const best = new Map<string, Pair>();
  for (const pair of pairs) {
    const key = `${pair.customerId} ${pair.otherId}`;
    const before = best.get(key);
    if (!before || duplicateReasons.indexOf(pair.reason) < duplicateReasons.indexOf(before.reason)) best.set(key, pair);
  }
  return best;
}
