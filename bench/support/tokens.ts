/**
 * Two ways of cutting a text into tokens for the full-text index, to be measured against each other. Both leave Latin
 * words and numbers whole. The product's own way is `src/main/core/search`; this file never follows it.
 */
import { foldText, isCjk } from '../../src/shared/domain/fold-text.ts';

export type TokenWay = 'unigram' | 'bigram';

const WORD = /[\p{L}\p{N}_]/u;

/** The runs of a folded text: CJK runs and words. Everything else separates. */
function* runs(text: string): Generator<{ isCjk: boolean; run: string }> {
  let run = '';
  let kind: 'cjk' | 'word' | 'none' = 'none';
  for (const character of foldText(text)) {
    const next = isCjk(character) ? 'cjk' : WORD.test(character) ? 'word' : 'none';
    if (next !== kind && run !== '') {
      yield { isCjk: kind === 'cjk', run };
      run = '';
    }
    kind = next;
    if (next !== 'none') run += character;
  }
  if (run !== '') yield { isCjk: kind === 'cjk', run };
}

function pairs(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
}

/** The tokens of a text, with spaces between. */
export function tokensOf(text: string, way: TokenWay): string {
  const tokens: string[] = [];
  for (const { isCjk: isJapanese, run } of runs(text)) {
    if (!isJapanese) tokens.push(run);
    else tokens.push(...(way === 'unigram' ? Array.from(run) : pairs(run)));
  }
  return tokens.join(' ');
}

/** An FTS5 query that finds a term anywhere in a text. One character alone is a prefix among bigrams. */
export function matchOf(term: string, way: TokenWay): string {
  const phrase = `"${tokensOf(term, way)}"`;
  return way === 'bigram' && Array.from(term).length === 1 ? `${phrase}*` : phrase;
}
