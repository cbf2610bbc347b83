/** Tells other systems what happened: notes each happening once, sends it signed, tries again later and later, gives up after a day and a half. */
import { createHmac } from 'node:crypto';
import { and, asc, eq, inArray, lt, lte } from 'drizzle-orm';
import { webhook, webhookDelivery } from '../db/schema.ts';
import { openSettings } from '../db/seal-settings.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';
import { type Log, nameOfError } from '../log/log.ts';
import { findEvents } from './find-events.ts';
import { guardedPost, type Posted } from './guarded-post.ts';

export type WebhookRunner = {
  /** Notes what happened and sends what is due. For the durable job; resolves when nothing is due any more. */
  sweep(): Promise<void>;
  /** Forgets what was sent long ago. Run daily. */
  prune(): Promise<void>;
  stop(): Promise<void>;
};

/** Pauses after the first failed try and so on, in seconds; after the last one it waits for a person. */
const PAUSES = [30, 120, 600, 3_600, 6 * 3_600, 24 * 3_600];
const KEPT_MS = 30 * 24 * 3_600_000;
const AT_ONCE = 20;
/** Changes are gathered for this long before they are looked through, in ms. */
const GATHERED_MS = 500;

/** What the receiver compares: HMAC-SHA-256 of the time in seconds, a dot and the body, under the secret of the webhook. */
export function signatureOf(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/** @param mayBeInside webhooks may lead to this machine and its neighbours @param later calls after so many ms */
export function runWebhooks(parts: {
  database: ServerDatabase;
  source: Source;
  masterKey: Uint8Array;
  log: Log;
  mayBeInside: boolean;
  later: (afterMs: number, then: () => void) => () => void;
}): WebhookRunner {
  const { database, source, masterKey, log, mayBeInside, later } = parts;
  let underWay: Promise<void> | null = null;
  let isStopped = false;
  let isGathering = false;

  async function note(): Promise<void> {
    const known = await database.orm.select({ id: webhook.id }).from(webhook);
    for (const { id } of known) {
      for (let isMore = true; isMore && !isStopped; ) {
        const { result } = await write(database, source, async (w) => {
          const [of] = await w.tx.select().from(webhook).where(eq(webhook.id, id));
          if (!of) return false;
          const { happenings, upTo, isMore: more } = await findEvents(w.tx, of, w.now);
          if (upTo === of.seenSv) return false;
          const rows = happenings.map(({ event, key, at, data }) => {
            const deliveryId = w.newId();
            const body = JSON.stringify({ id: deliveryId, event, at: new Date(at).toISOString(), data });
            const times = { notBefore: w.now, createdAt: w.now, updatedAt: w.now };
            return { id: deliveryId, webhookId: id, eventKey: key, event, body, state: 'waiting' as const, ...times };
          });
          // A paused one forgets what happens meanwhile: it would come in a flood.
          if (rows.length > 0 && !of.isPaused) await w.tx.insert(webhookDelivery).values(rows).onConflictDoNothing();
          await w.tx.update(webhook).set({ seenSv: upTo }).where(eq(webhook.id, id));
          return more;
        });
        isMore = result;
      }
    }
  }

  /** False when nothing was due. */
  async function sendDue(): Promise<boolean> {
    const now = source.clock.now();
    const due = await database.orm
      .select({ delivery: webhookDelivery, webhook })
      .from(webhookDelivery)
      .innerJoin(webhook, eq(webhook.id, webhookDelivery.webhookId))
      .where(
        and(eq(webhookDelivery.state, 'waiting'), lte(webhookDelivery.notBefore, now), eq(webhook.isPaused, false)),
      )
      .orderBy(asc(webhookDelivery.id))
      .limit(AT_ONCE);
    await Promise.all(due.map(send));
    return due.length > 0;
  }

  async function send(of: {
    delivery: typeof webhookDelivery.$inferSelect;
    webhook: typeof webhook.$inferSelect;
  }): Promise<void> {
    const { id, body, event, tries } = of.delivery;
    const { secret } = openSettings(masterKey, of.webhook.sealedSecret) as { secret: string };
    const now = source.clock.now();
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'kanade-delivery': id,
      'kanade-event': event,
      'kanade-signature': signatureOf(secret, Math.floor(now / 1_000), body),
    };
    const posted: Posted = await guardedPost(of.webhook.url, headers, body, mayBeInside);
    const isDone = 'status' in posted && posted.status >= 200 && posted.status < 300;
    const pause = PAUSES[tries];
    const next = isDone ? ('done' as const) : pause === undefined ? ('failed' as const) : ('waiting' as const);
    await database.orm
      .update(webhookDelivery)
      .set({
        state: next,
        tries: tries + 1,
        notBefore: now + (pause ?? 0) * 1_000,
        lastStatus: 'status' in posted ? posted.status : null,
        lastError: 'error' in posted ? posted.error.slice(0, 60) : null,
        updatedAt: now,
      })
      .where(eq(webhookDelivery.id, id));
    if (!isDone) log.warn('webhooks.refused', { deliveryId: id, webhookId: of.webhook.id, tries: tries + 1 });
  }

  async function runAll(): Promise<void> {
    await note();
    while (!isStopped && (await sendDue()));
  }
  function sweep(): Promise<void> {
    underWay ??= runAll().finally(() => (underWay = null));
    return underWay;
  }
  const endListening = database.hub.listen(() => {
    if (isGathering || isStopped) return;
    isGathering = true;
    later(GATHERED_MS, () => {
      isGathering = false;
      if (!isStopped) sweep().catch((error: unknown) => log.error('webhooks.failed', nameOfError(error)));
    });
  });
  return {
    sweep,
    async prune() {
      const before = source.clock.now() - KEPT_MS;
      await database.orm
        .delete(webhookDelivery)
        .where(and(inArray(webhookDelivery.state, ['done', 'failed']), lt(webhookDelivery.updatedAt, before)));
    },
    async stop() {
      isStopped = true;
      endListening();
      await underWay?.catch(() => {});
    },
  };
}
