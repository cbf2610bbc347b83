/**
 * An account of LINE between a channel server and the contract fake, for the tests of the channel: a fresh pair before
 * each test, a clock that the test moves.
 */
import { afterEach, beforeEach } from 'vitest';
import { lineAdapter } from '../../src/server/channels/line/line-adapter.ts';
import type { OutgoingMessage } from '../../src/server/channels/channel-adapter.ts';
import {
  type LineContractFake,
  startLineContractFake,
} from '../../src/server/demo/providers/line-contract-fake/line-contract-fake.ts';
import { newId, seededRandom } from '../../src/shared/domain/clock.ts';
import { type ChannelServer, startChannelServer } from './start-channel-server.ts';

export const botUserId = `U${'b'.repeat(32)}`;
export const channelSecret = 'the channel secret';

export type LineBench = {
  now: number;
  line: LineContractFake;
  server: ChannelServer;
  /** User id of the one customer. */
  user: string;
  startLine(): Promise<LineContractFake>;
  /** Starts another server against the same fake. */
  start(
    settings?: object,
    given?: Parameters<typeof startChannelServer>[1] & { pausesMs?: number[] },
  ): Promise<ChannelServer>;
  reply(text: string, more?: Partial<OutgoingMessage>): OutgoingMessage;
  /** What the customer sees: `push: …` or `reply: …`. */
  screen(): string[];
  post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response>;
};

/** Call once at the top of a test file. */
export function useLineBench(): LineBench {
  const random = seededRandom(7);
  const clock = { now: () => bench.now };
  const bench: LineBench = {
    now: Date.parse('2026-11-23T10:00:00+09:00'),
    line: undefined as never,
    server: undefined as never,
    user: '',
    startLine: () => startLineContractFake({ clock, random, channelSecret, channelAccessToken: 'token', botUserId }),
    async start(settings = {}, { pausesMs = [10, 10, 10], ...given } = {}) {
      const { url } = bench.line;
      const account = {
        settings: {
          channelSecret,
          channelAccessToken: 'token',
          botUserId,
          apiBaseUrl: url,
          apiDataBaseUrl: url,
          allowedHosts: ['127.0.0.1'],
          ...settings,
        },
      };
      const adapter = lineAdapter({ contentPausesMs: pausesMs });
      const server = await startChannelServer(adapter, { account, parts: { clock, random }, ...given });
      bench.line.sendWebhooksTo(`${server.origin}/hooks/line/test`);
      return server;
    },
    reply(text, more = {}) {
      const key = newId(clock, random);
      return {
        messageId: key,
        attempt: 1,
        idempotencyKey: key,
        conversationId: key,
        threadId: bench.user,
        to: { address: bench.user, displayName: null },
        text,
        mail: null,
        files: [],
        replyToken: null,
        authorName: '鈴木 葵',
        ...more,
      };
    },
    screen: () => bench.line.screenOf(bench.user).map((message) => `${message.by}: ${message.text}`),
    post: (body, headers) =>
      fetch(`${bench.server.origin}/hooks/line/test`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      }),
  };
  beforeEach(async () => {
    bench.line = await bench.startLine();
    bench.user = bench.line.addUser('山田 花子').userId;
    bench.server = await bench.start();
  });
  afterEach(async () => {
    await bench.server.stop();
    await bench.line.stop();
  });
  return bench;
}
