/**
 * Brings the feed to what the changed rows say: gives each its `sv`, enters it where it stands now, marks it gone where
 * it stood before. Works on many rows at once. Runs only inside `write()`, which holds the organisation's lock.
 */
import { getTableName, type SQL, sql } from 'drizzle-orm';
import type { Scope } from '../../shared/domain/scope.ts';
import {
  type ChildKind,
  conversationChildren,
  isChildKind,
  type SyncedKind,
} from '../../shared/domain/synced-kinds.ts';
import { tableOf } from '../db/schema.ts';
import { rowsOf, type Transaction } from '../db/server-database.ts';
import { idList, scopesOf } from './scopes-of.ts';

/** A row that was changed, or deleted when `gone`. */
export type FeedChange = { kind: SyncedKind; id: string; gone: boolean };

/** From this many rows on a seeding is under way and whole tables are joined. */
const BULK = 500;

type Numbered = { ids: string[]; svs: number[] };
type Standing = { row_id: string; scope: string };

/**
 * Settles changes, each row named once, and gives the last `sv` used and the scopes touched.
 * @param base the organisation's `sv` before
 * @throws when a changed row is not in its table
 */
export async function settleFeed(
  tx: Transaction,
  changes: readonly FeedChange[],
  base: number,
): Promise<{ sv: number; scopes: Set<Scope> }> {
  const scopes = new Set<Scope>();
  const changed = new Map<SyncedKind, Numbered>();
  const gone = new Map<SyncedKind, Numbered>();
  let sv = base;
  for (const change of changes) {
    const group = change.gone ? gone : changed;
    const numbered = group.get(change.kind) ?? { ids: [], svs: [] };
    group.set(change.kind, numbered);
    numbered.ids.push(change.id);
    numbered.svs.push(++sv);
  }

  // The planner takes the result of a common table for few rows and would join thousands of them by nested loops.
  const isBulk = changes.length > BULK;
  if (isBulk) await tx.execute(sql`set local enable_nestloop = off`);

  for (const [kind, numbered] of changed) await numberRows(tx, kind, numbered);
  for (const [kind, numbered] of gone) {
    note(scopes, await markGone(tx, kind, numbered));
    if (kind === 'conversation') await forgetChildrenOf(tx, numbered.ids, null);
  }

  const conversations = changed.get('conversation');
  if (conversations) {
    const { entered, left } = await differenceOf(tx, 'conversation', conversations.ids);
    note(scopes, await enter(tx, 'conversation', conversations));
    if (left.length > 0) await forgetChildrenOf(tx, [...new Set(left.map((standing) => standing.row_id))], left);
    if (entered.length > 0) {
      for (const kind of conversationChildren)
        sv = await bringChildren(tx, kind, entered, changed.get(kind)?.ids ?? [], sv, scopes);
    }
    if (entered.length + left.length > 0) {
      sv = await moveOrders(
        tx,
        [...entered, ...left].map((standing) => standing.row_id),
        changed.get('order')?.ids ?? [],
        sv,
        scopes,
      );
    }
  }
  for (const [kind, numbered] of changed) {
    if (kind !== 'conversation' && !isChildKind(kind)) note(scopes, await enter(tx, kind, numbered));
  }
  for (const [kind, numbered] of changed) if (isChildKind(kind)) note(scopes, await enter(tx, kind, numbered));
  if (isBulk) await tx.execute(sql`set local enable_nestloop = on`);
  return { sv, scopes };
}

function note(scopes: Set<Scope>, rows: { scope: string }[]): void {
  for (const row of rows) scopes.add(row.scope as Scope);
}

/** The rows with their numbers, as a table `v(row_id, sv)`. */
function numberedTable(numbered: Numbered): SQL {
  return sql`unnest(${idList(numbered.ids)}, ${sql.param(numbered.svs)}::bigint[]) as v(row_id, sv)`;
}

function standingTable(standings: readonly Standing[]): SQL {
  const ids = standings.map((standing) => standing.row_id);
  return sql`unnest(${idList(ids)}, ${sql.param(standings.map((standing) => standing.scope))}::text[]) as s(row_id, scope)`;
}

const tableName = (kind: SyncedKind) => sql.identifier(getTableName(tableOf[kind]));

async function numberRows(tx: Transaction, kind: SyncedKind, numbered: Numbered): Promise<void> {
  const [counted] = await rowsOf<{ n: number }>(
    tx,
    sql`with numbered as (
      update ${tableName(kind)} t set sv = v.sv from ${numberedTable(numbered)} where t.id = v.row_id returning 1
    ) select count(*)::int as n from numbered`,
  );
  if (counted?.n !== numbered.ids.length) {
    throw new Error(`append(${kind}): ${numbered.ids.length} rows were named, ${counted?.n ?? 0} exist`);
  }
}

async function markGone(tx: Transaction, kind: SyncedKind, numbered: Numbered): Promise<{ scope: string }[]> {
  return await rowsOf(
    tx,
    sql`with went as (
      update feed_entry f set gone = true, sv = v.sv from ${numberedTable(numbered)}
      where f.kind = ${kind} and f.row_id = v.row_id and not f.gone returning f.scope
    ) select distinct scope from went`,
  );
}

