/**
 * A stand-in for the LINE platform that follows its documented contract (line/line-openapi 2026-07-01 and
 * developers.line.biz): signed webhooks with redelivery, reply tokens that work once for a minute, push with retry keys and
 * 409, quota, profiles, contents. For the demo centre and for tests; it is not LINE, and no product code knows it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock, Random } from '../../../../shared/domain/clock.ts';
import { answerApiCall } from './answer-api-call.ts';
import { type Delivered, type FakeUser, type LineWorld, openLineWorld, type SentFrom } from './line-world.ts';
import { sendWebhook, type WebhookAnswer } from './send-webhook.ts';

export type LineContractFakeOptions = {
  clock: Clock;
  random: Random;
  /** Number of the channel; 2000000001 when absent. */
  channelId?: string;
  channelSecret: string;
  channelAccessToken: string;
  botUserId: string;
  /** Messages a month; null = no limit. */
  quotaLimit?: number | null;
  port?: number;
};

/** What shall go wrong with the next call of a kind. `lost` = done, but the answer never arrives. */
export type Fault = {
  call: 'reply' | 'push' | 'content' | 'profile' | 'quota';
  how: 'lost' | 'cut-before' | { status: number; body?: object };
};

export type LineContractFake = {
  /** Both base URLs of the account. */
  url: string;
  /** Where webhooks go. Nothing is sent before this is set. */
  sendWebhooksTo(url: string): void;
  /** The switch "Use webhook" of the LINE Developers console. */
  useWebhook(isOn: boolean): void;
  addUser(displayName: string, userId?: string): FakeUser;
  /** What the person sees on their telephone, oldest first. */
  screenOf(userId: string): readonly Delivered[];
  onDelivered(listener: (to: FakeUser, message: Delivered) => void): () => void;
  say(userId: string, text: string, more?: { quotedMessageId?: string }): Promise<SentFrom>;
  sendSticker(
    userId: string,
    sticker?: { packageId: string; stickerId: string; keywords: string[] },
  ): Promise<SentFrom>;
  /** `preparedAfter`: so many questions are answered 202 before the content is there. */
  sendContent(
    userId: string,
    content: {
      kind: 'image' | 'video' | 'audio' | 'file';
      bytes: Uint8Array;
      type: string;
      fileName?: string;
      preparedAfter?: number;
    },
  ): Promise<SentFrom>;
  unsend(userId: string, messageId: string): Promise<SentFrom>;
  follow(userId: string): Promise<SentFrom>;
  unfollow(userId: string): Promise<SentFrom>;
  /** Sends an event with whatever type and fields. */
  sendEvent(event: Record<string, unknown>): Promise<SentFrom>;
  /** The platform did not see our 200: the same event again. */
  redeliver(sent: SentFrom): Promise<WebhookAnswer>;
  /** The minute is over for every token. */
  expireReplyTokens(): void;
  failNext(fault: Fault): void;
  /** Calls that arrived, oldest first. */
  calls: LineWorld['calls'];
  used(): number;
  stop(): Promise<void>;
};

/** Starts the stand-in on 127.0.0.1. */
export async function startLineContractFake(options: LineContractFakeOptions): Promise<LineContractFake> {
  const world = openLineWorld(options);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answerApiCall(world, request, Buffer.concat(chunks), response));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));

  async function emit(event: Record<string, unknown>, isRedelivery = false): Promise<SentFrom> {
    const full = {
      mode: 'active',
      timestamp: options.clock.now(),
      webhookEventId: world.newEventId(),
      ...event,
      deliveryContext: { isRedelivery },
    };
    const { url, isActive } = world.webhook;
    const answer = url === null || !isActive ? null : await sendWebhook(url, options, [full]);
    const message = event['message'] as { id?: string } | undefined;
    return { event: full, messageId: message?.id ?? null, answer };
  }
  const from = (userId: string): { source: object } => ({
    source: { type: 'user', userId: world.user(userId).userId },
  });
  const emitMessage = (userId: string, message: Record<string, unknown>): Promise<SentFrom> =>
    emit({
      type: 'message',
      ...from(userId),
      replyToken: world.newReplyToken(userId),
      message: { id: world.newMessageId(), quoteToken: world.newWord(20), ...message },
    });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sendWebhooksTo: (url) => void (world.webhook.url = url),
    useWebhook: (isOn) => void (world.webhook.isActive = isOn),
    addUser: (displayName, userId) => world.addUser(displayName, userId),
    screenOf: (userId) => world.user(userId).screen,
    onDelivered: (listener) => world.onDelivered(listener),
    say: (userId, text, more = {}) => emitMessage(userId, { type: 'text', text, ...more }),
    sendSticker: (userId, sticker = { packageId: '446', stickerId: '1988', keywords: ['Thanks', 'ありがとう'] }) =>
      emitMessage(userId, { type: 'sticker', stickerResourceType: 'STATIC', ...sticker }),
    sendContent(userId, { kind, bytes, type, fileName, preparedAfter = 0 }) {
      const id = world.newMessageId();
      world.contents.set(id, { bytes, type, notYet: preparedAfter });
      const what =
        kind === 'file'
          ? { fileName: fileName ?? 'file', fileSize: bytes.byteLength }
          : { contentProvider: { type: 'line' } };
      return emitMessage(userId, { id, type: kind, ...what });
    },
    unsend(userId, messageId) {
      world.contents.delete(messageId);
      return emit({ type: 'unsend', ...from(userId), unsend: { messageId } });
    },
    follow(userId) {
      world.user(userId).isBlocking = false;
      return emit({
        type: 'follow',
        ...from(userId),
        replyToken: world.newReplyToken(userId),
        follow: { isUnblocked: true },
      });
    },
    unfollow(userId) {
      world.user(userId).isBlocking = true;
      return emit({ type: 'unfollow', ...from(userId) });
    },
    sendEvent: (event) => emit(event),
    async redeliver({ event }) {
      if (world.webhook.url === null) throw new Error('say first where webhooks go');
      return sendWebhook(world.webhook.url, options, [{ ...event, deliveryContext: { isRedelivery: true } }]);
    },
    expireReplyTokens: () => world.replyTokens.clear(),
    failNext: (fault) => void world.faults.push(fault),
    calls: world.calls,
    used: () => world.used,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
