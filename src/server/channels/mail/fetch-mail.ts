/** Fetches one mail by its UID: whole, or only its beginning when it is too large to be read. Stores nothing. */
import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { MAX_MAIL_BYTES } from './open-imap.ts';
import { HEAD_BYTES } from './stub-mail.ts';
import type { FoundMail, StubReason } from './take-in-mail.ts';

/**
 * The mail, or null when it is gone by now.
 * @param now epoch ms, for a server that does not say when a mail came
 * @throws what imapflow throws
 */
export async function fetchMail(open: ImapFlow, uid: number, now: number): Promise<FoundMail | null> {
  const about = await open.fetchOne(String(uid), { uid: true, size: true, internalDate: true }, { uid: true });
  if (about === false) return null;
  const stubReason: StubReason | null = (about.size ?? 0) > MAX_MAIL_BYTES ? 'mail-too-large' : null;
  const source = stubReason === null ? true : { start: 0, maxLength: HEAD_BYTES };
  const full = await open.fetchOne(String(uid), { uid: true, source }, { uid: true });
  if (full === false || full.source === undefined) return null;
  return { raw: full.source, size: about.size ?? full.source.length, stubReason, arrivedAt: arrivalOf(about, now) };
}

/** Stands for a mail that the server has but will not give, so that an agent knows that it is there. */
export function unfetchableMail(mailbox: string, uid: number, now: number): FoundMail {
  const id = `<${mailbox}.${uid}@not-fetchable.invalid>`.replaceAll(/\s/g, '');
  return { raw: Buffer.from(`Message-ID: ${id}\r\n\r\n`), size: 0, stubReason: 'mail-not-fetchable', arrivedAt: now };
}

/** When the mail came into the mailbox, in epoch ms by the server's clock. */
export function arrivalOf(message: FetchMessageObject, now: number): number {
  const date = message.internalDate;
  const time = date === undefined ? Number.NaN : date instanceof Date ? date.getTime() : Date.parse(date);
  return Number.isNaN(time) ? now : time;
}
