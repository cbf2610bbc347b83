/**
 * `search.counts`: how much there is to find, exactly, also for each other choice of a filter. Asked after the hits,
 * because it must look at every one of them; it gives way to other questions every few milliseconds.
 */
import type { SearchCounts } from '../../../shared/console-shapes.ts';
import { missedFacets, type SearchFilter, type SearchItem } from '../../../shared/domain/search-filter.ts';
import { type ReadIndex, visitAll } from './find-messages.ts';
import { recordKinds, visitRecords } from './find-records.ts';
import { readQuestion, recordQuestion } from './question.ts';

/** See the file's head. */
export async function countAll(
  readIndex: ReadIndex,
  { text, filter }: { text: string; filter: SearchFilter },
): Promise<SearchCounts> {
  const question = readQuestion(text);
  return await readIndex(async (files) => {
    const tally = makeTally(filter);
    if (question.terms.length === 0) return tally.counts;
    for (const kind of recordKinds)
      await visitRecords(files.cache, kind, recordQuestion(kind, text), filter, files.pause, tally.add);
    await visitAll(files, question, filter, tally.add);
    return tally.counts;
  });
}

function makeTally(filter: SearchFilter): { counts: SearchCounts; add(item: SearchItem): void } {
  const counts: SearchCounts = { total: 0, kind: {}, channel: {}, state: {}, agentId: {} };
  const one = (of: Partial<Record<string, number>>, value: string | null): void => {
    if (value !== null) of[value] = (of[value] ?? 0) + 1;
  };
  return {
    counts,
    add(item) {
      const missed = missedFacets(filter, item);
      if (missed.length > 1) return;
      if (missed.length === 0) counts.total += 1;
      // What one facet alone leaves out would be there if another value of it were chosen.
      for (const facet of ['kind', 'channel', 'state', 'agentId'] as const)
        if (missed.length === 0 || missed[0] === facet) one(counts[facet], item[facet]);
    },
  };
}
