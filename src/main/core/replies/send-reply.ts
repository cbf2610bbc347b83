/** `replies.send`: a reply goes into the outbox and its draft is done, in one transaction. Sends nothing itself. */
import { newId } from '../../../shared/domain/clock.ts';
import type { z } from 'zod';
import { limitsOf } from '../../../shared/domain/channel.ts';
import type { CommandBody, mailTargetSchema } from '../../../shared/domain/command.ts';
import { openPlaceholders } from '../../../shared/domain/placeholders.ts';
import { faultOfFiles, type SentFile } from '../../../shared/domain/file.ts';
import type { CommandId, ConversationId, MessageId, UploadId } from '../../../shared/domain/ids.ts';
import { getPredicted } from '../conversations/get-conversation.ts';
import type { Desk } from '../desk.ts';
import { finishDraft } from '../drafts/draft-store.ts';
import { refuseFault } from '../files/add-file.ts';
import { filesOfDraft, giveToMessage } from '../files/outgoing-files.ts';
import { append, writeOutbox } from '../outbox/enqueue.ts';
import { Refused } from '../refused.ts';

type Input = {
  conversationId: ConversationId;
  text: string;
  /** Files of the draft that go along, in this order. */
  files?: readonly UploadId[] | undefined;
  mail: z.output<typeof mailTargetSchema> | null;
  seenSeq: number;
  /** Kept back for so many ms, so that it can be taken back. */
  holdMs?: number | undefined;
};

/**
 * Orders a reply. The message's id is made here, so the bubble keeps its place when the server has it.
 * Refused with `not-found` (also a file that is not with the draft), `not-allowed` (a channel that takes no replies or no
 * files) and `too-large`.
 */
export function sendReply(
  desk: Desk,
  { conversationId, text, files = [], mail, seenSeq, holdMs = 0 }: Input,
): { commandId: CommandId; messageId: MessageId } {
  const now = getPredicted(desk, conversationId);
  const limits = limitsOf(now.channel);
  if (!limits.canReply) throw new Refused('not-allowed', `a conversation by ${now.channel} takes no replies here`);
  const open = openPlaceholders(text);
  if (open.length > 0) throw new Refused('not-allowed', `fill in ${open.join(', ')} first`, 'text');
  if (limits.maxCharacters !== null && text.length > limits.maxCharacters) {
    throw new Refused(
      'too-large',
      `a message by ${now.channel} holds ${limits.maxCharacters} characters: shorten it or send two`,
      'text',
    );
  }
  const sent = filesOf(desk, conversationId, files);
  refuseFault(faultOfFiles(limits, sent), now.channel);
  const messageId = newId(desk.clock, desk.random) as MessageId;
  const commandId = writeOutbox(desk, (writer, touch) => {
    finishDraft(desk, writer, touch, conversationId, 'reply');
    giveToMessage(writer, touch, conversationId, sent, messageId);
    const body: CommandBody = {
      kind: 'reply.send',
      messageId,
      conversationId,
      text,
      ...(sent.length === 0 ? {} : { files: sent }),
      mail: now.channel === 'mail' ? mail : null,
      seenSeq,
      seenStatus: now.status,
    };
    return append(desk, writer, touch, body, holdMs === 0 ? null : desk.clock.now() + holdMs);
  });
  desk.line.outboxChanged();
  desk.line.draftsChanged();
  return { commandId, messageId };
}

function filesOf(desk: Desk, conversationId: ConversationId, wanted: readonly UploadId[]): SentFile[] {
  const there = new Map(filesOfDraft(desk.outbox.reader, conversationId).map((file) => [file.uploadId, file]));
  return [...new Set(wanted)].map((id) => {
    const file = there.get(id);
    if (!file) throw new Refused('not-found', 'a file is not with this draft any more: attach it again', 'files');
    return file;
  });
}
