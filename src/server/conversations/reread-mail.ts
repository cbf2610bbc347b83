/**
 * Reads a mail once more from its raw bytes, by the charset that an agent says it is written in, and puts the result in
 * the place of what was read wrong. The raw mail stays as it is, so any choice can be undone by another.
 */
import { and, eq } from 'drizzle-orm';
import { toStorableText } from '../../shared/domain/clean-text.ts';
import type { AgentId, MessageId } from '../../shared/domain/ids.ts';
import type { MailCharset } from '../../shared/domain/mail-charset.ts';
import type { AskReply } from '../../shared/sync-protocol.ts';
import type { RunningChannel } from '../channels/channel-adapter.ts';
import { auditEvent, conversation, message, rawEvent } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import { type Source, write } from '../db/write.ts';
import { findActiveAgent, reachOf } from '../sync/rights.ts';
import { previewOf } from './add-message.ts';

export type RereadParts = {
  database: ServerDatabase;
  source: Source;
  channelOf(accountId: string): RunningChannel | null;
};

const notFound: AskReply = { ok: false, why: 'not-found', detail: 'there is no such mail among your conversations' };

/**
 * Answers with the output null; the changed message comes by the feed like every other change.
 * @throws when the database fails; nothing is changed then
 */
export async function rereadMail(
  { database, source, channelOf }: RereadParts,
  agentId: AgentId,
  messageId: MessageId,
  charset: MailCharset,
): Promise<AskReply> {
  const by = await findActiveAgent(database.orm, agentId);
  const [found] = await database.orm.select().from(message).where(eq(message.id, messageId));
  // The same answer for a message that is not there: nobody learns of one by asking.
  if (by === null || found?.detail.kind !== 'mail' || found.direction !== 'in') return notFound;
  if ((await reachOf(database.orm, by, found.conversationId)) !== 'holds') return notFound;
  const raw = await findRaw(database, found);
  const channel = channelOf(found.channelAccountId);
  if (raw === null || channel?.readAgain === undefined)
    return { ok: false, why: 'failed', detail: 'the original of this mail cannot be read now' };
  const read = await channel.readAgain(raw, charset);
  if (read === null) return { ok: false, why: 'failed', detail: 'the mail cannot be read by this charset' };

  const { result } = await write(database, source, async (w): Promise<AskReply> => {
    const [now] = await w.tx.select().from(message).where(eq(message.id, messageId));
    // Taken back meanwhile: what was hidden must not come to light again.
    if (now?.detail.kind !== 'mail' || now.redactedAt !== null) return notFound;
    const detail = { ...now.detail, head: { ...now.detail.head, subject: read.subject } };
    const text = toStorableText(read.text);
    await w.tx.update(message).set({ text, html: read.html, detail }).where(eq(message.id, messageId));
    w.append('message', [messageId]);
    const [of] = await w.tx.select().from(conversation).where(eq(conversation.id, now.conversationId));
    if (of !== undefined) {
      const isLast = of.lastInSeq === now.seq && of.previewDirection === 'in';
      // The subject of a conversation is that of its first mail, and stays another one where somebody gave it another.
      const isNamedAfterIt = of.subject === now.detail.head.subject;
      await w.tx
        .update(conversation)
        .set({
          preview: isLast ? previewOf(text, detail) : of.preview,
          subject: isNamedAfterIt && read.subject !== '' ? read.subject : of.subject,
        })
        .where(eq(conversation.id, of.id));
      w.append('conversation', [of.id]);
    }
    await w.tx.insert(auditEvent).values({
      id: w.newId(),
      at: w.now,
      agentId,
      what: 'mail.reread',
      target: messageId,
      after: { charset },
    });
    return { ok: true, output: null };
  });
  return result;
}

async function findRaw(database: ServerDatabase, of: typeof message.$inferSelect): Promise<Uint8Array | null> {
  // A mail is kept raw under the id that its message has.
  if (of.externalId === null) return null;
  const [found] = await database.orm
    .select({ body: rawEvent.body })
    .from(rawEvent)
    .where(and(eq(rawEvent.accountId, of.channelAccountId), eq(rawEvent.eventId, of.externalId)));
  return found?.body ?? null;
}
