/** Looks for terms by reading messages one by one: what the index has not reached, and everything while there is no index. */
import { foldText } from '../../../shared/domain/fold-text.ts';
import type { Reader } from '../db/connection.ts';
import { holdsAll } from './terms.ts';

/** Messages read before others get their turn. 500 messages fold in about 3 ms. */
const SLICE = 500;

export type Hit = { n: number; receivedAt: number };
type Text = Hit & { text: string; channel: string };

const COLUMNS = 'n, text, received_at as receivedAt, channel';

/** Reads the messages above `after`, slice by slice, and gives those that hold all terms. */
export async function scanMessages(
  cache: Reader,
  terms: readonly string[],
  channel: string | null,
  after: number,
  pause: () => Promise<void>,
): Promise<Hit[]> {
  const hits: Hit[] = [];
  let last = after;
  for (;;) {
    const rows = cache.all<Text>(`select ${COLUMNS} from message where n > ? order by n limit ?`, last, SLICE);
    hits.push(...matching(rows, terms, channel));
    last = rows.at(-1)?.n ?? last;
    if (rows.length < SLICE) return hits;
    await pause();
  }
}

/** Reads the messages with these numbers; one that is gone is left out. */
export function scanNumbered(
  cache: Reader,
  terms: readonly string[],
  channel: string | null,
  ns: Iterable<number>,
): Hit[] {
  const rows = cache.all<Text>(
    `select ${COLUMNS} from message where n in (select value from json_each(?))`,
    JSON.stringify([...ns]),
  );
  return matching(rows, terms, channel);
}

function matching(rows: readonly Text[], terms: readonly string[], channel: string | null): Hit[] {
  return rows
    .filter((row) => (channel === null || row.channel === channel) && holdsAll(foldText(row.text), terms))
    .map(({ n, receivedAt }) => ({ n, receivedAt }));
}
