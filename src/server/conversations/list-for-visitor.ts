/** What a visitor may see of a thread: public words and files of both sides. Never a memo, an internal line or an agent's id. */
import { and, asc, desc, eq, gt, inArray } from 'drizzle-orm';
import type { ChannelContext, VisitorMessage } from '../channels/channel-adapter.ts';
import { isOpen } from '../../shared/domain/conversation.ts';
import { attachment, conversation, message } from '../db/schema.ts';
import type { Queries } from '../db/server-database.ts';
import type { AccountRecord } from './receive-message.ts';

/** Most messages that are given at once; the page asks again after the last. */
const AT_ONCE = 500;

/** The newest conversation of a thread after `afterSeq`, or null when nothing was ever said there. */
export async function listForVisitor(
  queries: Queries,
  accountId: AccountRecord['id'],
  threadId: string,
  afterSeq: number,
): ReturnType<ChannelContext['listForVisitor']> {
  const [of] = await queries
    .select()
    .from(conversation)
    .where(and(eq(conversation.channelAccountId, accountId), eq(conversation.externalThreadId, threadId)))
    .orderBy(desc(conversation.openedAt))
    .limit(1);
  if (!of) return null;
  const rows = await queries
    .select()
    .from(message)
    .where(and(eq(message.conversationId, of.id), gt(message.seq, afterSeq), inArray(message.direction, ['in', 'out'])))
    .orderBy(asc(message.seq))
    .limit(AT_ONCE);
  const files =
    rows.length === 0
      ? []
      : await queries
          .select()
          .from(attachment)
          .where(
            inArray(
              attachment.messageId,
              rows.map((row) => row.id),
            ),
          );
  const messages = rows
    .filter((row) => row.visibility !== 'internal' && row.redactedAt === null)
    .map(
      (row): VisitorMessage => ({
        messageId: row.id,
        seq: row.seq,
        direction: row.direction === 'in' ? 'in' : 'out',
        authorName: row.authorName,
        text: row.text,
        sentAt: row.receivedAt,
        deliveryState: row.deliveryState,
        clientMessageId: row.direction === 'in' ? (row.clientMessageId ?? row.externalId) : null,
        files: files
          .filter((file) => file.messageId === row.id && !file.isBlocked)
          .map((file) => ({ attachmentId: file.id, name: file.name, type: file.sniffedType, size: file.size })),
      }),
    );
  return { conversationId: of.id, messages, readSeq: of.readSeq, isOpen: isOpen(of.status) };
}
