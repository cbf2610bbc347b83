/** Chooses mails of a folder: by sets (`1:5,9:*`) and by the search keys that clients use (RFC 3501, 6.4.4). */
import type { DemoFolder, DemoMail } from './demo-mailbox.ts';
import type { Word } from './read-imap-command.ts';

/** A mail and its place in the folder, counted from 1. */
export type Placed = { place: number; mail: DemoMail };

/** A search that is not understood; its message goes to the client. */
export class SearchError extends Error {}

/** The mails of a set of UIDs or places. */
export function mailsInSet(folder: DemoFolder, set: string, byUid: boolean): Placed[] {
  const placed = folder.mails.map((mail, index) => ({ place: index + 1, mail }));
  const last = byUid ? (folder.mails.at(-1)?.uid ?? 0) : folder.mails.length;
  const ranges = set.split(',').map((range) => {
    const [from = '', to = from] = range.split(':');
    const bounds = [from, to].map((bound) => (bound === '*' ? last : Number(bound)));
    if (bounds.some((bound) => !Number.isInteger(bound))) throw new SearchError(`not a set of numbers: ${set}`);
    return { low: Math.min(...bounds), high: Math.max(...bounds) };
  });
  return placed.filter(({ place, mail }) => {
    const number = byUid ? mail.uid : place;
    return ranges.some(({ low, high }) => number >= low && number <= high);
  });
}

/**
 * The mails that fit all keys.
 * @throws SearchError for a key that is not known
 */
export function searchMails(folder: DemoFolder, words: Word[]): Placed[] {
  const keys = words[0] === 'CHARSET' ? words.slice(2) : words;
  const fits = readAll(folder, keys);
  return folder.mails.map((mail, index) => ({ place: index + 1, mail })).filter(fits);
}

type Fits = (placed: Placed) => boolean;

function readAll(folder: DemoFolder, keys: Word[]): Fits {
  const rest = [...keys];
  const all: Fits[] = [];
  while (rest.length > 0) all.push(readKey(folder, rest));
  return (placed) => all.every((fits) => fits(placed));
}

const flagKeys: Record<string, [string, boolean]> = {
  SEEN: ['\\Seen', true],
  UNSEEN: ['\\Seen', false],
  ANSWERED: ['\\Answered', true],
  UNANSWERED: ['\\Answered', false],
  FLAGGED: ['\\Flagged', true],
  UNFLAGGED: ['\\Flagged', false],
  DELETED: ['\\Deleted', true],
  UNDELETED: ['\\Deleted', false],
};

function readKey(folder: DemoFolder, rest: Word[]): Fits {
  const word = rest.shift();
  if (Array.isArray(word)) return readAll(folder, word);
  const key = (word ?? '').toUpperCase();
  const flag = flagKeys[key];
  if (flag !== undefined) return ({ mail }) => mail.flags.has(flag[0]) === flag[1];
  switch (key) {
    case 'ALL':
      return () => true;
    case 'NOT': {
      const fits = readKey(folder, rest);
      return (placed) => !fits(placed);
    }
    case 'OR': {
      const one = readKey(folder, rest);
      const other = readKey(folder, rest);
      return (placed) => one(placed) || other(placed);
    }
    case 'UID': {
      const chosen = new Set(mailsInSet(folder, text(rest), true).map(({ mail }) => mail));
      return ({ mail }) => chosen.has(mail);
    }
    case 'HEADER': {
      const name = text(rest).toLowerCase();
      const value = text(rest).toLowerCase();
      return ({ mail }) => headerOf(mail.raw, name).some((one) => one.toLowerCase().includes(value));
    }
    case 'FROM':
    case 'TO':
    case 'CC':
    case 'SUBJECT': {
      const value = text(rest).toLowerCase();
      return ({ mail }) => headerOf(mail.raw, key.toLowerCase()).some((one) => one.toLowerCase().includes(value));
    }
    case 'SINCE': {
      const since = day(text(rest));
      return ({ mail }) => mail.arrivedAt >= since;
    }
    case 'BEFORE': {
      const before = day(text(rest));
      return ({ mail }) => mail.arrivedAt < before;
    }
    default: {
      if (!/^[\d*:,]+$/.test(key)) throw new SearchError(`search key not known here: ${key}`);
      const chosen = new Set(mailsInSet(folder, key, false).map(({ mail }) => mail));
      return ({ mail }) => chosen.has(mail);
    }
  }
}

function text(rest: Word[]): string {
  const word = rest.shift();
  if (typeof word !== 'string') throw new SearchError('a search key misses its word');
  return word;
}

function day(word: string): number {
  const time = Date.parse(`${word} 00:00:00 UTC`);
  if (Number.isNaN(time)) throw new SearchError(`not a date: ${word}`);
  return time;
}

/** Where a mail's header ends: after its empty line. */
export function bodyOffset(raw: Buffer): number {
  const end = raw.indexOf('\r\n\r\n');
  return end === -1 ? raw.length : end + 4;
}

/** The header fields of a mail as written, folded lines with them. */
export function headerFields(raw: Buffer): string[] {
  const head = raw.toString('latin1', 0, bodyOffset(raw));
  return head.split(/\r\n(?![ \t])/).filter((field) => field !== '');
}

function headerOf(raw: Buffer, name: string): string[] {
  return headerFields(raw)
    .filter((field) => field.toLowerCase().startsWith(`${name}:`))
    .map((field) =>
      field
        .slice(name.length + 1)
        .replaceAll(/\r\n/g, '')
        .trim(),
    );
}
