/**
 * The one way in which text is folded for search: NFKC, lower case, katakana to hiragana.
 * Used by the index, by the scan of what is not indexed yet, and by the highlighter; stored text is never folded.
 */

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々〆〇]/u;

/** Folds width, case and kana: 「ﾊﾝｶｸ」「ハンカク」「はんかく」 become one. */
export function foldText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}

/** Whether one character (a code point) is written without spaces between words, so that it is a token of its own. */
export function isCjk(character: string): boolean {
  return CJK.test(character);
}
