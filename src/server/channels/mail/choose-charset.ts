/**
 * Finds in which charset bytes of a mail are really written, whatever their label says. Japanese mail is labelled
 * wrongly often enough (cp50221, SJIS called ISO-2022-JP, no label at all) that the bytes are asked first.
 * Never changes bytes and never guesses where the label fits.
 */
import Encoding from 'encoding-japanese';

/** Labels of TextDecoder that this file decides between. */
export type ChosenCharset = { label: string; isDeclared: boolean };

/** Names that mailers write and the Encoding Standard does not know (encoding.spec.whatwg.org, "Names and labels"). */
const otherNames: Record<string, string> = {
  cp932: 'shift_jis',
  'x-cp932': 'shift_jis',
  'cp-932': 'shift_jis',
  'shift-jisx0213': 'shift_jis',
  shiftjis: 'shift_jis',
  'shift_jis-2004': 'shift_jis',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  cp50222: 'iso-2022-jp',
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-3': 'iso-2022-jp',
  'iso-2022-jp-2004': 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  'x-iso-2022-jp': 'iso-2022-jp',
  jis: 'iso-2022-jp',
  cp51932: 'euc-jp',
  'eucjp-ms': 'euc-jp',
  eucjp: 'euc-jp',
  'euc-jp-ms': 'euc-jp',
  ujis: 'euc-jp',
};

/** Labels under which any byte means something, so that decoding by them proves nothing. */
const acceptsAnything = new Set(['windows-1252', 'iso-8859-15', 'x-user-defined', 'macintosh']);

/**
 * The TextDecoder label of a declared charset, or null when nobody knows it.
 * @param declared as written in the mail, any case, quotes already gone
 */
export function knownCharset(declared: string): string | null {
  const name = declared.trim().toLowerCase();
  const label = otherNames[name] ?? name;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

/** Whether the bytes hold an ISO-2022-JP escape: ESC `$` @, B or (, or ESC `(` I or J (RFC 1468, JIS X 0201). */
export function hasJisEscape(bytes: Uint8Array): boolean {
  let at = bytes.indexOf(0x1b);
  while (at !== -1 && at + 2 < bytes.length) {
    const second = bytes[at + 1];
    const third = bytes[at + 2];
    if (second === 0x24 && (third === 0x40 || third === 0x42 || third === 0x28)) return true;
    if (second === 0x28 && (third === 0x49 || third === 0x4a)) return true;
    at = bytes.indexOf(0x1b, at + 1);
  }
  return false;
}

/**
 * Chooses the charset of bytes that were declared as `declared`.
 * `isDeclared` true means: the label is right as it stands and a decoder that knows it needs no help.
 */
export function chooseCharset(bytes: Uint8Array, declared: string | null): ChosenCharset {
  const known = declared === null ? null : knownCharset(declared);
  const isSpelledRight = declared !== null && known !== null && otherNames[declared.trim().toLowerCase()] === undefined;
  const has8Bit = bytes.some((byte) => byte >= 0x80);
  if (!has8Bit && hasJisEscape(bytes)) {
    return { label: 'iso-2022-jp', isDeclared: known === 'iso-2022-jp' && isSpelledRight };
  }
  if (!has8Bit) return { label: known ?? 'utf-8', isDeclared: true };
  if (known !== null && !acceptsAnything.has(known) && decodes(bytes, known)) {
    return { label: known, isDeclared: isSpelledRight };
  }
  if (decodes(bytes, 'utf-8')) return { label: 'utf-8', isDeclared: false };
  // Any 8-bit text "is" Latin, so a Latin label is believed only when it is not Japanese beyond doubt.
  const japanese = detectJapanese(bytes);
  if (known !== null && acceptsAnything.has(known)) {
    const isPlainlyLatin = declared !== null && !/^(us-)?ascii$/i.test(declared.trim());
    if (isPlainlyLatin || japanese === null) return { label: known, isDeclared: isSpelledRight };
  }
  return { label: japanese ?? known ?? 'windows-1252', isDeclared: false };
}

/** Decodes by a label of TextDecoder; bytes that mean nothing there become U+FFFD. */
export function decodeBytes(bytes: Uint8Array, label: string): string {
  return new TextDecoder(label).decode(label === 'iso-2022-jp' ? joinEscapes(bytes) : bytes);
}

/**
 * Two escapes in a row are an error to the Encoding Standard (U+FFFD, "ISO-2022-JP output"), but some mailers end every
 * run in ASCII and begin the next at once; the first of the two means nothing and is left out.
 */
function joinEscapes(bytes: Uint8Array): Uint8Array {
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === 0x1b && bytes[at + 3] === 0x1b && (bytes[at + 1] === 0x28 || bytes[at + 1] === 0x24)) at += 3;
    kept[length++] = bytes[at] ?? 0;
  }
  return kept.subarray(0, length);
}

function decodes(bytes: Uint8Array, label: string): boolean {
  try {
    new TextDecoder(label, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Bytes looked at to guess: more does not make the guess better, and detection is linear but slow (about 20 MB/s). */
const GUESS_BYTES = 64 * 1024;

function detectJapanese(bytes: Uint8Array): string | null {
  const guess = Encoding.detect(bytes.subarray(0, GUESS_BYTES), ['SJIS', 'EUCJP']);
  const order = guess === 'EUCJP' ? ['euc-jp', 'shift_jis'] : ['shift_jis', 'euc-jp'];
  return order.find((label) => decodes(bytes, label)) ?? leastBroken(bytes);
}

/** Text that is cut inside a character decodes nowhere without loss; then the reading with few holes wins. */
function leastBroken(bytes: Uint8Array): string | null {
  const counts = ['shift_jis', 'euc-jp', 'utf-8'].map((label) => {
    const text = decodeBytes(bytes, label);
    return { label, holes: text.split('\ufffd').length - 1, length: text.length };
  });
  const best = counts.reduce((least, count) => (count.holes < least.holes ? count : least));
  // One hole in fifty characters is damage; more is another charset.
  return best.holes * 50 <= best.length ? best.label : null;
}
