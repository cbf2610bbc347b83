/**
 * The index, built in its own thread over a console's messages while an agent opens conversations: what it costs beside a
 * bare FTS insert of the same texts, and what the desk feels of it.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { indexTable, openBare } from './support/bare-store.ts';
import { type Options, result, type Result, spent, written } from './support/measure.ts';
import { syncedCentre } from './support/synced-centre.ts';
import { tokensOf } from './support/tokens.ts';

const OPENED = 1_500;
/** More texts than this are not put into the bare table: its cost for each is the same. */
const MOST_BARE = 100_000;

/** The texts of a cache into bare full-text tables as the product has them, characters and pairs; CPU in ms for each. */
function indexBarely(cachePath: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'bare-index-'));
  const cache = openBare(cachePath, { isReadonly: true });
  const texts = cache
    .prepare<[number], { n: number; text: string }>('select n, text from message order by n limit ?')
    .all(MOST_BARE);
  cache.close();
  const db = openBare(join(folder, 'search.db'));
  db.exec(indexTable);
  db.exec(indexTable.replace('find', 'find_pair'));
  const insert = db.prepare('insert into find (rowid, body) values (?, ?)');
  const insertPairs = db.prepare('insert into find_pair (rowid, body) values (?, ?)');
  const { cpuMs } = spent(() => {
    for (let at = 0; at < texts.length; at += 1_000) {
      db.exec('begin');
      for (const { n, text } of texts.slice(at, at + 1_000)) {
        insert.run(n, tokensOf(text, 'unigram'));
        insertPairs.run(n, tokensOf(text, 'bigram'));
      }
      db.exec('commit');
    }
  });
  db.close();
  rmSync(folder, { recursive: true, force: true });
  return cpuMs / texts.length;
}

/** Measures; a minute at 100,000 messages, five at a million. */
export async function measure({ sizes, rounds }: Options): Promise<Result[]> {
  const results: Result[] = [];
  for (const size of sizes) {
    const centre = await syncedCentre(size, rounds);
    const core = await centre.open();
    const built = await core.run('index', { targets: centre.targets(400), times: OPENED });
    await core.stop();
    const bareCpuMs = indexBarely(centre.cachePath);
    const bytes = (name: string) => statSync(join(dirname(centre.cachePath), name)).size;
    const of = `${written(size)} messages`;
    results.push(
      result(`index of ${of}, in its thread`, 'µs CPU/message', (built.cpuMs * 1_000) / size),
      result(`bare FTS insert of the same texts, ${of}`, 'µs CPU/message', bareCpuMs * 1_000),
      result(`9: index rate against bare FTS, ${of}, CPU over CPU`, 'x', (bareCpuMs * size) / built.cpuMs, {
        gate: 0.6,
        target: 0.8,
        better: 'higher',
      }),
      result(`index of ${of}, wall`, 's', built.wallMs / 1_000),
      result(`open a conversation while ${of} are indexed, p95`, 'µs', built.busyP95),
      result(`9: p95 of that against quiet, ${of}`, 'x', built.busyP95 / built.idleP95, {
        gate: 2,
        target: 1.3,
        better: 'lower',
      }),
      result(`13: cache.db and search.db against cache.db, ${of}`, 'x', 1 + bytes('search.db') / bytes('cache.db'), {
        gate: 1.8,
        target: 1.65,
        better: 'lower',
      }),
    );
  }
  return results;
}
