/** Webhooks as administrators see and change them, with the log of what was sent. */
import { and, desc, eq, sql } from 'drizzle-orm';
import type { Random } from '../../shared/domain/clock.ts';
import { organisation, webhook, webhookDelivery } from '../db/schema.ts';
import { sealSettings } from '../db/seal-settings.ts';
import type { Queries } from '../db/server-database.ts';
import type { HandlersOfGroup } from './administration-handlers.ts';
import { Fault } from './fault.ts';
import { versionsOf } from './record-change.ts';

const MOST_SHOWN = 100;

export type WebhookParts = { masterKey: Uint8Array; random: Random; wake(): void };

/** @param parts `random` must be fit for secrets */
export function webhookHandlers({ masterKey, random, wake }: WebhookParts): HandlersOfGroup<'webhooks'> {
  return {
    async list({ queries, workspaceId }) {
      const counted = (state: 'waiting' | 'failed') =>
        sql<number>`(select count(*)::int from ${webhookDelivery} d where d.webhook_id = ${webhook.id} and d.state = ${state})`;
      const rows = await queries
        .select({ of: webhook, waiting: counted('waiting'), failed: counted('failed') })
        .from(webhook)
        .where(eq(webhook.workspaceId, workspaceId))
        .orderBy(webhook.name);
      const ids = rows.map(({ of }) => of.id);
      const versions = await versionsOf(queries, 'webhook', ids);
      return {
        webhooks: rows.map(({ of: { id, name, url, events, isPaused }, waiting, failed }) => {
          return { id, version: versions.get(id) ?? 0, name, url, events, isPaused, waiting, failed };
        }),
      };
    },

    async save(on, { id, seen, ...given }) {
      const [known] = await on.w.tx.select().from(webhook).where(eq(webhook.id, id));
      if (known && known.workspaceId !== on.workspaceId) throw new Fault('unknown');
      const { name, url, events, isPaused } = known ?? given;
      const before = known ? { name, url, events, isPaused } : null;
      const version = await on.record({ kind: 'webhook', id, seen, before, after: given });
      if (known) {
        // What happened while it was paused is not told afterwards: it would come in a flood.
        const seenSv = known.isPaused && !given.isPaused ? await standOf(on.w.tx) : known.seenSv;
        await on.w.tx
          .update(webhook)
          .set({ ...given, seenSv })
          .where(eq(webhook.id, id));
        return { version, secret: null };
      }
      const secret = `whsec_${Buffer.from(random.bytes(32)).toString('base64url')}`;
      await on.w.tx.insert(webhook).values({
        id,
        workspaceId: on.workspaceId,
        ...given,
        sealedSecret: sealSettings(masterKey, { secret }, random),
        seenSv: await standOf(on.w.tx),
        createdAt: on.now,
      });
      return { version, secret };
    },

    async remove(on, { id, seen }) {
      const known = await find(on.w.tx, on.workspaceId, id);
      await on.record({ kind: 'webhook', id, seen, before: { name: known.name, url: known.url }, after: null });
      await on.w.tx.delete(webhook).where(eq(webhook.id, id));
      return {};
    },

    async deliveries({ queries, workspaceId }, { id }) {
      await find(queries, workspaceId, id);
      const rows = await queries
        .select()
        .from(webhookDelivery)
        .where(eq(webhookDelivery.webhookId, id))
        .orderBy(desc(webhookDelivery.createdAt), desc(webhookDelivery.id))
        .limit(MOST_SHOWN);
      return {
        deliveries: rows.map((row) => {
          const { event, state, tries, lastStatus, lastError, createdAt, updatedAt } = row;
          return { id: row.id, event, state, tries, lastStatus, lastError, createdAt, updatedAt };
        }),
      };
    },

    async sendAgain(on, { deliveryId }) {
      const [known] = await on.w.tx
        .select({ id: webhookDelivery.id })
        .from(webhookDelivery)
        .innerJoin(webhook, eq(webhook.id, webhookDelivery.webhookId))
        .where(and(eq(webhookDelivery.id, deliveryId), eq(webhook.workspaceId, on.workspaceId)));
      if (!known) throw new Fault('unknown');
      await on.w.tx
        .update(webhookDelivery)
        .set({ state: 'waiting', tries: 0, notBefore: on.now, updatedAt: on.now })
        .where(eq(webhookDelivery.id, deliveryId));
      on.w.afterCommit(wake);
      return {};
    },
  };
}

/** The organisation's `sv` now. */
async function standOf(queries: Queries): Promise<number> {
  const [now] = await queries.select({ sv: organisation.sv }).from(organisation);
  return now?.sv ?? 0;
}

async function find(queries: Queries, workspaceId: string, id: string): Promise<typeof webhook.$inferSelect> {
  const [found] = await queries.select().from(webhook).where(eq(webhook.id, id));
  if (found?.workspaceId !== workspaceId) throw new Fault('unknown');
  return found;
}
