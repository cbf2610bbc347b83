/** What a person typed into the search field, as terms that must all be met. Pure. */
import { foldText } from '../../../shared/domain/fold-text.ts';

/** Terms beyond this are left out: a pasted page is no question. */
const MAX_TERMS = 10;

/** The words between the spaces, folded, each once. Empty when nothing is left to look for. */
export function termsOf(text: string): string[] {
  return [
    ...new Set(
      foldText(text)
        .split(/\s+/u)
        .filter((term) => term !== ''),
    ),
  ].slice(0, MAX_TERMS);
}

/** Whether a folded text holds all terms. */
export function holdsAll(folded: string, terms: readonly string[]): boolean {
  return terms.every((term) => folded.includes(term));
}
