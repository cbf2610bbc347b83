/**
 * Turns the bytes of one mail into plain facts: who, to whom, text, clean HTML, files. Runs in a worker thread, because
 * a stranger wrote the bytes and may have written them to hurt. Asks nobody and stores nothing.
 */
import { domainToASCII } from 'node:url';
import { type AddressObject, type Attachment, simpleParser } from 'mailparser';
import { cleanFileName } from '../../../shared/domain/clean-text.ts';
import type { MailCharset } from '../../../shared/domain/mail-charset.ts';
import { cleanHtml, MAX_HTML } from './clean-html.ts';
import { cleanLine, cleanText } from './clean-text.ts';
import { ownMessageId } from './message-ids.ts';
import { type Dsn, readDsn } from './read-dsn.ts';
import { type AutomaticReason, recogniseAutomatic } from './recognise-automatic.ts';
import { fieldOf, fieldsOf, repairCharsets } from './repair-charsets.ts';

export type MailFile = { name: string; declaredType: string; bytes: Uint8Array; inlineCid: string | null };

export type MailAddress = { address: string; name: string };

/** One mail as facts. Ids keep their brackets; addresses are lower case with the domain in ASCII. */
export type ReadMail = {
  messageId: string | null;
  inReplyTo: string;
  references: string;
  subject: string;
  /** Null when there is no address that an answer could go to. */
  from: MailAddress | null;
  to: string[];
  cc: string[];
  replyTo: string[];
  deliveredTo: string[];
  /** Epoch ms by the sender's clock; null when missing or unreadable. */
  sentAt: number | null;
  text: string;
  html: string | null;
  remotePictures: number;
  files: MailFile[];
  /** More than one From, or a display name that pretends to be another address. */
  isSuspicious: boolean;
  automatic: AutomaticReason | null;
  dsn: Dsn | null;
  /** Topmost header fields that a trusted server wrote, for the DMARC result. */
  authenticationResults: string[];
  /** Number of DKIM signatures; many are an attack on whoever checks them. */
  dkimSignatures: number;
  /** Charsets that were found where the label said something else. */
  repairs: string[];
};

/** Addresses kept of To and of Cc each; the rest is in the raw mail. */
const MAX_ADDRESSES = 100;

/**
 * Reads one mail.
 * @param source raw bytes as the mail server has them
 * @param charset by which every text is read, whatever its label says; undefined = by label and bytes
 * @throws MimeLimitError, or the parser's error, for a mail that cannot be read safely
 */
export async function readMail(source: Uint8Array, charset?: MailCharset): Promise<ReadMail> {
  const raw = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const repaired = repairCharsets(raw, charset);
  const head = repaired.parts[0];
  const header = (name: string): string | null => fieldOf(raw, head, name);
  const mail = await simpleParser(repaired.raw, {
    keepCidLinks: true,
    skipImageLinks: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    checksumAlgo: false,
    keepDeliveryStatus: true,
    maxHtmlLengthToParse: MAX_HTML,
  });
  const senders = flatten(mail.from);
  const from = senders.find((sender) => sender.address !== '') ?? null;
  const cleaned = typeof mail.html === 'string' && mail.html.trim() !== '' ? cleanHtml(mail.html) : null;
  const html = cleaned?.html ?? '';
  return {
    messageId: ownMessageId(header('message-id') ?? ''),
    inReplyTo: header('in-reply-to') ?? '',
    references: header('references') ?? '',
    subject: cleanLine(mail.subject ?? ''),
    from,
    to: addressesOf(mail.to),
    cc: addressesOf(mail.cc),
    replyTo: addressesOf(mail.replyTo),
    deliveredTo: fieldsOf(raw, head, 'delivered-to').map((value) => value.toLowerCase()),
    sentAt: readDate(header('date')),
    text: cleanText(mail.text ?? ''),
    html: html.trim() === '' ? null : html,
    remotePictures: cleaned?.remotePictures ?? 0,
    files: mail.attachments.map((file, index) => readFile(file, index, html)),
    isSuspicious: fieldsOf(raw, head, 'from').length > 1 || senders.length > 1 || senders.some(pretends),
    automatic: recogniseAutomatic(header),
    dsn: readDsn(raw, repaired.parts),
    authenticationResults: fieldsOf(raw, head, 'authentication-results').slice(0, 5),
    dkimSignatures: fieldsOf(raw, head, 'dkim-signature').length,
    repairs: repaired.repairs,
  };
}

function flatten(header: AddressObject | AddressObject[] | undefined): MailAddress[] {
  const objects = header === undefined ? [] : Array.isArray(header) ? header : [header];
  const entries = objects.flatMap((object) => object.value).flatMap((entry) => entry.group ?? [entry]);
  return entries.map((entry) => ({ address: normalAddress(entry.address ?? ''), name: cleanLine(entry.name, 200) }));
}

function addressesOf(header: AddressObject | AddressObject[] | undefined): string[] {
  const addresses = flatten(header)
    .map((one) => one.address)
    .filter((address) => address !== '');
  return [...new Set(addresses)].slice(0, MAX_ADDRESSES);
}

/** Lower case, domain in ASCII; "" for what is no address. A domain in look-alike letters shows as `xn--`. */
function normalAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at).trim().toLowerCase();
  const domain = domainToASCII(address.slice(at + 1).trim());
  const isAddress = at > 0 && address.length <= 254 && domain !== '' && !/[\s\p{Cc}<>,;:]/u.test(local);
  return isAddress ? `${local}@${domain}` : '';
}

/** A display name with an address in it that is not the sender's: 「support@bank.example」 <x@evil.example>. */
function pretends(sender: MailAddress): boolean {
  const shown =
    sender.name
      .normalize('NFKC')
      .toLowerCase()
      .match(/[^\s@<>"'()[\],;:]+@[^\s@<>"'()[\],;:]+\.[a-z0-9-]{2,}/g) ?? [];
  return shown.some((address) => address !== sender.address);
}

function readDate(value: string | null): number | null {
  const time = value === null ? Number.NaN : Date.parse(value.replaceAll(/\([^)]*\)/g, ' ').trim());
  return Number.isNaN(time) ? null : time;
}

/** Extension for a part without a name, so that it can be opened at all. */
const extensions: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'message/rfc822': 'eml',
  'text/calendar': 'ics',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'message/delivery-status': 'txt',
};

function readFile(file: Attachment, index: number, html: string): MailFile {
  const type = /^[\w.+-]{1,80}\/[\w.+-]{1,80}$/.test(file.contentType) ? file.contentType.toLowerCase() : '';
  const unnamed = `attachment-${index + 1}.${extensions[type] ?? 'bin'}`;
  const cid = file.cid?.replaceAll(/[<>\s]/g, '').slice(0, 500) ?? '';
  const isShownInline = cid !== '' && (file.related === true || html.includes(`cid:${cid}`));
  return {
    name: file.filename === undefined || file.filename.trim() === '' ? unnamed : cleanFileName(file.filename),
    declaredType: type === '' ? 'application/octet-stream' : type,
    bytes: file.content,
    inlineCid: isShownInline ? cid : null,
  };
}
