/**
 * The newest 50 messages that hold a word, as the window asks for them, beside bare statements that read the same 50 rows
 * with the same columns from the same two files. The product also reads what is not indexed and marks what it found; what
 * the window asks for looks through customers, subjects, calls and orders besides, and is told in ms. Words of every kind: common, rare, and rare made of what is common.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { foldText } from '../src/shared/domain/fold-text.ts';
import { noSearchFilter } from '../src/shared/domain/search-filter.ts';
import { openBare } from './support/bare-store.ts';
import { filledCore, unindexed } from './support/filled-core.ts';
import { type Options, percentile, result, type Result, written } from './support/measure.ts';

const TIMES = 60;

/** `isGoal`: what goal 8 names. The rest are the worst that the texts of the benchmark allow. */
const WORDS = [
  { text: '返品', isGoal: true },
  { text: '解約手続き', isGoal: true },
  { text: '返', isGoal: true },
  { text: '幻影機関X9', isGoal: false },
  // Both halves stand in most messages, together in one of some thousands, or never.
  { text: 'によるとレシート。', isGoal: false },
  { text: 'すかまで', isGoal: false },
  { text: 'のをにが', isGoal: false },
];

/** Characters one by one, as the product's index holds them; words of Latin letters whole. */
function phraseOf(text: string): string {
  const tokens = foldText(text).match(/[a-z0-9]+|[^\s]/gu) ?? [];
  return `body : "${tokens.map((token) => (token === '。' ? '\u3002' : token)).join(' ')}"`;
}

/** Measures; seconds when the index is there, which takes five minutes at a million. */
export async function measure({ sizes }: Options): Promise<Result[]> {
  const results: Result[] = [];
  for (const size of sizes) {
    const filled = await filledCore(size);
    while ((await unindexed(filled)) > 0) await pause(500);
    const { api, files } = filled.core;
    const search = openBare(join(files, 'search.db'), { isReadonly: true });
    const cache = openBare(join(files, 'cache.db'), { isReadonly: true });
    const newest = search
      .prepare(
        `select message_n from find cross join document on document.rowid = find.rowid
         where find match ? order by find.rowid desc limit 50`,
      )
      .pluck();
    const rows = cache.prepare(
      `select message.id, conversation_id, customer_id, channel, direction, author_name, text, received_at, display_name
       from json_each(?) as wanted cross join message on message.n = wanted.value
         left join customer on customer.id = message.customer_id`,
    );
    const scan = cache.prepare<[string], number>('select count(*) from message where text like ?').pluck();
    for (const { text, isGoal } of WORDS) {
      const ask = () => api.search.all({ text, limit: 50 });
      const askMessages = () => api.search.all({ text, limit: 50, filter: { ...noSearchFilter, kind: 'message' } });
      await ask();
      const startedAt = performance.now();
      const { kind } = await api.search.counts({ text });
      const countMs = performance.now() - startedAt;
      const found = (kind.message ?? 0) + (kind.note ?? 0);
      const product: number[] = [];
      const messages: number[] = [];
      const bare: number[] = [];
      for (let n = 0; n < TIMES; n++) {
        const at = performance.now();
        await ask();
        const middle = performance.now();
        rows.all(JSON.stringify(newest.all(phraseOf(text))));
        const bareEnd = performance.now();
        await askMessages();
        messages.push(performance.now() - bareEnd);
        bare.push(bareEnd - middle);
        product.push(middle - at);
      }
      const of = `「${text}」 in ${written(size)} messages`;
      const p50 = percentile(product, 0.5);
      const there = scan.get(`%${text}%`) ?? 0;
      results.push(
        result(`8: newest 50 of ${of}, p50`, 'ms', p50, { gate: 50, target: 20, better: 'lower' }),
        result(`newest 50 of ${of}, p95`, 'ms', percentile(product, 0.95)),
        result(`bare statements for the same rows of ${of}, p50`, 'ms', percentile(bare, 0.5)),
        result(
          `8: newest 50 of ${of}, messages alone, against bare statements for the same rows`,
          'x',
          percentile(messages, 0.5) / percentile(bare, 0.5),
          isGoal ? { gate: 2, target: 1.3, better: 'lower' } : undefined,
        ),
        result(`exact counts of ${of}, with every facet`, 'ms', countMs),
        result(`8: ${of} found against a scan (${there})`, 'x', there === 0 ? Number(found === 0) : found / there, {
          gate: 1,
          target: 1,
          better: 'higher',
        }),
      );
    }
    search.close();
    cache.close();
  }
  return results;
}
