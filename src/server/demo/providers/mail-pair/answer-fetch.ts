/** Writes what FETCH asks of a mail (RFC 3501, 7.4.2), as far as clients need it to read mail: no ENVELOPE, no BODYSTRUCTURE. */
import { bodyOffset, headerFields, type Placed, SearchError } from './find-demo-mails.ts';
import type { Word } from './read-imap-command.ts';

const macros: Record<string, string[]> = { FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'] };

/**
 * One untagged FETCH answer with its line end. Asking for a body without PEEK marks the mail as seen.
 * @param asked the words after the set: one item or a list
 * @throws SearchError for an item that is not known here
 */
export function answerFetch({ place, mail }: Placed, asked: Word[], byUid: boolean): Buffer {
  const items = asked
    .flat()
    .flatMap((item) => (typeof item === 'string' ? (macros[item.toUpperCase()] ?? [item]) : []));
  const named = byUid && !items.some((item) => item.toUpperCase() === 'UID') ? ['UID', ...items] : items;
  const parts: Buffer[] = [];
  for (const item of named) {
    parts.push(Buffer.from(parts.length === 0 ? '' : ' '), ...answerItem(item, { place, mail }));
  }
  return Buffer.concat([Buffer.from(`* ${place} FETCH (`), ...parts, Buffer.from(')\r\n')]);
}

function answerItem(item: string, { mail }: Placed): Buffer[] {
  const name = item.toUpperCase();
  switch (name) {
    case 'UID':
      return [Buffer.from(`UID ${mail.uid}`)];
    case 'FLAGS':
      return [Buffer.from(`FLAGS (${[...mail.flags].join(' ')})`)];
    case 'RFC822.SIZE':
      return [Buffer.from(`RFC822.SIZE ${mail.raw.length}`)];
    case 'INTERNALDATE':
      return [Buffer.from(`INTERNALDATE "${imapDate(mail.arrivedAt)}"`)];
    default:
      return answerBody(item, mail);
  }
}

function answerBody(item: string, mail: Placed['mail']): Buffer[] {
  const match = /^BODY(\.PEEK)?\[([^\]]*)\](?:<(\d+)(?:\.(\d+))?>)?$/i.exec(item);
  if (match === null) throw new SearchError(`fetch item not known here: ${item}`);
  const [, peek, section = '', start, length] = match;
  if (peek === undefined) mail.flags.add('\\Seen');
  const whole = readSection(section, mail.raw);
  const from = Number(start ?? 0);
  const bytes =
    start === undefined ? whole : whole.subarray(from, length === undefined ? undefined : from + Number(length));
  const label = `BODY[${section.toUpperCase()}]${start === undefined ? '' : `<${from}>`} {${bytes.length}}\r\n`;
  return [Buffer.from(label), bytes];
}

function readSection(section: string, raw: Buffer): Buffer {
  const [name = '', ...rest] = section.toUpperCase().split(/\s+/);
  const fields = new Set(
    rest
      .join(' ')
      .replaceAll(/[()"]/g, '')
      .split(/\s+/)
      .map((field) => field.toLowerCase()),
  );
  const chosen = (isWanted: (field: string) => boolean): Buffer => {
    const kept = headerFields(raw).filter((field) => isWanted(field.split(':')[0]?.toLowerCase() ?? ''));
    return Buffer.from([...kept, '', ''].join('\r\n'), 'latin1');
  };
  switch (name) {
    case '':
      return raw;
    case 'HEADER':
      return raw.subarray(0, bodyOffset(raw));
    case 'TEXT':
      return raw.subarray(bodyOffset(raw));
    case 'HEADER.FIELDS':
      return chosen((field) => fields.has(field));
    case 'HEADER.FIELDS.NOT':
      return chosen((field) => !fields.has(field));
    default:
      throw new SearchError(`section not known here: ${section}`);
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `23-Nov-2026 01:02:03 +0000` */
function imapDate(time: number): string {
  const date = new Date(time);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return `${day}-${months[date.getUTCMonth()] ?? 'Jan'}-${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} +0000`;
}
