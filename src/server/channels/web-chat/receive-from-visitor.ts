/** Turns what a visitor wrote or sent into a message in our words. The id is the browser's, so a repeat changes nothing. */
import { toStorableText } from '../../../shared/domain/clean-text.ts';
import type { InboundFile, Received } from '../channel-adapter.ts';
import type { WebChatAccount } from './web-chat-account.ts';

export type FromVisitor = {
  visitorId: string;
  name: string;
  mail: string | null;
  clientMessageId: string;
  text: string;
  file: (InboundFile & { isImage: boolean }) | null;
};

/** Stores one message of a chat. Throws when the server's storage does; the browser then tries again with the same id. */
export function receiveFromVisitor(account: WebChatAccount, said: FromVisitor): Promise<Received> {
  const { file } = said;
  return account.context.receiveMessage({
    externalId: externalIdOf(said.visitorId, said.clientMessageId),
    threadId: said.visitorId,
    author: {
      address: said.visitorId,
      displayName: toStorableText(said.name),
      isVerified: false,
      claimedMail: said.mail,
    },
    text: toStorableText(said.text),
    html: null,
    detail: file === null ? { kind: 'text' } : file.isImage ? { kind: 'image' } : { kind: 'file' },
    subject: null,
    sentAt: account.context.clock.now(),
    files:
      file === null ? [] : [{ name: file.name, declaredType: file.declaredType, bytes: file.bytes, inlineCid: null }],
    answersExternalIds: [],
    replyToken: null,
    visibility: 'private',
    answerByMail: null,
  });
}

/** The visitor stands in it too: otherwise a copied id of somebody else would swallow this visitor's message. */
export function externalIdOf(visitorId: string, clientMessageId: string): string {
  return `${visitorId}:${clientMessageId}`;
}

/** The browser's own id of a message, or null for one that came another way. */
export function clientMessageIdOf(externalId: string | null): string | null {
  return externalId?.slice(externalId.lastIndexOf(':') + 1) ?? null;
}
