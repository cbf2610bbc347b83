/** What a person may have overlooked in a reply, looked for before it is sent. They decide; nothing is refused here. */

export type Doubt =
  /** A colleague is writing to the same customer. */
  | { kind: 'collision'; names: string }
  /** The words speak of a file, and there is none. */
  | { kind: 'noFile' }
  /** The greeting calls somebody else than the customer. */
  | { kind: 'otherName'; called: string };

type Written = {
  text: string;
  hasFiles: boolean;
  /** Whether the channel takes files at all. */
  takesFiles: boolean;
  customerName: string;
  writers: readonly string[];
};

/** In the order in which they are told. */
export function doubtsOf({ text, hasFiles, takesFiles, customerName, writers }: Written): Doubt[] {
  const own = withoutQuotes(text);
  const called = calledName(own);
  return [
    ...(writers.length > 0 ? [{ kind: 'collision' as const, names: writers.join('、') }] : []),
    ...(takesFiles && !hasFiles && SPEAKS_OF_A_FILE.test(own) ? [{ kind: 'noFile' as const }] : []),
    ...(called !== null && isSomebodyElse(called, customerName) ? [{ kind: 'otherName' as const, called }] : []),
  ];
}

const SPEAKS_OF_A_FILE =
  /(?:を|に|ファイル|別紙|資料|写真)?(?:添付(?:し|い|の|ファイル|資料|を)|同封)|\b(?:attached|attachment|enclosed)\b/iu;

function withoutQuotes(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*[>＞]/.test(line))
    .join('\n');
}

/** 「田中様」 in one of the first lines; null where a company, a department or everybody is addressed. */
function calledName(text: string): string | null {
  for (const line of text.split('\n').slice(0, 4)) {
    const found = /^\s*([\p{L}\p{M}々ー・\s]{1,20}?)\s*(?:様|さま)(?=[\s、。,.!!]|$)/u.exec(line)?.[1]?.trim();
    if (found === undefined || found === '') continue;
    return /会社|法人|組合|担当|お客|皆|各位|部$|課$|店$|係$/u.test(found) ? null : found;
  }
  return null;
}

/** Names are written with and without a space, in part or whole: what shares the family name or all of it is the same. */
function isSomebodyElse(called: string, customerName: string): boolean {
  const plain = (name: string): string => name.normalize('NFKC').replace(/\s/gu, '').toLowerCase();
  const [a, b] = [plain(called), plain(customerName)];
  if (a === '' || b === '') return false;
  const parts = customerName
    .normalize('NFKC')
    .split(/\s+/u)
    .map(plain)
    .filter((part) => part !== '');
  // An address or a number stands where no name is known.
  if (!/^[\p{L}\p{M}々ー・]+$/u.test(b)) return false;
  return !b.includes(a) && !a.includes(b) && !parts.some((part) => a.includes(part));
}
