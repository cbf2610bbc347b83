/** LINE's API through its SDK, with the time limits that the SDK does not have. Turns no answer into a meaning. */
import { channelAccessToken, HTTPFetchError, messagingApi } from '@line/bot-sdk';
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
  /** The official account itself. */
  account(): Promise<{ userId: string; basicId: string; displayName: string }>;
  /** Where LINE sends webhooks; null when nothing is set there. */
  webhook(): Promise<{ endpoint: string; isActive: boolean } | null>;
  /** Has LINE send an empty webhook to where it sends all; gives what it saw. */
  testWebhook(): Promise<{ isGood: boolean; status: number; reason: string }>;
  /** Number of the channel that the access token belongs to. */
  channelOfToken(): Promise<string>;
  /** Whether number and secret of the channel belong together. Leaves a token behind that dies by itself after 15 minutes. */
  isSecretRight(channelId: string, channelSecret: string): Promise<boolean>;
  displayName(source: { userId: string; groupId: string | null; roomId: string | null }): Promise<string>;
};

/** Sending may take longer than anything a person waits for, but must end before the dispatcher gives up (45 s). */
const SEND_TIMEOUT_MS = 20_000;
const ASK_TIMEOUT_MS = 10_000;
/** LINE itself waits for the webhook meanwhile. */
const TEST_TIMEOUT_MS = 15_000;
/** The first message of a customer waits for the name no longer than this: the desk shall have it within a second. */
const NAME_TIMEOUT_MS = 700;

/** Opens the API. Makes no call yet. */
export function openLineApi(settings: LineSettings): LineApi {
  const client = new messagingApi.MessagingApiClient({
    channelAccessToken: settings.channelAccessToken,
    baseURL: settings.apiBaseUrl,
  });
  const tokens = new channelAccessToken.ChannelAccessTokenClient({ baseURL: settings.apiBaseUrl });
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
    async account() {
      const { userId, basicId, displayName } = await within(ASK_TIMEOUT_MS, client.getBotInfo());
      return { userId, basicId, displayName };
    },
    async webhook() {
      try {
        const { endpoint, active } = await within(ASK_TIMEOUT_MS, client.getWebhookEndpoint());
        return { endpoint, isActive: active };
      } catch (error) {
        if (error instanceof HTTPFetchError && error.status === 404) return null;
        throw error;
      }
    },
    async testWebhook() {
      const { success, statusCode, reason } = await within(TEST_TIMEOUT_MS, client.testWebhookEndpoint({}));
      return { isGood: success === true, status: statusCode, reason };
    },
    async channelOfToken() {
      return (await within(ASK_TIMEOUT_MS, tokens.verifyChannelToken(settings.channelAccessToken))).client_id;
    },
    async isSecretRight(channelId, channelSecret) {
      try {
        await within(ASK_TIMEOUT_MS, tokens.issueStatelessChannelTokenByClientSecret(channelId, channelSecret));
        return true;
      } catch (error) {
        // `invalid_client` and the like; anything else says nothing about the secret.
        if (error instanceof HTTPFetchError && (error.status === 400 || error.status === 401)) return false;
        throw error;
      }
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
