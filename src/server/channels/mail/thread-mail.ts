/**
 * Says which mails an incoming one answers, best first: In-Reply-To, References from the right, then the token that our
 * own address carried. Subjects are never asked: two customers write 「注文について」 on the same day. Whether the sender
 * may join what it names is decided by whoever receives it.
 */
import { messageIdsIn } from './message-ids.ts';

/** Ids that are looked up at most. The root and the latest are what threads hang on. */
const MAX_IDS = 50;

export type Thread = {
  /** The oldest mail of the thread that this one names, or itself. */
  threadId: string;
  answersExternalIds: string[];
};

/** Our address with a token: `support+k<32 hex digits>@…`; the digits are the idempotency key of the answered mail. */
const token = /\+k([0-9a-f]{32})@/i;

/**
 * Threads one mail.
 * @param recipients addresses of To, Cc and Delivered-To
 * @param domain right side of our own Message-IDs
 */
export function threadMail(
  mail: { externalId: string; inReplyTo: string; references: string; recipients: string[] },
  domain: string,
): Thread {
  const references = messageIdsIn(mail.references);
  const inReplyTo = messageIdsIn(mail.inReplyTo);
  const tokens = mail.recipients.map((address) => token.exec(address)?.[1]).filter((key) => key !== undefined);
  const named = [...inReplyTo, ...references.toReversed(), ...tokens.map((key) => messageIdOf(uuidOf(key), domain))];
  const answers = [...new Set(named)].filter((id) => id !== mail.externalId);
  const root = references[0] ?? inReplyTo[0] ?? mail.externalId;
  const kept = answers.length <= MAX_IDS ? answers : [...answers.slice(0, MAX_IDS - 1), root];
  return { threadId: root, answersExternalIds: [...new Set(kept)] };
}

/** The Message-ID of an outgoing mail: the same key gives the same id, so a repeated sending is seen as one. */
export function messageIdOf(idempotencyKey: string, domain: string): string {
  return `<${idempotencyKey}@${domain}>`;
}

/** Our address with the token of one mail, for Reply-To where the mailbox takes `+`. */
export function addressWithToken(address: string, idempotencyKey: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}+k${idempotencyKey.replaceAll('-', '').toLowerCase()}${address.slice(at)}`;
}

function uuidOf(key: string): string {
  const hex = key.toLowerCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
