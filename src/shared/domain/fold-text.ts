/**
 * The one way in which text is folded for search: NFKC, lower case, katakana to hiragana, one sign for every hyphen and
 * long vowel. Used by the index, by the scan of what is not indexed yet, and by the highlighter; stored text is never
 * folded. Each character folds for itself (with the marks that combine with it), so a part of a text folds to a part of
 * the folded text.
 */

/** Raised with every change of `foldText`: what was folded before is then folded again. */
export const FOLD_VERSION = 2;

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々〆〇]/u;

/** Every line that people type for a hyphen, a minus or a long vowel: 「コーヒー」「コ-ヒ-」「コ―ヒ―」 are one word. */
const LINES = /[-\u2010\u2012-\u2015\u2212\u2500]/g;

/** Folds width, case, kana and lines: 「ﾊﾝｶｸ」「ハンカク」「はんかく」 become one. */
export function foldText(text: string): string {
  return (
    text
      // A voiced mark that stands alone (゛) would become a space and a mark; combining, it joins its kana.
      .replaceAll('\u309b', '\u3099')
      .replaceAll('\u309c', '\u309a')
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll(LINES, 'ー')
      .replaceAll('\u301c', '~')
      .replaceAll(/[\u30a1-\u30f6\u30fd\u30fe]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
  );
}

/** A text as terms are looked for in it: folded, and any white space as one space. */
export function searchableText(text: string): string {
  return foldText(text).replaceAll(/\s+/gu, ' ').trim();
}

/** Whether one character (a code point) is written without spaces between words, so that it is a token of its own. */
export function isCjk(character: string): boolean {
  return CJK.test(character);
}