/** Where rows stand now and did not before, and the other way round. */
async function differenceOf(
  tx: Transaction,
  kind: SyncedKind,
  ids: string[],
): Promise<{ entered: Standing[]; left: Standing[] }> {
  const differences = await rowsOf<Standing & { is_new: boolean }>(
    tx,
    sql`with wanted as (${scopesOf(kind, ids)}),
      standing as (select row_id, scope from feed_entry where kind = ${kind} and row_id = any(${idList(ids)}) and not gone)
      select row_id, scope, true as is_new from (select row_id, scope from wanted except select row_id, scope from standing) e
      union all
      select row_id, scope, false from (select row_id, scope from standing except select row_id, scope from wanted) l`,
  );
  return { entered: differences.filter((row) => row.is_new), left: differences.filter((row) => !row.is_new) };
}

/** Enters rows in all scopes where they stand, and leaves a tombstone where they stood. */
async function enter(tx: Transaction, kind: SyncedKind, numbered: Numbered): Promise<{ scope: string }[]> {
  return await rowsOf(
    tx,
    sql`with v as (select * from ${numberedTable(numbered)}),
      wanted as (${scopesOf(kind, numbered.ids)}),
      went as (
        update feed_entry f set gone = true, sv = v.sv from v
        where f.kind = ${kind} and f.row_id = v.row_id and not f.gone
          and not exists (select 1 from wanted w where w.row_id = f.row_id and w.scope = f.scope)
        returning f.scope
      ),
      came as (
        insert into feed_entry (scope, kind, row_id, sv, gone)
        select w.scope, ${kind}, w.row_id, v.sv, false from wanted w join v on v.row_id = w.row_id
        on conflict (scope, kind, row_id) do update set sv = excluded.sv, gone = false
        returning scope
      )
      select scope from went union select scope from came`,
  );
}

/** A conversation's tombstone speaks for its children, so their entries go without one. `left` null: out of every scope. */
async function forgetChildrenOf(
  tx: Transaction,
  conversationIds: string[],
  left: readonly Standing[] | null,
): Promise<void> {
  for (const kind of conversationChildren) {
    const children = sql`select id, conversation_id from ${tableName(kind)} where conversation_id = any(${idList(conversationIds)})`;
    if (left) {
      await tx.execute(sql`delete from feed_entry f using (${children}) c, ${standingTable(left)}
        where f.kind = ${kind} and f.row_id = c.id and s.row_id = c.conversation_id and f.scope = s.scope`);
    } else {
      await tx.execute(sql`delete from feed_entry f using (${children}) c where f.kind = ${kind} and f.row_id = c.id`);
    }
  }
}

/** Enters the children of conversations in the scopes that these came into. Children that are settled themselves (`except`) are left out. */
async function bringChildren(
  tx: Transaction,
  kind: ChildKind,
  entered: readonly Standing[],
  except: readonly string[],
  base: number,
  scopes: Set<Scope>,
): Promise<number> {
  // In order of their own sv, so that a walk from the top still meets the newest first.
  const moved = await rowsOf<{ n: number; scope: string | null }>(
    tx,
    sql`with s as (select * from ${standingTable(entered)}),
      child as (
        select r.id, r.conversation_id, row_number() over (order by r.sv, r.id) as n from ${tableName(kind)} r
        where r.conversation_id in (select row_id from s)
          and not exists (select 1 from unnest(${idList(except)}) as x(id) where x.id = r.id)
      ),
      came as (
        insert into feed_entry (scope, kind, row_id, sv, gone)
        select s.scope, ${kind}, child.id, ${base}::bigint + child.n, false from child join s on s.row_id = child.conversation_id
        on conflict (scope, kind, row_id) do update set sv = excluded.sv, gone = false
        returning scope
      )
      select (select count(*)::int from child) as n, scope from (select distinct scope from came) t`,
  );
  for (const row of moved) if (row.scope !== null) scopes.add(row.scope as Scope);
  return base + (moved[0]?.n ?? 0);
}

/** Orders stand in the queues where their customer has conversations: enters and leaves with them. */
async function moveOrders(
  tx: Transaction,
  conversationIds: readonly string[],
  except: readonly string[],
  base: number,
  scopes: Set<Scope>,
): Promise<number> {
  const orders = await rowsOf<{ id: string }>(
    tx,
    sql`select o.id from "order" o where o.customer_id in
        (select customer_id from conversation where id = any(${idList([...new Set(conversationIds)])}))
      and not exists (select 1 from unnest(${idList(except)}) as x(id) where x.id = o.id) order by o.sv, o.id`,
  );
  if (orders.length === 0) return base;
  const { entered, left } = await differenceOf(
    tx,
    'order',
    orders.map((row) => row.id),
  );
  const moving = new Set([...entered, ...left].map((standing) => standing.row_id));
  if (moving.size === 0) return base;
  const numbered: Numbered = { ids: [], svs: [] };
  let sv = base;
  for (const { id } of orders) {
    if (!moving.has(id)) continue;
    numbered.ids.push(id);
    numbered.svs.push(++sv);
  }
  await tx.execute(sql`insert into feed_entry (scope, kind, row_id, sv, gone)
    select s.scope, 'order', s.row_id, v.sv, false from ${standingTable(entered)} join ${numberedTable(numbered)} on v.row_id = s.row_id
    on conflict (scope, kind, row_id) do update set sv = excluded.sv, gone = false`);
  await tx.execute(sql`update feed_entry f set gone = true, sv = v.sv
    from ${standingTable(left)}, ${numberedTable(numbered)}
    where f.kind = 'order' and f.row_id = s.row_id and f.scope = s.scope and v.row_id = s.row_id`);
  note(scopes, [...entered, ...left]);
  return sv;
}
