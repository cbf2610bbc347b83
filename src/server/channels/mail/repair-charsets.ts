/**
 * Rewrites the parts of a mail whose charset label is wrong, so that the parser after this reads every one of them
 * right: raw Japanese in headers becomes UTF-8, a mislabelled text part becomes UTF-8 in base64. What is labelled right,
 * and every attachment, keeps its bytes. The result is for reading only: signatures are checked on the raw mail.
 */
import type { MailCharset } from '../../../shared/domain/mail-charset.ts';
import { chooseCharset, decodeBytes, hasJisEscape } from './choose-charset.ts';
import { type HeaderField, type MimePart, splitMime, unfold } from './split-mime.ts';

/** The mail to parse, and which charsets were found where the label said something else (for the log). */
export type RepairedMail = { raw: Buffer; repairs: string[]; parts: MimePart[] };

type Edit = { start: number; end: number; bytes: Buffer };

/**
 * Puts right what the labels say wrong.
 * @param charset what a person says that the texts are written in; undefined = what the bytes say
 * @throws MimeLimitError for a mail that is built to hurt
 */
export function repairCharsets(raw: Buffer, charset?: MailCharset): RepairedMail {
  const parts = splitMime(raw);
  const edits: Edit[] = [];
  const repairs: string[] = [];
  for (const part of parts) {
    const body = isInlineText(part) ? repairBody(raw, part, charset) : null;
    for (const field of part.fields) {
      if (body !== null && (field.name === 'content-type' || field.name === 'content-transfer-encoding')) continue;
      const edit = repairField(raw, field, charset);
      if (edit === null) continue;
      edits.push(edit.edit);
      repairs.push(`header:${edit.label}`);
    }
    if (body !== null) {
      edits.push(...body.edits);
      repairs.push(`body:${body.label}`);
    }
  }
  return { raw: edits.length === 0 ? raw : apply(raw, edits), repairs, parts };
}

/** Text that is shown, not a file that is passed on. */
function isInlineText(part: MimePart): boolean {
  if (part.contentType !== 'text/plain' && part.contentType !== 'text/html') return false;
  return part.disposition !== 'attachment' && part.parameters['name'] === undefined;
}

function repairField(
  raw: Buffer,
  field: HeaderField,
  charset: MailCharset | undefined,
): { edit: Edit; label: string } | null {
  const bytes = raw.subarray(field.valueStart, field.end);
  if (!bytes.some((byte) => byte >= 0x80) && !hasJisEscape(bytes)) return null;
  const chosen = charset === undefined ? chooseCharset(bytes, null) : { label: charset };
  if (chosen.label === 'utf-8') return null;
  const text = decodeBytes(bytes, chosen.label);
  return { edit: { start: field.valueStart, end: field.end, bytes: Buffer.from(text, 'utf8') }, label: chosen.label };
}

function repairBody(
  raw: Buffer,
  part: MimePart,
  charset: MailCharset | undefined,
): { edits: Edit[]; label: string } | null {
  const encoded = raw.subarray(part.bodyStart, part.end);
  const bytes = decodeTransfer(encoded, part.transferEncoding);
  const declared = part.parameters['charset'] ?? null;
  const chosen = charset === undefined ? chooseCharset(bytes, declared) : { label: charset, isDeclared: false };
  if (chosen.isDeclared) return null;
  if (charset === undefined && declared === null && chosen.label === 'utf-8' && !bytes.some((byte) => byte >= 0x80))
    return null;
  const text = Buffer.from(decodeBytes(bytes, chosen.label), 'utf8').toString('base64');
  const body = Buffer.from((text.match(/.{1,76}/g) ?? []).join('\r\n'), 'latin1');
  const kept = Object.entries(part.parameters)
    .filter(([name]) => name === 'format' || name === 'delsp')
    .map(([name, value]) => `; ${name}=${value.replaceAll(/[^\w-]/g, '')}`);
  const type = `Content-Type: ${part.contentType}; charset=utf-8${kept.join('')}\r\n`;
  const header = Buffer.from(`${type}Content-Transfer-Encoding: base64\r\n`, 'latin1');
  const dropped = part.fields.filter(
    (field) => field.name === 'content-type' || field.name === 'content-transfer-encoding',
  );
  return {
    edits: [
      { start: part.start, end: part.start, bytes: header },
      ...dropped.map((field) => ({ start: field.start, end: field.end, bytes: Buffer.alloc(0) })),
      { start: part.bodyStart, end: part.end, bytes: body },
    ],
    label: chosen.label,
  };
}

/** Undoes base64 and quoted-printable; every other encoding is the bytes themselves. */
export function decodeTransfer(encoded: Buffer, transferEncoding: string): Buffer {
  if (transferEncoding === 'base64') return Buffer.from(encoded.toString('latin1'), 'base64');
  if (transferEncoding === 'quoted-printable') return decodeQuotedPrintable(encoded);
  return encoded;
}

function decodeQuotedPrintable(encoded: Buffer): Buffer {
  const out = Buffer.alloc(encoded.length);
  let length = 0;
  for (let at = 0; at < encoded.length; at += 1) {
    const byte = encoded[at] ?? 0;
    if (byte !== 0x3d) {
      out[length++] = byte;
      continue;
    }
    const hex = encoded.toString('latin1', at + 1, at + 3);
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      out[length++] = Number.parseInt(hex, 16);
      at += 2;
    } else if (hex === '\r\n') {
      at += 2;
    } else if (hex.startsWith('\n')) {
      at += 1;
    } else {
      out[length++] = byte;
    }
  }
  return out.subarray(0, length);
}

function apply(raw: Buffer, edits: Edit[]): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    pieces.push(raw.subarray(at, edit.start), edit.bytes);
    at = edit.end;
  }
  pieces.push(raw.subarray(at));
  return Buffer.concat(pieces);
}

/** The first field of that name as Latin-1, or null; `parts[0]` is the mail itself. */
export function fieldOf(raw: Buffer, part: MimePart | undefined, name: string): string | null {
  const field = part?.fields.find((one) => one.name === name);
  return field === undefined ? null : unfold(raw, field);
}

/** Every field of that name as Latin-1, from the top. */
export function fieldsOf(raw: Buffer, part: MimePart | undefined, name: string): string[] {
  return (part?.fields ?? []).filter((one) => one.name === name).map((field) => unfold(raw, field));
}
