/**
 * The one tokeniser of the index: folded text → tokens, and a search term → the question that finds exactly the texts
 * that hold it. Every Chinese or Japanese character is a token of its own, so a phrase of them is a substring; words of
 * other letters are kept whole, and parts of words are looked up in the vocabulary first. Beside them stand the pairs of
 * characters that touch: they say at once where a phrase of frequent characters cannot be. Pure.
 */
import { isCjk } from '../../../shared/domain/fold-text.ts';

type CharacterKind = 'cjk' | 'letter' | 'space' | 'other';

const LETTER = /[\p{L}\p{N}]/u;
const SPACE = /\s/u;
/** Signs of ASCII are separators to SQLite's tokeniser, so they stand as characters of the private use area. */
const PRIVATE = 0xe000;
/** Before a character that is of the private use area by itself (gaiji), so that it is not taken for a sign. */
const ESCAPE = '\uf8ff';
const GAP = String.fromCharCode(PRIVATE + 0x20);

const kinds = new Map<string, CharacterKind>();

function kindOf(character: string): CharacterKind {
  const known = kinds.get(character);
  if (known) return known;
  // Katakana's voiced marks and the like are letters to Unicode: CJK is asked first, or 「APIの会議」 were one word.
  const kind = isCjk(character) ? 'cjk' : SPACE.test(character) ? 'space' : LETTER.test(character) ? 'letter' : 'other';
  kinds.set(character, kind);
  return kind;
}

export type Token = { text: string; kind: 'cjk' | 'word' | 'sign' | 'gap' };

/**
 * The tokens of a folded text. Context-free: the tokens of a substring are a run of the tokens of the whole, but for
 * words that are cut at its ends. A space between two words says nothing; any other space is a token, so that 「日 本」
 * does not hold 「日本」.
 */
export function tokensOf(folded: string): Token[] {
  const tokens: Token[] = [];
  let word = '';
  let hasGap = false;
  const push = (text: string, kind: Token['kind']): void => {
    if (hasGap && tokens.length > 0 && !(kind === 'word' && tokens.at(-1)?.kind === 'word'))
      tokens.push({ text: GAP, kind: 'gap' });
    hasGap = false;
    tokens.push({ text, kind });
  };
  for (const character of folded) {
    const kind = kindOf(character);
    if (kind === 'letter') {
      word += character;
      continue;
    }
    if (word !== '') push(word, 'word');
    word = '';
    if (kind === 'space') hasGap = true;
    else if (kind === 'cjk') push(character, 'cjk');
    else push(signOf(character), 'sign');
  }
  if (word !== '') push(word, 'word');
  return tokens;
}

/** The pairs of Chinese or Japanese characters that touch, each once. */
export function pairsOf(tokens: readonly Token[]): string[] {
  const pairs = new Set<string>();
  let before: Token | undefined;
  for (const token of tokens) {
    if (token.kind === 'cjk' && before?.kind === 'cjk') pairs.add(before.text + token.text);
    before = token;
  }
  return [...pairs];
}

function signOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return String.fromCharCode(PRIVATE + code);
  return code >= PRIVATE && code <= 0xf8ff ? ESCAPE + character : character;
}

/** More words than this for one part of a word, and reading the messages is cheaper than asking for all of them. */
const MOST_WORDS = 1_000;

/** Words of the index that hold a part, or end with it. */
export type Vocabulary = { holding(part: string): string[]; endingWith(part: string): string[] };

/**
 * The question for one term in the language of FTS5; `'nothing'` when no text of the index can hold it, `'scan'` when
 * too many words hold the part.
 */
export function questionOf(term: string, vocabulary: Vocabulary): string {
  const tokens = tokensOf(term);
  const [first] = tokens;
  if (!first) return 'nothing';
  if (tokens.length === 1 && first.kind === 'word') {
    return anyOf(vocabulary.holding(first.text), (word) => phrase([word], false));
  }
  const rest = tokens.slice(1).map(({ text }) => text);
  // The last word of the term may be the beginning of a longer one.
  const isOpen = tokens.at(-1)?.kind === 'word';
  if (first.kind !== 'word') return phrase([first.text, ...rest], isOpen);
  return anyOf(vocabulary.endingWith(first.text), (word) => phrase([word, ...rest], isOpen));
}

function anyOf(words: readonly string[], make: (word: string) => string): string {
  if (words.length === 0) return 'nothing';
  return words.length > MOST_WORDS ? 'scan' : `(${words.map(make).join(' OR ')})`;
}

function phrase(texts: readonly string[], isOpen: boolean): string {
  // A quotation mark is a sign and never stands in a token, so nothing needs to be escaped.
  return `"${texts.join(' ')}"${isOpen ? ' *' : ''}`;
}
