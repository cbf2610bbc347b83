/**
 * Opens conversations in a core with 100,000 messages: the newest 50 entries as the window asks for them, while the index
 * is built in its thread and when all is quiet, beside the bare statement on the same file.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../src/shared/domain/clock.ts';
import { openBare } from './support/bare-store.ts';
import { filledCore, type FilledCore, unindexed } from './support/filled-core.ts';
import { percentile, result, type Result } from './support/measure.ts';

const OPENED = 1_500;

async function open(filled: FilledCore, pick: () => number): Promise<number> {
  const one = filled.centre.conversations[pick()];
  if (one === undefined) return 0;
  const startedAt = performance.now();
  await filled.core.api.customers.timeline({
    customerId: one.customerId,
    conversationId: one.id,
    before: null,
    limit: 50,
  });
  return (performance.now() - startedAt) * 1_000;
}

/** Measures; takes about half a minute. */
export async function measure(): Promise<Result[]> {
  const filled = await filledCore();
  const random = seededRandom(99);
  // What agents open is mostly recent: 400 conversations of the newest tenth, each several times.
  const count = filled.centre.conversations.length;
  const workingSet = Array.from({ length: 400 }, () => Math.floor(count * (0.9 + 0.1 * random.next())));
  const pick = () => workingSet[Math.floor(random.next() * workingSet.length)] ?? 0;
  for (let n = 0; n < 400; n++) await open(filled, pick);
  const busy: number[] = [];
  while (busy.length % 200 !== 0 || busy.length === 0 || (await unindexed(filled)) > 0) {
    busy.push(await open(filled, pick));
    await pause(1);
  }
  const idle: number[] = [];
  for (let n = 0; n < OPENED; n++) {
    idle.push(await open(filled, pick));
    if (n % 4 === 0) await pause(1);
  }
  const bare = openBare(join(filled.core.files, 'cache.db'), { isReadonly: true });
  const newest = bare.prepare('select * from message where conversation_id = ? order by seq desc limit 50');
  const raw = Array.from({ length: OPENED }, () => {
    const id = filled.centre.conversations[pick()]?.id;
    const startedAt = performance.now();
    newest.all(id);
    return (performance.now() - startedAt) * 1_000;
  });
  bare.close();
  return [
    result('open a conversation, core, p50', 'µs', percentile(idle, 0.5)),
    result('open a conversation, core, p95', 'µs', percentile(idle, 0.95)),
    result('the bare statement for its messages, p50', 'µs', percentile(raw, 0.5)),
    result('open a conversation against the bare statement, p50', 'x', percentile(idle, 0.5) / percentile(raw, 0.5)),
    result(
      `open a conversation while ${busy.length > 200 ? 'the index is built' : 'the index was nearly built'}, p95`,
      'µs',
      percentile(busy, 0.95),
    ),
    result('p95 while the index is built against quiet', 'x', percentile(busy, 0.95) / percentile(idle, 0.95), {
      gate: 2,
      target: 1.3,
      better: 'lower',
    }),
  ];
}
