/** `knowledge.list`: what a centre has written down, as this device holds it; a few thousand at most, so they are read. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import type { ChannelOnWire } from '../../../shared/domain/channel.ts';
import { isUsable, type KnowledgeKind } from '../../../shared/domain/knowledge.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';
import type { KnowledgeRow } from '../../../shared/domain/knowledge-row.ts';
import { codecOf } from '../db/row-codec.ts';
import type { Desk } from '../desk.ts';
import { markText, snippetOf } from '../search/mark-text.ts';
import { readQuestion } from '../search/question.ts';

type Input = {
  text: string;
  kinds: readonly KnowledgeKind[];
  use: { channel: ChannelOnWire | null } | null;
  limit: number;
};

const codec = codecOf('knowledge');

/** See the file's head. */
export function listKnowledge(
  desk: Desk,
  { text, kinds, use, limit }: Input,
): Awaited<ReturnType<ConsoleHandlers['knowledge']['list']>> {
  const { terms, without } = readQuestion(text);
  const conditions = [...terms.map(() => 'instr(find_text, ?) > 0'), ...without.map(() => 'instr(find_text, ?) = 0')];
  const now = desk.clock.now();
  const found = desk.cache.reader
    .rows(
      `select ${codec.select} from knowledge ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}`,
      ...terms,
      ...without,
    )
    .map((values) => codec.decode(values))
    .filter((row) => kinds.length === 0 || kinds.includes(row.kind))
    .filter((row) => use === null || isUsable(row, now, use.channel));
  const isInTitle = ({ title }: KnowledgeRow): boolean => {
    const folded = foldText(title);
    return terms.every((term) => folded.includes(term));
  };
  const rank = new Map(found.map((row) => [row.id, isInTitle(row) ? 0 : 1]));
  found.sort(
    (a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0) || b.changedAt - a.changedAt || (a.id < b.id ? -1 : 1),
  );
  return {
    items: found.slice(0, limit).map((item) => ({
      item,
      title: markText(item.title, terms),
      snippet: snippetOf(item.body, terms),
    })),
    total: found.length,
  };
}
