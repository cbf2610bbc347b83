/** What a person typed into the search field, as terms that must be met and terms that must not. Pure. */
import { searchableText } from '../../../shared/domain/fold-text.ts';
import { closingQuotes } from '../../../shared/domain/search-quotes.ts';

/** Terms beyond this are left out: a pasted page is no question. */
const MAX_TERMS = 10;

/** What leaves a word out when it stands before it. 「ー」 is a long vowel and never a minus. */
const MINUS = /[-－−]/;

export type Question = {
  /** Folded, white space as one space; all of them must be met. Empty: there is nothing to look for. */
  terms: readonly string[];
  /** None of them may be met. */
  without: readonly string[];
};

/** The words between the spaces and the phrases between quotation marks, each once. */
export function readQuestion(text: string): Question {
  const terms = new Set<string>();
  const without = new Set<string>();
  let rest = text.trimStart();
  while (rest !== '') {
    const isLeftOut = MINUS.test(rest[0] ?? '') && /^\S/u.test(rest.slice(1));
    if (isLeftOut) rest = rest.slice(1);
    const closing = closingQuotes[rest[0] ?? ''];
    const begin = closing === undefined ? 0 : 1;
    const found = closing === undefined ? rest.search(/\s/u) : rest.indexOf(closing, 1);
    const end = found === -1 ? rest.length : found;
    const term = searchableText(rest.slice(begin, end));
    if (term !== '') (isLeftOut ? without : terms).add(term);
    rest = rest.slice(end + begin).trimStart();
  }
  return { terms: [...terms].slice(0, MAX_TERMS), without: [...without].slice(0, MAX_TERMS) };
}

/** Whether a searchable text answers the question. */
export function isAnswer(searchable: string, { terms, without }: Question): boolean {
  return terms.every((term) => searchable.includes(term)) && !without.some((term) => searchable.includes(term));
}

/**
 * The question for what is no message. A telephone number that is written with spaces is one term to a customer, whose
 * numbers are kept as digits.
 */
export function recordQuestion(kind: string, text: string): Question {
  const whole = searchableText(text);
  if (kind === 'customer' && /^\+?\d[\d\s().ー]{5,}$/.test(whole)) return { terms: [whole], without: [] };
  return readQuestion(text);
}
