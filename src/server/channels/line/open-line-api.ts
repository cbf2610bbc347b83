/** LINE's API through its SDK, with the time limits that the SDK does not have. Turns no answer into a meaning. */
import { messagingApi } from '@line/bot-sdk';
import type { LineSettings } from './line-settings.ts';

/** Nobody knows whether the call arrived. */
export class LineTimeout extends Error {
  override name = 'LineTimeout';
}

export type LineApi = {
  reply(replyToken: string, text: string): Promise<string | null>;
  push(to: string, text: string, retryKey: string): Promise<string | null>;
  /** Null limit = no limit. */
  quota(): Promise<{ limit: number | null; used: number }>;
  botUserId(): Promise<string>;
  displayName(source: { userId: string; groupId: string | null; roomId: string | null }): Promise<string>;
};

/** Sending may take longer than anything a person waits for, but must end before the dispatcher gives up (45 s). */
const SEND_TIMEOUT_MS = 20_000;
const ASK_TIMEOUT_MS = 10_000;
/** The first message of a customer waits for the name no longer than this: the desk shall have it within a second. */
const NAME_TIMEOUT_MS = 700;

/** Opens the API. Makes no call yet. */
export function openLineApi(settings: LineSettings): LineApi {
  const client = new messagingApi.MessagingApiClient({
    channelAccessToken: settings.channelAccessToken,
    baseURL: settings.apiBaseUrl,
  });
  return {
    async reply(replyToken, text) {
      const sent = await within(
        SEND_TIMEOUT_MS,
        client.replyMessage({ replyToken, messages: [{ type: 'text', text }] }),
      );
      return sent.sentMessages[0]?.id ?? null;
    },
    async push(to, text, retryKey) {
      const sent = await within(
        SEND_TIMEOUT_MS,
        client.pushMessage({ to, messages: [{ type: 'text', text }] }, retryKey),
      );
      return sent.sentMessages[0]?.id ?? null;
    },
    async quota() {
      const [limit, consumption] = await within(
        ASK_TIMEOUT_MS,
        Promise.all([client.getMessageQuota(), client.getMessageQuotaConsumption()]),
      );
      return { limit: limit.type === 'limited' ? (limit.value ?? null) : null, used: consumption.totalUsage };
    },
    async botUserId() {
      return (await within(ASK_TIMEOUT_MS, client.getBotInfo())).userId;
    },
    async displayName({ userId, groupId, roomId }) {
      const profile =
        groupId !== null
          ? client.getGroupMemberProfile(groupId, userId)
          : roomId !== null
            ? client.getRoomMemberProfile(roomId, userId)
            : client.getProfile(userId);
      return (await within(NAME_TIMEOUT_MS, profile)).displayName;
    },
  };
}

async function within<T>(ms: number, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new LineTimeout(`LINE did not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([call, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
