/** Finds where terms stand in the original text, although they were looked for in folded text, and cuts a snippet. Pure. */
import type { MarkedText } from '../../../shared/console-shapes.ts';
import { foldText } from '../../../shared/domain/fold-text.ts';

/** Length of a snippet and how much of it stands before the first match, in UTF-16 units. */
const SNIPPET = { length: 120, before: 30 } as const;

/**
 * Marks every place of the terms in `text`, in UTF-16 units of `text`. Folding may make a text longer or shorter
 * (「㌔」→「キロ」), so each folded unit remembers which original units it came from.
 */
export function markText(text: string, terms: readonly string[]): MarkedText {
  const { folded, origin } = foldWithOrigin(text);
  const marks: [number, number][] = [];
  for (const term of terms) {
    for (let at = folded.indexOf(term); at !== -1 && term !== ''; at = folded.indexOf(term, at + term.length)) {
      marks.push([origin[at]?.[0] ?? 0, origin[at + term.length - 1]?.[1] ?? text.length]);
    }
  }
  return { text, marks: merge(marks) };
}

/** A piece of the text around the first match, with the marks in it. */
export function snippetOf(text: string, terms: readonly string[]): MarkedText {
  const { marks } = markText(text, terms);
  const first = marks[0]?.[0] ?? 0;
  let start = first <= SNIPPET.before + 10 ? 0 : first - SNIPPET.before;
  let end = Math.min(text.length, start + SNIPPET.length);
  // Not between the halves of a surrogate pair.
  if (isLowHalf(text, start)) start += 1;
  if (isLowHalf(text, end)) end += 1;
  const head = start > 0 ? '…' : '';
  const tail = end < text.length ? '…' : '';
  const shift = head.length - start;
  return {
    text: `${head}${text.slice(start, end).replaceAll(/\s/g, ' ')}${tail}`,
    marks: marks.flatMap(([from, to]): [number, number][] => {
      const inside: [number, number] = [Math.max(from, start) + shift, Math.min(to, end) + shift];
      return inside[0] < inside[1] ? [inside] : [];
    }),
  };
}

function isLowHalf(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/**
 * Characters that fold to one unit each, whatever stands beside them: ASCII, kana, the common kanji, their punctuation and
 * full-width letters. Nearly every text is made of them, and is then folded at once instead of piece by piece.
 */
const FOLDS_ONE_TO_ONE =
  /^[\t\n\r\x20-\x7e\u2010-\u2015\u2018-\u201d\u3001-\u3029\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff\uff01-\uff5e]*$/;

const units: [number, number][] = [];
function sameUnits(length: number): [number, number][] {
  for (let at = units.length; at < length; at++) units.push([at, at + 1]);
  return units;
}

/**
 * Folds piece by piece. A piece is a character with the marks that combine with it (「か」+「゙」, 「ﾊ」+「ﾟ」), because
 * those fold together; folding the pieces gives the same as folding the whole text.
 */
function foldWithOrigin(text: string): { folded: string; origin: [number, number][] } {
  if (FOLDS_ONE_TO_ONE.test(text)) return { folded: foldText(text), origin: sameUnits(text.length) };
  let folded = '';
  const origin: [number, number][] = [];
  for (const { 0: piece, index } of text.matchAll(/[\s\S](?:\p{M}|\u309b|\u309c|\uff9e|\uff9f|\u200d|\ufe0f)*/gu)) {
    const part = foldText(piece);
    folded += part;
    for (let i = 0; i < part.length; i++) origin.push([index, index + piece.length]);
  }
  const whole = foldText(text);
  return whole === folded ? { folded, origin } : { folded: whole, origin: originByPrefix(text, whole.length) };
}

/** Longest text whose rare letters are placed exactly, in UTF-16 units: it is folded once for each of its characters. */
const LONGEST_BY_PREFIX = 2_000;

/** For rare scripts that compose across pieces (Hangul letters): the place of each folded unit by the length of folded beginnings. */
function originByPrefix(text: string, length: number): [number, number][] {
  const ends: { at: number; folded: number }[] = [{ at: 0, folded: 0 }];
  let at = 0;
  for (const character of text.slice(0, LONGEST_BY_PREFIX)) {
    at += character.length;
    ends.push({ at, folded: foldText(text.slice(0, at)).length });
  }
  return Array.from({ length }, (_, unit): [number, number] => {
    const from = ends.findLast(({ folded }) => folded <= unit)?.at ?? 0;
    return [from, ends.find((end) => end.folded > unit && end.at > from)?.at ?? text.length];
  });
}

function merge(marks: [number, number][]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [from, to] of marks.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
