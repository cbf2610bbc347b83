/**
 * Turns one event of LINE into what it means for us. Every step may be repeated: a redelivered event, and one whose first
 * handling a crash cut short, end in the same state.
 */
import { unreachable } from '../../../shared/domain/unreachable.ts';
import type { ChannelContext, InboundMessage } from '../channel-adapter.ts';
import {
  type AnyLineEvent,
  eventToKeep,
  type LineEvent,
  type LineMessage,
  type LineSource,
  threadOf,
  understood,
} from './line-events.ts';
import type { LineState } from './line-state.ts';

export type LineReceiver = {
  context: ChannelContext;
  state: LineState;
  nameOf: (source: LineSource) => Promise<string | null>;
  /** There is content to fetch. */
  fetchContents: () => void;
};

/** A reply token is good for a minute (reference, "Send reply message"); ten seconds are left for the way. */
const REPLY_TOKEN_LASTS_MS = 50_000;

/** Keeps the event, then does what it asks for. Throws when the server's storage does: LINE then delivers it again. */
export async function receiveLineEvent(receiver: LineReceiver, raw: AnyLineEvent): Promise<void> {
  const { context } = receiver;
  await context.keepRaw(raw.webhookEventId, eventToKeep(raw));
  const event = understood(raw);
  if (event === null || event.mode !== 'active') {
    // `standby`: another module of the account has the word. An unknown type is kept for the day we understand it.
    context.log.info('line.event-kept', { type: raw.type, mode: raw.mode });
    return;
  }
  switch (event.type) {
    case 'message':
      return receiveMessageEvent(receiver, event);
    case 'unsend':
      await receiver.state.addUnsent(event.unsend.messageId);
      return context.redactMessage(event.unsend.messageId);
    case 'follow':
    case 'unfollow':
      if (event.source.type === 'user') await context.markBlocked(event.source.userId, event.type === 'unfollow');
      return;
    default:
      return unreachable(event);
  }
}

async function receiveMessageEvent(
  receiver: LineReceiver,
  event: Extract<LineEvent, { type: 'message' }>,
): Promise<void> {
  const { context, state } = receiver;
  const { message, source } = event;
  const displayName = await receiver.nameOf(source);
  const base = {
    externalId: message.id,
    threadId: threadOf(source),
    author: authorOf(source, displayName),
    html: null,
    subject: null,
    sentAt: event.timestamp,
    files: [],
    // A token of a redelivered event is older than a minute, or was used.
    replyToken:
      event.replyToken === undefined || event.deliveryContext.isRedelivery
        ? null
        : { value: event.replyToken, expiresAt: context.clock.now() + REPLY_TOKEN_LASTS_MS },
    answersExternalIds:
      'quotedMessageId' in message && message.quotedMessageId !== undefined ? [message.quotedMessageId] : [],
    visibility: 'private',
    answerByMail: null,
  } satisfies Partial<InboundMessage>;

  if (state.wasUnsent(message.id)) {
    // Taken back before it reached us: a stub stands there, its words nowhere.
    await context.receiveMessage({ ...base, text: '', detail: { kind: 'text' } });
    return context.redactMessage(message.id);
  }
  const shown = wordsOf(message);
  if (shown !== null) {
    await context.receiveMessage({ ...base, ...shown });
    return;
  }
  // A redelivery of what is here already: nothing to fetch again.
  if ((await context.findByExternalIds([message.id])).length > 0) return;
  await state.addContent({
    messageId: message.id,
    kind: message.type === 'image' || message.type === 'video' || message.type === 'audio' ? message.type : 'file',
    fileName: message.type === 'file' ? message.fileName : null,
    threadId: base.threadId,
    userId: base.author.address,
    displayName,
    sentAt: event.timestamp,
    tries: 0,
  });
  receiver.fetchContents();
}

/** What a message says without any file, or null when its content has to be fetched. */
function wordsOf(message: LineMessage): Pick<InboundMessage, 'text' | 'detail'> | null {
  switch (message.type) {
    case 'text':
      return { text: message.text, detail: { kind: 'text' } };
    case 'sticker':
      return {
        text: message.text ?? '',
        detail: {
          kind: 'sticker',
          packageId: message.packageId,
          stickerId: message.stickerId,
          keywords: message.keywords,
        },
      };
    case 'location': {
      const place = [message.title, message.address, `${message.latitude}, ${message.longitude}`];
      return { text: `📍 ${place.filter((part) => part !== undefined).join('\n')}`, detail: { kind: 'text' } };
    }
    case 'image':
    case 'video':
    case 'audio':
      // Hosted elsewhere by an app: that host was allowed by nobody, so the agent sees the address and we fetch nothing.
      return message.contentProvider.type === 'line'
        ? null
        : { text: message.contentProvider.originalContentUrl ?? '', detail: { kind: 'text' } };
    case 'file':
      return null;
    default:
      return unreachable(message);
  }
}

function authorOf(source: LineSource, displayName: string | null): InboundMessage['author'] {
  // In a group LINE names a member only with their consent; the group stands for who is not named.
  return { address: source.userId ?? threadOf(source), displayName, isVerified: true };
}
