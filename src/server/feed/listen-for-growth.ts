/**
 * Hears over PostgreSQL's LISTEN what other nodes have committed and passes it to this node's hub. The message says only
 * "these scopes stand at sv N". While the line is down nothing is heard, so after it is back all scopes are looked at.
 */
import pg from 'pg';
import { z } from 'zod';
import { scopeSchema } from '../../shared/domain/scope.ts';
import type { FeedHub } from './feed-hub.ts';

export const GROWTH_CHANNEL = 'kanade_feed';
/** Bytes of one NOTIFY; PostgreSQL takes less than 8,000. */
export const LARGEST_GROWTH = 7_000;
const RECONNECT_AFTER_MS = 1_000;

export const growthSchema = z.object({ sv: z.number().int(), scopes: z.array(scopeSchema).nullable() });

/** Starts listening; the returned function ends it. The first connection must succeed, later ones are tried for ever. */
export async function listenForGrowth(url: string, hub: FeedHub): Promise<() => Promise<void>> {
  let stopped = false;
  let client = await connect();
  let timer: NodeJS.Timeout | undefined;

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client({ connectionString: url });
    next.on('notification', (notification) => {
      const growth = growthSchema.safeParse(parseJson(notification.payload ?? ''));
      if (growth.success) hub.publish(growth.data);
    });
    next.on('error', () => {});
    await next.connect();
    await next.query(`listen ${GROWTH_CHANNEL}`);
    // From here on the end of the line is news; before, `connect` itself has failed.
    next.on('end', () => {
      if (!stopped) timer = setTimeout(() => void reconnect(), RECONNECT_AFTER_MS);
    });
    return next;
  }

  async function reconnect(): Promise<void> {
    if (stopped) return;
    try {
      client = await connect();
      const { rows } = await client.query<{ sv: number }>('select sv from organisation');
      const sv = rows[0]?.sv;
      if (sv !== undefined) hub.publish({ sv, scopes: null });
    } catch {
      timer = setTimeout(() => void reconnect(), RECONNECT_AFTER_MS);
    }
  }

  return async () => {
    stopped = true;
    clearTimeout(timer);
    await client.end();
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
