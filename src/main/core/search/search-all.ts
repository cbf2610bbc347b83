/** `search.all`: the newest of everything that answers a question. Exact: the same as reading every text. */
import type { SearchResult } from '../../../shared/console-shapes.ts';
import type { SearchFilter, SearchKind } from '../../../shared/domain/search-filter.ts';
import type { Desk } from '../desk.ts';
import { countUnindexed, findNewest, type ReadIndex } from './find-messages.ts';
import { findRecords, type RecordKind } from './find-records.ts';
import { readQuestion, recordQuestion } from './question.ts';
import { showCall, showConversation, showCustomer, showMessages, showOrder } from './show-hits.ts';

type Input = { text: string; limit: number; filter: SearchFilter };

/** See the file's head. */
export async function searchAll(desk: Desk, readIndex: ReadIndex, input: Input): Promise<SearchResult> {
  const { text, limit, filter } = input;
  const cache = desk.cache.reader;
  const question = readQuestion(text);
  const { terms } = question;
  return await readIndex(async (files) => {
    const unindexed = countUnindexed(files);
    const more: SearchResult['more'] = [];
    const wants = (kind: SearchKind): boolean => terms.length > 0 && (filter.kind === null || filter.kind === kind);
    const newest =
      wants('message') || wants('note') ? await findNewest(files, question, filter, limit + 1) : ([] as number[]);
    if (newest.length > limit) more.push('message');
    const records = async (kind: RecordKind): Promise<string[]> => {
      if (!wants(kind)) return [];
      const asked = recordQuestion(kind, text);
      const { ids, isCut } = await findRecords(cache, kind, asked, filter, limit, files.pause);
      if (isCut) more.push(kind);
      return ids;
    };
    const found = {
      customer: await records('customer'),
      conversation: await records('conversation'),
      call: await records('call'),
      order: await records('order'),
    };
    return {
      customers: found.customer.flatMap((id) => showCustomer(cache, id, terms)),
      conversations: found.conversation.flatMap((id) => showConversation(cache, id, terms)),
      calls: found.call.flatMap((id) => showCall(cache, id, terms)),
      orders: found.order.flatMap((id) => showOrder(cache, id, terms)),
      messages: showMessages(cache, newest.slice(0, limit), terms),
      more,
      unindexed,
      missingUpto: cache.value<number | null>('select max(upto) from absence') ?? null,
    };
  });
}
