/**
 * Stands in for a mail that is not read: too large, or built to hurt. Shows who wrote, when and about what, as far as a
 * few header lines tell, and says in plain words that the rest is missing. Opens nothing of the body.
 */
import { MAX_MAIL_BYTES } from './open-imap.ts';

/** How much of a mail is looked at for its header, in bytes. */
export const HEAD_BYTES = 256 * 1024;

/** The lines worth having; the first of each name. */
const wanted = new Set([
  ...['from', 'to', 'cc', 'subject', 'date', 'message-id', 'in-reply-to', 'references', 'delivered-to'],
  ...['auto-submitted', 'precedence', 'list-id', 'return-path'],
]);

/** Longest header field that is taken over, in bytes. */
const MAX_FIELD = 8 * 1024;

/**
 * A small harmless mail with the wanted header lines of a large or hurtful one and no body.
 * @param raw the mail or its beginning
 */
export function headOf(raw: Buffer): Buffer {
  const fields = new Map<string, Buffer[]>();
  let current: Buffer[] | null = null;
  let at = 0;
  const end = Math.min(raw.length, HEAD_BYTES);
  while (at < end) {
    const newline = raw.indexOf(0x0a, at);
    const lineEnd = newline === -1 || newline >= end ? end : newline + 1;
    const line = raw.subarray(at, lineEnd);
    if (line.toString('latin1', 0, 3).trim() === '' && line.length <= 2) break;
    if (line[0] === 0x20 || line[0] === 0x09) {
      current?.push(line);
    } else {
      const name = line.toString('latin1', 0, 40).split(':')[0]?.trim().toLowerCase() ?? '';
      current = wanted.has(name) && !fields.has(name) ? [line] : null;
      if (current !== null) fields.set(name, current);
    }
    at = lineEnd;
  }
  const kept = [...fields.values()].map((lines) => Buffer.concat(lines)).filter((field) => field.length <= MAX_FIELD);
  return Buffer.concat([...kept, Buffer.from('\r\n')]);
}

/**
 * The words that stand where the mail's text would. In both languages of the house: a message's text is one for all.
 * @param reason why the mail is not here: `mail-too-large`, or the reader's reason
 * @param size in bytes
 */
export function stubText(reason: string, size: number): string {
  const mb = (bytes: number): string => (bytes / (1024 * 1024)).toFixed(1);
  if (reason === 'mail-too-large') {
    return (
      `このメールは大きすぎるため取り込んでいません（${mb(size)} MB、上限 ${mb(MAX_MAIL_BYTES)} MB）。メールボックスで確認してください。\n` +
      `This mail was not fetched because it is too large (${mb(size)} MB, limit ${mb(MAX_MAIL_BYTES)} MB). Look at it in the mailbox.`
    );
  }
  return (
    `このメールは安全に読み取れなかったため、本文を表示していません（${reason}）。原本は保管しています。\n` +
    `The text of this mail is not shown because it could not be read safely (${reason}). The original is kept.`
  );
}
