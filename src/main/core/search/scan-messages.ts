/** Looks for terms by reading messages one by one: what the index has not reached, and everything while there is no index. */
import { foldText } from '../../../shared/domain/fold-text.ts';
import type { Reader, Value } from '../db/connection.ts';
import { holdsAll } from './terms.ts';

/** Messages read before others get their turn. 500 messages fold in about 3 ms. */
const SLICE = 500;

export type Hit = { n: number; receivedAt: number };

/** Reads messages that match `where` (SQL of ours over table `message`) and gives those that hold all terms. */
export async function scanMessages(
  cache: Reader,
  terms: readonly string[],
  channel: string | null,
  range: { where: string; values: Value[] },
  pause: () => Promise<void>,
): Promise<Hit[]> {
  const hits: Hit[] = [];
  let after = 0;
  for (;;) {
    const rows = cache.all<{ n: number; text: string; receivedAt: number; channel: string }>(
      `select n, text, received_at as receivedAt, channel from message where n > ? and (${range.where}) order by n limit ?`,
      after,
      ...range.values,
      SLICE,
    );
    for (const row of rows) {
      if (channel !== null && row.channel !== channel) continue;
      if (holdsAll(foldText(row.text), terms)) hits.push({ n: row.n, receivedAt: row.receivedAt });
    }
    const last = rows.at(-1);
    if (!last || rows.length < SLICE) return hits;
    after = last.n;
    await pause();
  }
}
