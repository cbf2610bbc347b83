import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  attachment,
  channelIdentity,
  conversation,
  customer,
  message,
  personalData,
  rawEvent,
} from '../../src/server/db/schema.ts';
import {
  type LineContractFake,
  startLineContractFake,
} from '../../src/server/demo/providers/line-contract-fake/line-contract-fake.ts';
import { visitorIdOf } from '../../src/server/channels/web-chat/judge-visitor.ts';
import { newVisitorToken } from '../../src/widget/stored-visitor.ts';
import { openWidgetClient, type Visitor, type WidgetClient } from '../../src/widget/widget-client.ts';
import { openWidgetHttp } from '../../src/widget/widget-http.ts';
import { newId } from '../../src/shared/domain/clock.ts';
import { eventually } from '../support/eventually.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';
import { testSource } from '../support/test-source.ts';

const { clock, random } = testSource();
const lineAccount = { channelSecret: 'secret', channelAccessToken: 'token', botUserId: `U${'b'.repeat(32)}` };

describe.each(['pglite', 'postgresql'] as const)('a channel through the whole server (%s)', (engine) => {
  let line: LineContractFake;
  let server: TestServer;
  const open: WidgetClient[] = [];

  beforeAll(async () => {
    line = await startLineContractFake({ clock, random, ...lineAccount });
    server = await startTestServer({
      engine,
      accounts: {
        webChat: {},
        line: { ...lineAccount, apiBaseUrl: line.url, apiDataBaseUrl: line.url, allowedHosts: ['127.0.0.1'] },
      },
    });
    line.sendWebhooksTo(`${server.url}/hooks/line/test-line`);
  });
  afterAll(async () => {
    await server.stop();
    await line.stop();
  });
  beforeEach(() => {
    for (const client of open.splice(0)) client.close();
  });

  const orm = () => server.running.database.orm;
  function visit(visitor: Visitor): WidgetClient {
    const client = openWidgetClient({
      serverUrl: server.url,
      account: 'test-webChat',
      language: 'ja',
      clock,
      random,
      visitor,
    });
    open.push(client);
    return client;
  }
  const threadOf = (visitor: Visitor): string => visitorIdOf(server.centre.accounts.webChat, visitor.token);
  const conversationOf = async (threadId: string) =>
    (await orm().select().from(conversation).where(eq(conversation.externalThreadId, threadId)))[0];
  const messagesOf = async (threadId: string) => {
    const of = await conversationOf(threadId);
    return of ? await orm().select().from(message).where(eq(message.conversationId, of.id)).orderBy(message.seq) : [];
  };

  describe('a visitor of the web chat on the whole server', () => {
    test('is a customer with a claimed mail address that finds nobody, and sees the own line confirmed once', async () => {
      const visitor: Visitor = { token: newVisitorToken(), name: '田中 美咲', mail: 'misaki@example.com' };
      const client = visit(visitor);
      const key = client.say('注文が届きません');
      await eventually(() => client.state().log.lines[0]?.seq === 1);
      expect(client.state().log.lines).toMatchObject([{ key, mark: 'sent', text: '注文が届きません' }]);
      const of = await conversationOf(threadOf(visitor));
      const [person] = await orm().select().from(customer).where(eq(customer.id, of!.customerId));
      expect(person?.displayName).toBe('田中 美咲');
      const claimed = await orm().select().from(personalData).where(eq(personalData.customerId, of!.customerId));
      expect(claimed).toMatchObject([{ kind: 'mail', value: 'misaki@example.com' }]);
      const identities = await orm()
        .select()
        .from(channelIdentity)
        .where(eq(channelIdentity.customerId, of!.customerId));
      expect(identities.map((one) => one.channel)).toEqual(['webChat']);
    });

    test('writes on while the server restarts: nothing is lost, doubled or out of order', async () => {
      const visitor: Visitor = { token: newVisitorToken(), name: '中村', mail: null };
      const client = visit(visitor);
      client.say('1');
      await eventually(() => client.state().log.lines[0]?.seq === 1);
      const restarted = server.restart();
      client.say('2');
      client.say('3');
      await restarted;
      await eventually(
        () => client.state().log.lines.length === 3 && client.state().log.lines.every((one) => one.seq !== null),
      );
      expect((await messagesOf(threadOf(visitor))).map((one) => one.text)).toEqual(['1', '2', '3']);
      const again = visit(visitor);
      await eventually(() => again.state().log.lines.length === 3);
      expect(again.state().log.lines.map((one) => one.text)).toEqual(['1', '2', '3']);
    });

    test('gets back the very file that was sent, and a stranger does not', async () => {
      const visitor: Visitor = { token: newVisitorToken(), name: '木村', mail: null };
      const client = visit(visitor);
      client.say('写真を送ります');
      await eventually(() => client.state().log.lines[0]?.seq === 1);
      const bytes = new TextEncoder().encode('説明書です');
      client.sendFile({ name: '../説明.txt', type: 'text/plain', bytes });
      const line = await eventually(() => client.state().log.lines.find((one) => one.seq === 2));
      const attachmentId = line.files[0]!.attachmentId;
      expect(line.files[0]?.name).toBe('説明.txt');
      expect(new Uint8Array(await (await client.readFile(attachmentId)).arrayBuffer())).toEqual(bytes);
      const stranger = visit({ token: newVisitorToken(), name: '別人', mail: null });
      await expect(stranger.readFile(attachmentId)).rejects.toThrow();
    });

    test('who fills in the offline form gets a conversation on the mail account, once', async () => {
      const http = openWidgetHttp(server.url, 'test-webChat');
      const form = {
        clientMessageId: newId(clock, random),
        name: '佐々木',
        mail: 'Sasaki@example.com',
        text: '明日で構いません',
        language: 'ja' as const,
      };
      expect(await http.sendOfflineForm(form)).toEqual({ ok: true });
      expect(await http.sendOfflineForm(form)).toEqual({ ok: true });
      const found = await orm()
        .select()
        .from(conversation)
        .where(eq(conversation.channelAccountId, server.centre.accounts.mail));
      expect(found).toMatchObject([{ channel: 'mail', subject: 'サイトからのお問い合わせ', lastSeq: 1 }]);
      const [identity] = await orm()
        .select()
        .from(channelIdentity)
        .where(eq(channelIdentity.address, 'sasaki@example.com'));
      expect(identity).toMatchObject({ channel: 'mail', isVerified: false, customerId: found[0]?.customerId });
    });
  });

  describe('a person on LINE on the whole server', () => {
    test('who takes a text back leaves no copy of it anywhere', async () => {
      const { userId } = line.addUser('井上 誠');
      const said = await line.say(userId, '口座番号は7654321です');
      expect((await messagesOf(userId)).map((one) => one.text)).toEqual(['口座番号は7654321です']);
      await line.unsend(userId, said.messageId!);
      const [stub] = await messagesOf(userId);
      expect(stub).toMatchObject({ text: '', authorName: '井上 誠' });
      expect(stub?.redactedAt).not.toBeNull();
      const raws = await orm().select().from(rawEvent).where(eq(rawEvent.accountId, server.centre.accounts.line));
      expect(raws.map((raw) => Buffer.from(raw.body).toString('utf8')).join()).not.toContain('7654321');
      expect((await conversationOf(userId))?.preview).toBe('');
    });

    test('who blocks the account is marked, once, and so is the end of it', async () => {
      const { userId } = line.addUser('加藤 恵');
      await line.unfollow(userId);
      await line.follow(userId);
      // Somebody who never wrote: nothing to mark, nothing in the inbox.
      expect(await conversationOf(userId)).toBeUndefined();
      await line.say(userId, 'こんにちは');
      const first = await line.unfollow(userId);
      await line.redeliver(first);
      const identity = async () =>
        (
          await orm()
            .select()
            .from(channelIdentity)
            .where(and(eq(channelIdentity.channel, 'line'), eq(channelIdentity.address, userId)))
        )[0];
      expect((await identity())?.isBlocked).toBe(true);
      const events = (await messagesOf(userId)).filter((one) => one.direction === 'system').map((one) => one.detail);
      expect(events).toMatchObject([{ kind: 'event', event: 'blockedUs', who: '加藤 恵' }]);
      await line.follow(userId);
      expect((await identity())?.isBlocked).toBe(false);
    });

    test('sends a picture, and its bytes are kept under their type', async () => {
      const { userId } = line.addUser('高橋 修');
      const png = Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        'base64',
      );
      await line.sendContent(userId, { kind: 'image', bytes: png, type: 'image/png' });
      const [picture] = await eventually(async () => {
        const found = await messagesOf(userId);
        return found.length === 1 ? found : null;
      });
      const files = await orm().select().from(attachment).where(eq(attachment.messageId, picture!.id));
      expect(files).toMatchObject([{ sniffedType: 'image/png', isBlocked: false, size: png.length }]);
    });
  });
});
