/** Turns a question into what the index can be asked. Pure but for the words of the index that it looks up. */
import type { Reader } from '../db/connection.ts';
import type { Question } from './question.ts';
import { pairsOf, questionOf, tokensOf, type Vocabulary } from './tokens.ts';

export type Plan = {
  /** For the table `find`; null when every document must be looked at. */
  find: string | null;
  /** For `find_pair`: what every hit holds beside other documents; null when there is no pair in the question. */
  pairs: string | null;
  /** False when what is found must be read, because one term could not be asked for. */
  isExact: boolean;
  /** Whether what `find_pair` finds holds the terms and nothing else is asked of its text. */
  arePairsExact: boolean;
  /** Whether facets narrow, of which `find_pair` knows nothing. */
  isNarrowed: boolean;
};

/** `'nothing'` when no document can be an answer. */
export function planQuestion(
  search: Reader,
  { terms, without }: Question,
  facets: readonly string[],
): Plan | 'nothing' {
  const vocabulary = vocabularyOf(search);
  const wanted = terms.map((term) => questionOf(term, vocabulary));
  if (wanted.includes('nothing')) return 'nothing';
  const unwanted = without.map((term) => questionOf(term, vocabulary)).filter((question) => question !== 'nothing');
  const askable = wanted.filter((question) => question !== 'scan');
  const isExact = askable.length === wanted.length && !unwanted.includes('scan');
  const all = [
    ...(askable.length === 0 ? [] : [`{body} : (${askable.join(' AND ')})`]),
    ...facets.map((facet) => `{facet} : "${facet}"`),
  ].join(' AND ');
  const none = unwanted.filter((question) => question !== 'scan').join(' OR ');
  const pairs = [...new Set(terms.flatMap((term) => pairsOf(tokensOf(term))))];
  return {
    find: all === '' ? null : none === '' ? all : `(${all}) NOT {body} : (${none})`,
    pairs: pairs.length === 0 ? null : pairs.map((pair) => `"${pair}"`).join(' AND '),
    isExact,
    arePairsExact: without.length === 0 && terms.every((term) => isOnePair(term)),
    isNarrowed: facets.length > 0,
  };
}

function isOnePair(term: string): boolean {
  const tokens = tokensOf(term);
  return tokens.length === 2 && pairsOf(tokens).length === 1;
}

function vocabularyOf(search: Reader): Vocabulary {
  return {
    holding: (part) => search.column<string>('select text from word where instr(text, ?) > 0 limit 1001', part),
    endingWith: (part) =>
      search.column<string>('select text from word where substr(text, -length(?)) = ? limit 1001', part, part),
  };
}
