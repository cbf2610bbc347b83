/**
 * Puts a copy of what went out into the mailbox's Sent folder, so that colleagues with another mail program see it.
 * Best effort: a copy that cannot be filed never changes what became of the mail itself.
 */
import type { ImapFlow } from 'imapflow';
import type { MailSettings } from './mail-settings.ts';
import { newImapClient } from './open-imap.ts';

/**
 * Files one mail, unless the folder has it already (some servers file by themselves).
 * @param raw the whole mail as it went out
 * @throws what imapflow throws
 */
export async function fileSentCopy(
  settings: MailSettings,
  messageId: string,
  raw: Buffer,
): Promise<'filed' | 'there-already'> {
  return withSentFolder(settings, async (client, folder) => {
    if (await hasMessage(client, messageId)) return 'there-already';
    await client.append(folder, raw, ['\\Seen']);
    return 'filed';
  });
}

/**
 * Whether the Sent folder has a mail. Proves a sending only where the SMTP server itself files what it has accepted.
 * @throws what imapflow throws
 */
export async function isInSentFolder(settings: MailSettings, messageId: string): Promise<boolean> {
  return withSentFolder(settings, (client) => hasMessage(client, messageId));
}

async function withSentFolder<T>(
  settings: MailSettings,
  work: (client: ImapFlow, folder: string) => Promise<T>,
): Promise<T> {
  const client = newImapClient(settings.imap);
  try {
    await client.connect();
    const folder = settings.sentMailbox ?? (await findSentFolder(client));
    await client.mailboxOpen(folder, { readOnly: true });
    const result = await work(client, folder);
    await client.logout();
    return result;
  } finally {
    client.close();
  }
}

/** The folder that the server marks as \Sent (RFC 6154), or one of that name, made if it is missing. */
async function findSentFolder(client: ImapFlow): Promise<string> {
  const folders = await client.list();
  const sent = folders.find((folder) => folder.specialUse === '\\Sent');
  if (sent !== undefined) return sent.path;
  await client.mailboxCreate('Sent');
  return 'Sent';
}

async function hasMessage(client: ImapFlow, messageId: string): Promise<boolean> {
  const found = await client.search({ header: { 'message-id': messageId } }, { uid: true });
  return Array.isArray(found) && found.length > 0;
}
