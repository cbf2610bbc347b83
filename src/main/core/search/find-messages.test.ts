/** The search finds exactly what reading every text would find, whatever the state of the index. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeSearchWorld, type SearchWorld } from '../../../../tests/support/search-world.ts';
import { seededRandom } from '../../../shared/domain/clock.ts';
import { noSearchFilter } from '../../../shared/domain/search-filter.ts';
import { write } from '../db/write.ts';
import { makeIndexer } from './indexer.ts';

let world: SearchWorld;
beforeEach(() => {
  world = makeSearchWorld(seededRandom(48_213));
});
afterEach(() => world.close());

const clock = { now: () => 1_795_000_000_000 };

async function ask(times: number): Promise<number> {
  let hits = 0;
  for (let n = 0; n < times; n++) {
    const { text, filter } = world.question();
    const judged = await world.judge(text, filter);
    expect(judged.fault).toBeNull();
    hits += judged.hits;
  }
  return hits;
}

test('the same set, order and count as LIKE over folded text, for every kind of term and filter, indexed, half indexed and changed', async () => {
  world.fill(2_000);
  while (!world.indexer.slice().isDone);
  expect(await ask(120)).toBeGreaterThan(2_000);
  world.disturb(150);
  world.fill(300);
  await ask(40);
  world.indexer.slice();
  await ask(40);
  while (!world.indexer.slice().isDone);
  await ask(40);
  expect(world.search.reader.value('select count(*) from document')).toBe(
    [...world.stored.values()].filter(({ text }) => text.trim() !== '').length,
  );
}, 120_000);

test('a rare phrase of characters that stand in nearly every message is found among thousands', async () => {
  let n = 0;
  world.fill(3_000, () =>
    n++ % 1_000 === 7 ? 'のをにがすかたので' : 'すのです たをがに のにたすがの をかで かたの がすに',
  );
  while (!world.indexer.slice().isDone);
  for (const text of ['のをにが', 'すかたの', 'をにがす', 'すか', '-のを す', 'の']) {
    const { fault } = await world.judge(text, noSearchFilter);
    expect(fault).toBeNull();
  }
  expect((await world.judge('のをにがす', noSearchFilter)).hits).toBe(3);
});

test('an index of another cache, or of another way of folding, is emptied and built again', () => {
  world.fill(1, () => '冷蔵庫');
  while (!world.indexer.slice().isDone);
  const documents = () => world.search.reader.value('select count(*) from document');
  expect(documents()).toBe(1);
  write(world.search, (writer) => writer.run("update meta set value = '0' where key = 'fold'"));
  const folded = makeIndexer(world.cache.reader, world.search, clock);
  expect(documents()).toBe(0);
  folded.slice();
  expect(documents()).toBe(1);
  write(world.cache, (writer) => {
    writer.run("update meta set value = 'another' where key = 'cacheId'");
    writer.run('delete from message');
    writer.run('delete from search_change');
  });
  const anew = makeIndexer(world.cache.reader, world.search, clock);
  expect(documents()).toBe(0);
  expect(anew.slice()).toEqual({ upTo: 0, changesUpTo: 0, isDone: true });
});
