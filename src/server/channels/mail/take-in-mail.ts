/**
 * Takes one mail from the mailbox into the house: keeps the raw bytes, reads them in the worker, and passes on what they
 * are: a customer's message, a report about a mail of ours, or nothing at all. May be called again for the same mail;
 * it counts once. Never throws for the mail's sake, only when the house cannot store.
 */
import { createHash } from 'node:crypto';
import type { DNSResolver } from 'mailauth';
import type { ChannelContext, InboundMessage } from '../channel-adapter.ts';
import { checkDmarc, type DmarcResult } from './check-dmarc.ts';
import type { MailReader } from './mail-reader.ts';
import { domainOf, type MailSettings } from './mail-settings.ts';
import type { Dsn } from './read-dsn.ts';
import type { ReadMail } from './read-mail.ts';
import { headOf, stubText } from './stub-mail.ts';
import { messageIdOf, threadMail } from './thread-mail.ts';

/** What became of a mail. `echo`: our own outgoing mail came back, by Bcc or a list. */
export type Taken = 'message' | 'known' | 'stub' | 'report' | 'echo';

export type TakeIn = {
  context: ChannelContext;
  settings: MailSettings;
  reader: MailReader;
  resolve: DNSResolver;
};

/**
 * A mail as the mailbox has it. With a `stubReason` it is not read: too large (then `raw` is only its beginning), or it
 * could not be fetched or stored before.
 */
export type FoundMail = { raw: Buffer; size: number; stubReason: StubReason | null; arrivedAt: number };
export type StubReason = 'mail-too-large' | 'mail-not-fetchable' | 'mail-not-storable';

/** Author of a mail without a usable sender; `.invalid` is no domain (RFC 2606), so nothing can be sent there. */
const UNKNOWN_SENDER = 'unknown-sender@mail.invalid';

/** Takes in one mail. */
export async function takeInMail(house: TakeIn, found: FoundMail): Promise<Taken> {
  const { context, reader } = house;
  const reading = found.stubReason === null ? await reader.read(found.raw) : { reason: found.stubReason };
  if ('reason' in reading) return takeInStub(house, found, reading.reason);
  const { mail } = reading;
  const externalId = mail.messageId ?? hashOf(found.raw);
  await context.keepRaw(externalId, found.raw);
  if (mail.dsn !== null) {
    const isOurs = await reportDsn(house, mail.dsn);
    // A report about a mail that we never sent is a forged sender's debris, not a customer's message.
    if (isOurs || mail.automatic !== null) return 'report';
  }
  if (await isEcho(context, externalId)) return 'echo';
  const question = {
    raw: found.raw,
    authenticationResults: mail.authenticationResults,
    dkimSignatures: mail.dkimSignatures,
  };
  const dmarc = await checkDmarc(question, house.settings.dmarc, house.resolve);
  if (mail.repairs.length > 0)
    context.log.info('mail-charset-repaired', { charsets: [...new Set(mail.repairs)].join(' ') });
  const received = await context.receiveMessage(toInbound(house, mail, externalId, dmarc, found));
  return received.isNew ? 'message' : 'known';
}

/** The id of a mail without Message-ID: the same bytes give the same id. */
function hashOf(raw: Buffer): string {
  return `sha256:${createHash('sha256').update(raw).digest('hex')}`;
}

async function isEcho(context: ChannelContext, externalId: string): Promise<boolean> {
  const known = await context.findByExternalIds([externalId]);
  return known.some((one) => one.direction === 'out');
}

function toInbound(
  house: TakeIn,
  mail: ReadMail,
  externalId: string,
  dmarc: DmarcResult,
  found: FoundMail,
): InboundMessage {
  const { context, settings } = house;
  const thread = threadMail(
    {
      externalId,
      inReplyTo: mail.inReplyTo,
      references: mail.references,
      recipients: [...mail.to, ...mail.cc, ...mail.deliveredTo],
    },
    domainOf(settings.address),
  );
  const address = mail.from?.address ?? UNKNOWN_SENDER;
  return {
    externalId,
    ...thread,
    author: { address, displayName: mail.from?.name || null, isVerified: dmarc === 'pass' },
    text: mail.text,
    html: mail.html,
    detail: {
      kind: 'mail',
      head: {
        from: address,
        to: mail.to,
        cc: mail.cc,
        ...(asksElsewhere(mail.replyTo, address) && { replyTo: mail.replyTo }),
        subject: mail.subject,
        dmarc,
        remotePictures: mail.remotePictures,
        suspicious: mail.isSuspicious || mail.from === null,
      },
    },
    subject: mail.subject === '' ? null : mail.subject,
    // A sender's clock may be wrong, but not ahead of ours.
    sentAt: Math.min(Math.max(mail.sentAt ?? found.arrivedAt, 0), context.clock.now()),
    files: mail.files,
    replyToken: null,
    visibility: 'private',
    answerByMail: null,
    isAutomatic: mail.automatic !== null,
  };
}

/** A Reply-To that only repeats the sender says nothing. */
function asksElsewhere(replyTo: string[], from: string): boolean {
  return replyTo.some((address) => address !== from);
}

async function takeInStub(house: TakeIn, found: FoundMail, reason: string): Promise<Taken> {
  const { context } = house;
  context.log.warn('mail-not-read', { reason, size: found.size });
  const head = await house.reader.read(headOf(found.raw));
  const mail: ReadMail = 'mail' in head ? head.mail : emptyMail();
  const externalId = mail.messageId ?? hashOf(found.raw);
  await context.keepRaw(externalId, found.raw);
  if (await isEcho(context, externalId)) return 'echo';
  const stub = { ...mail, text: stubText(reason, found.size), html: null, files: [] };
  const received = await context.receiveMessage(toInbound(house, stub, externalId, null, found));
  return received.isNew ? 'stub' : 'known';
}

function emptyMail(): ReadMail {
  return {
    messageId: null,
    inReplyTo: '',
    references: '',
    subject: '',
    from: null,
    to: [],
    cc: [],
    replyTo: [],
    deliveredTo: [],
    sentAt: null,
    text: '',
    html: null,
    remotePictures: 0,
    files: [],
    isSuspicious: true,
    automatic: null,
    dsn: null,
    authenticationResults: [],
    dkimSignatures: 0,
    repairs: [],
  };
}

/** Passes a report on to the mail that it is about; false when none of its ids is a mail of ours. */
async function reportDsn({ context, settings }: TakeIn, dsn: Dsn): Promise<boolean> {
  const byEnvelope = dsn.envelopeId === null ? [] : [messageIdOf(dsn.envelopeId, domainOf(settings.address))];
  const ids = [...new Set([...byEnvelope, ...dsn.originalIds])].slice(0, 20);
  const known = (await context.findByExternalIds(ids)).filter((one) => one.direction === 'out');
  const ours = ids.map((id) => known.find((one) => one.externalId === id)).find((one) => one !== undefined);
  if (ours === undefined) {
    context.log.warn('mail-report-about-unknown-mail', { reports: dsn.reports.length });
    return false;
  }
  const failed = dsn.reports.find((report) => report.action === 'failed');
  const isDelivered = dsn.reports.length > 0 && dsn.reports.every((report) => report.action === 'delivered');
  if (failed === undefined && !isDelivered) {
    context.log.info('mail-report-without-end', { actions: dsn.reports.map((report) => report.action).join(' ') });
    return true;
  }
  await context.reportDelivery({
    messageId: ours.messageId,
    externalId: ours.externalId,
    state: failed === undefined ? 'delivered' : 'failed',
    reason: failed?.reason ?? null,
    at: context.clock.now(),
  });
  return true;
}
