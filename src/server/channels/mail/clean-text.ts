/**
 * Makes text of a stranger's mail fit for a screen: what the whole house asks of text, and besides no marks that turn
 * the direction of writing and a longest length. Never folds or normalises: what is stored is what was written.
 */
import { toStorableText } from '../../../shared/domain/clean-text.ts';

/** Longest text of one incoming mail that is shown, in UTF-16 units; the raw mail has the rest. */
export const MAX_TEXT = 100_000;

/** Marks that turn the direction of writing, so that `gpj.exe` is shown as `exe.jpg` (Unicode TR 36, 3.4), and BOM. */
const turningMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]/g;

/**
 * Text of several lines, without blanks at its end; what is longer than `max` is cut and ends in an ellipsis.
 * @param max in UTF-16 units
 */
export function cleanText(text: string, max: number = MAX_TEXT): string {
  const cleaned = toStorableText(text).replaceAll(turningMarks, '').trimEnd();
  return cleaned.length <= max ? cleaned : `${cleaned.slice(0, max - 1).toWellFormed()}…`;
}

/** One line (a subject, a name): line breaks and tabs become one space. */
export function cleanLine(text: string, max = 500): string {
  return cleanText(text.replaceAll(/[\r\n\t\u2028\u2029]+/g, ' '), max).trim();
}
