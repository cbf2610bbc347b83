/**
 * Reads a notification about a mail of ours: RFC 3464 in any language (Postfix writes its text in Japanese where it is
 * told to, its fields stay), and the bounces of older servers that only quote the mail. Says what the other server
 * claims; whether the mail was ours at all is asked elsewhere.
 */
import { messageIdsIn } from './message-ids.ts';
import { decodeTransfer, fieldOf } from './repair-charsets.ts';
import { type MimePart, splitMime, unfold } from './split-mime.ts';

export type DsnAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

export type DsnReport = {
  recipient: string | null;
  action: DsnAction;
  /** `5.1.1` (RFC 3463), or null. */
  status: string | null;
  reason: DsnReason;
};

export type Dsn = {
  reports: DsnReport[];
  /** Message-IDs of the mail it tells of, surest first. */
  originalIds: string[];
  /** What we gave as ENVID: the idempotency key. */
  envelopeId: string | null;
};

/** Names of the reasons for `failed`, shown to agents through the catalogues. */
export const dsnReasons = [
  'mail-recipient-unknown',
  'mail-domain-unknown',
  'mail-recipient-mailbox-full',
  'mail-recipient-disabled',
  'mail-too-large',
  'mail-refused-by-policy',
  'mail-not-reachable',
  'mail-expired',
  'mail-not-delivered',
] as const;
export type DsnReason = (typeof dsnReasons)[number];

/**
 * The reason behind an enhanced status code (RFC 3463, 3).
 * @param status `class.subject.detail`, or null when the server gave none
 */
export function reasonOfStatus(status: string | null): DsnReason {
  const detail = status?.split('.').slice(1).join('.') ?? '';
  if (['1.1', '1.3', '1.6', '1.10'].includes(detail)) return 'mail-recipient-unknown';
  if (['1.2', '4.4'].includes(detail)) return 'mail-domain-unknown';
  if (detail === '2.2') return 'mail-recipient-mailbox-full';
  if (detail === '2.1') return 'mail-recipient-disabled';
  if (['2.3', '3.4'].includes(detail)) return 'mail-too-large';
  if (detail.startsWith('7.') || detail === '7') return 'mail-refused-by-policy';
  if (detail === '4.7') return 'mail-expired';
  if (detail.startsWith('4.')) return 'mail-not-reachable';
  return 'mail-not-delivered';
}

/** How much of an old-style bounce is searched for the mail that it quotes, in bytes. */
const QUOTED_BYTES = 512 * 1024;

/**
 * What a notification says, or null for any other mail.
 * @param parts of the raw mail, as `splitMime` gives them
 */
export function readDsn(raw: Buffer, parts: MimePart[]): Dsn | null {
  const head = parts[0];
  if (head === undefined) return null;
  const status = parts.find((part) => /^message\/(global-)?delivery-status$/.test(part.contentType));
  if (status !== undefined) return readStandard(raw, parts, status);
  return looksLikeBounce(raw, head) ? readOldBounce(raw, head) : null;
}

function readStandard(raw: Buffer, parts: MimePart[], status: MimePart): Dsn {
  const text = decodeTransfer(raw.subarray(status.bodyStart, status.end), status.transferEncoding).toString('latin1');
  const groups = text
    .replaceAll('\r\n', '\n')
    .split(/\n[ \t]*\n+/)
    .map(readFields);
  const envelopeId = groups.map((group) => group.get('original-envelope-id')).find((id) => id !== undefined) ?? null;
  const reports = groups.filter((group) => group.has('action')).map(readReport);
  return { reports, originalIds: originalIds(raw, parts), envelopeId };
}

function readFields(group: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of group.replaceAll(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return fields;
}

function readReport(group: Map<string, string>): DsnReport {
  const said = group.get('action')?.toLowerCase() ?? 'failed';
  const action =
    (['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const).find((one) => one === said) ?? 'failed';
  const status = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(group.get('status') ?? '')?.[1] ?? null;
  const recipient = (group.get('original-recipient') ?? group.get('final-recipient') ?? '').split(';').at(-1)?.trim();
  return { recipient: recipient || null, action, status, reason: reasonOfStatus(status) };
}

/** The returned mail stands in the last part, whole (`message/rfc822`) or its headers (RFC 3462, RFC 6533). */
function originalIds(raw: Buffer, parts: MimePart[]): string[] {
  const ids: string[] = [];
  for (const part of parts) {
    if (!/^(message\/(rfc822|global|global-headers)|text\/rfc822-headers)$/.test(part.contentType)) continue;
    const returned = decodeTransfer(raw.subarray(part.bodyStart, part.end), part.transferEncoding);
    const [head] = splitMime(returned.subarray(0, QUOTED_BYTES));
    const field = head?.fields.find((one) => one.name === 'message-id');
    if (field !== undefined) ids.push(...messageIdsIn(unfold(returned, field)));
  }
  const head = parts[0];
  for (const name of ['in-reply-to', 'references']) {
    const value = fieldOf(raw, head, name);
    if (value !== null) ids.push(...messageIdsIn(value).toReversed());
  }
  return [...new Set(ids)];
}

function looksLikeBounce(raw: Buffer, head: MimePart): boolean {
  const isFromDaemon = /(mailer-daemon|postmaster|mail delivery (sub)?system)/i.test(fieldOf(raw, head, 'from') ?? '');
  const hasNullPath = fieldOf(raw, head, 'return-path')?.replaceAll(/\s/g, '') === '<>';
  const isFailure = /undeliver|returned mail|delivery (status|failure)|failure notice|mail system error|配信/i;
  return isFromDaemon && (hasNullPath || isFailure.test(fieldOf(raw, head, 'subject') ?? ''));
}

/** qmail (cr.yp.to/proto/qsbmf.txt), old sendmail and some mobile carriers: the mail is quoted in the text. */
function readOldBounce(raw: Buffer, head: MimePart): Dsn {
  const quoted = raw.toString('latin1', head.bodyStart, Math.min(head.end, head.bodyStart + QUOTED_BYTES));
  const ids = [...quoted.matchAll(/^[> \t]*Message-ID:[ \t]*(<[^<>\s]{1,900}>)/gim)].map((match) => match[1] ?? '');
  const status = /\b(5\.\d{1,3}\.\d{1,3})\b/.exec(quoted)?.[1] ?? null;
  const report: DsnReport = { recipient: null, action: 'failed', status, reason: reasonOfStatus(status) };
  return { reports: [report], originalIds: [...new Set(ids)], envelopeId: null };
}
