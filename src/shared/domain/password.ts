/**
 * What a password must be. The window says it while one is typed, the server decides. Length is what counts (NIST SP
 * 800-63B-4, 3.1.1.2: length and a list of known bad ones, no rules about kinds of signs, no expiry).
 */

/** In the order in which they are told. */
export const passwordFaults = [
  'tooShort',
  'tooLong',
  'oneSign',
  'inOrder',
  'holdsLogin',
  'common',
  'sameAsBefore',
] as const;
export type PasswordFault = (typeof passwordFaults)[number];

/** In characters as a person counts them. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;

/** Words that stand in most lists of stolen passwords; a password that is one of them with digits around it is none. */
const COMMON = new Set(
  'password passw0rd p@ssword qwerty qwertyuiop letmein welcome administrator admin iloveyou monkey dragon sunshine princess football baseball kanade sakura pokemon doraemon arashi yokohama tokyo japan nihon himitsu パスワード ぱすわーど ひみつ'.split(
    ' ',
  ),
);
/** Rows of the keyboard (US and JIS), digits and letters: a password that only walks along one of them is guessed first. */
const ROWS = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop@asdfghjkl;zxcvbnm,./',
  'あいうえおかきくけこさしすせそたちつてと',
];

/**
 * Everything that is wrong with a password, or an empty list. `before`: the one that it takes the place of, when it is known.
 */
export function faultsOfPassword(password: string, login: string, before: string | null = null): PasswordFault[] {
  const folded = password.normalize('NFKC').toLowerCase();
  const signs = [...folded];
  const name = login.normalize('NFKC').trim().toLowerCase().split('@')[0] ?? '';
  const bare = folded.replaceAll(/^[\d\W_]+|[\d\W_]+$/gu, '');
  const is: Record<PasswordFault, boolean> = {
    tooShort: signs.length < SHORTEST_PASSWORD,
    tooLong: signs.length > LONGEST_PASSWORD,
    oneSign: signs.length > 0 && new Set(signs).size < 4,
    inOrder: signs.length >= 4 && ROWS.some((row) => isPartOf(row, folded)),
    holdsLogin: name.length >= 3 && folded.includes(name),
    common: COMMON.has(folded) || COMMON.has(bare) || isRepeated(bare),
    sameAsBefore: before !== null && folded === before.normalize('NFKC').toLowerCase(),
  };
  return passwordFaults.filter((fault) => is[fault]);
}

function isPartOf(row: string, text: string): boolean {
  const backwards = [...text].toReversed().join('');
  const endless = row + row;
  return endless.includes(text) || endless.includes(backwards);
}

/** `passwordpassword`: a known word some times. */
function isRepeated(text: string): boolean {
  return [...COMMON].some((word) => text.length > word.length && text.replaceAll(word, '') === '');
}
