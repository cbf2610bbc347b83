/**
 * Sends a reply as a mail that threads everywhere and can be recognised again, and says honestly what became of it. Never
 * sends twice: what is unclear is told as unclear, and a person decides.
 */
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Clock } from '../../../shared/domain/clock.ts';
import { unreachable } from '../../../shared/domain/unreachable.ts';
import type { OutgoingMessage, SendOutcome } from '../channel-adapter.ts';
import { type Delivery, deliverBySmtp, type Envelope } from './deliver-by-smtp.ts';
import { domainOf, type MailServer, type MailSettings } from './mail-settings.ts';
import { messageIdsIn } from './message-ids.ts';
import { type MailError, nameMailError } from './name-mail-error.ts';
import { reasonOfStatus } from './read-dsn.ts';
import { OWN_HEADER } from './recognise-automatic.ts';
import { addressWithToken, messageIdOf } from './thread-mail.ts';

/** What happened, besides the outcome: the finished mail for the Sent folder, and how the server did. */
export type SentMail = { outcome: SendOutcome; raw: Buffer; messageId: string; serverError: MailError | null };

/** Waits before a sending that failed for a while, in milliseconds; the dispatcher adds its own growth. */
const RETRY_BUSY_MS = 60_000;
const RETRY_UNREACHABLE_MS = 20_000;

/** References that are sent: the root and the latest. Longer lines than 998 characters are folded, not forbidden. */
const MAX_REFERENCES = 20;

/**
 * Writes the mail of a message.
 * @returns the bytes as they go out, CRLF, UTF-8
 */
export async function composeMail(
  message: OutgoingMessage,
  settings: MailSettings,
  accountId: string,
  clock: Clock,
): Promise<Buffer> {
  const target = message.mail;
  const references = (target?.references ?? []).flatMap(messageIdsIn);
  const inReplyTo =
    target?.inReplyTo === null || target?.inReplyTo === undefined ? undefined : messageIdsIn(target.inReplyTo)[0];
  const thread = [
    ...new Set(inReplyTo === undefined ? references : [...references.filter((id) => id !== inReplyTo), inReplyTo]),
  ];
  const kept = thread.length <= MAX_REFERENCES ? thread : [...thread.slice(0, 1), ...thread.slice(1 - MAX_REFERENCES)];
  const { displayName, address } = message.to;
  const composer = new MailComposer({
    from: { name: settings.fromName, address: settings.address },
    to: target?.to ?? [displayName === null ? address : { name: displayName, address }],
    cc: target?.cc ?? [],
    ...(settings.plusAddressing ? { replyTo: addressWithToken(settings.address, message.idempotencyKey) } : {}),
    subject: target?.subject ?? 'Re:',
    messageId: messageIdOf(message.idempotencyKey, domainOf(settings.address)),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    references: kept,
    date: new Date(clock.now()),
    text: message.text.replaceAll(/\r\n?|\n/g, '\r\n'),
    attachments: await attachmentsOf(message),
    headers: { [OWN_HEADER]: accountId },
    xMailer: false,
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** Names in Japanese become RFC 2231 parameters, with the older encoded word for `name` beside them; nodemailer does both. */
async function attachmentsOf({ files }: OutgoingMessage) {
  const attachments = [];
  for (const file of files)
    attachments.push({
      filename: file.name,
      // A part of this type would be taken for a mail inside the mail.
      contentType: /^(message|multipart)\//.test(file.type) ? 'application/octet-stream' : file.type,
      content: Buffer.from(await file.read()),
      contentDisposition: 'attachment',
      contentTransferEncoding: 'base64',
    });
  return attachments;
}

/**
 * Sends one message.
 * @param deliver hands the mail over; tests pass their own
 */
export async function sendMail(
  message: OutgoingMessage,
  settings: MailSettings,
  accountId: string,
  clock: Clock,
  deliver: (server: MailServer, envelope: Envelope, raw: Buffer) => Promise<Delivery> = deliverBySmtp,
): Promise<SentMail> {
  let raw: Buffer;
  try {
    raw = await composeMail(message, settings, accountId, clock);
  } catch (error) {
    // Before anything was said to the server: a file that is gone from the store will not come back by itself.
    if (message.files.length === 0) throw error;
    const outcome = { outcome: 'refused', reason: 'file-not-readable' } as const;
    return { raw: Buffer.alloc(0), messageId: '', outcome, serverError: null };
  }
  const named = message.mail === null ? [message.to.address] : [...message.mail.to, ...message.mail.cc];
  // `.invalid` (RFC 2606) stands where a mail had no sender to answer.
  const to = named.filter((address) => address !== '' && !address.endsWith('.invalid'));
  const envelope = { from: settings.address, to: [...new Set(to)], envelopeId: message.idempotencyKey };
  const messageId = messageIdOf(message.idempotencyKey, domainOf(settings.address));
  if (to.length === 0) {
    return { raw, messageId, outcome: { outcome: 'refused', reason: 'mail-recipient-missing' }, serverError: null };
  }
  const delivery = await deliver(settings.smtp, envelope, raw);
  return { raw, messageId, ...judge(delivery, messageId) };
}

function judge(delivery: Delivery, messageId: string): { outcome: SendOutcome; serverError: MailError | null } {
  switch (delivery.became) {
    case 'accepted':
      return { outcome: { outcome: 'sent', externalId: messageId, state: 'sent' }, serverError: null };
    case 'refused':
      return { outcome: judgeRefusal(delivery), serverError: null };
    case 'notSent': {
      const serverError = nameMailError('smtp', delivery.error);
      const afterMs = serverError.name === 'smtp-authentication-failed' ? RETRY_BUSY_MS : RETRY_UNREACHABLE_MS;
      return { outcome: { outcome: 'retry', reason: serverError.name, afterMs }, serverError };
    }
    case 'unclear':
      return {
        outcome: { outcome: 'unknown', reason: 'smtp-outcome-unknown', hadKey: false },
        serverError: nameMailError('smtp', delivery.error),
      };
    default:
      return unreachable(delivery);
  }
}

/** RFC 5321, 4.2.1: 4xx may be tried again, 5xx must not. 503 speaks of the session, not of the mail. */
function judgeRefusal(refusal: Extract<Delivery, { became: 'refused' }>): SendOutcome {
  if (refusal.code < 500 || refusal.code === 503) {
    return { outcome: 'retry', reason: 'smtp-not-now', afterMs: RETRY_BUSY_MS };
  }
  if (refusal.code === 552 || refusal.status?.endsWith('.3.4') === true)
    return { outcome: 'refused', reason: 'mail-too-large' };
  const named = reasonOfStatus(refusal.status);
  if (named !== 'mail-not-delivered') return { outcome: 'refused', reason: named };
  if (refusal.step === 'recipient') return { outcome: 'refused', reason: 'mail-recipient-refused' };
  return { outcome: 'refused', reason: refusal.step === 'sender' ? 'mail-sender-refused' : 'mail-refused-by-policy' };
}
