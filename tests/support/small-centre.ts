/**
 * A small centre for tests: one workspace with two queues, four agents of different rights, and the channel accounts that
 * a test names. Written through `write()`, as everything is.
 */
import { randomUUID } from 'node:crypto';
import { ensureOrganisation } from '../../src/server/db/ensure-organisation.ts';
import * as schema from '../../src/server/db/schema.ts';
import { sealSettings } from '../../src/server/db/seal-settings.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { type Source, write } from '../../src/server/db/write.ts';
import { hashPassword } from '../../src/server/session/password.ts';
import type { Channel } from '../../src/shared/domain/channel.ts';
import type {
  AgentId,
  ChannelAccountId,
  ConversationId,
  CustomerId,
  MessageId,
  QueueId,
  WorkspaceId,
} from '../../src/shared/domain/ids.ts';

export type TestAgent = { id: AgentId; login: string; password: string };
export type SmallCentre = {
  workspaceId: WorkspaceId;
  queues: { support: QueueId; business: QueueId };
  agents: {
    /** Support queue, customer directory, may reveal personal data with a reason. */
    suzuki: TestAgent;
    /** The same. */
    ito: TestAgent;
    /** Team lead: both queues, personal data in full. */
    sato: TestAgent;
    /** Of a partner firm: business queue only, no directory, no personal data. */
    takagi: TestAgent;
  };
  /** Every channel has one account; its key is `test-<channel>`. */
  accounts: Record<Channel, ChannelAccountId>;
  wrapUpCodeId: string;
};

/** The master key of test servers: sealed settings need one. */
export const TEST_MASTER_KEY = new Uint8Array(32).fill(7);

const uuid = <T extends string>() => randomUUID() as string as T;

/**
 * Makes the centre in an empty database.
 * @param settings of the accounts that shall run, by channel; the others are off
 */
export async function makeSmallCentre(
  database: ServerDatabase,
  source: Source,
  settings: Partial<Record<Channel, unknown>> = {},
): Promise<SmallCentre> {
  await ensureOrganisation(database, source.clock, source.random, {
    name: 'Test',
    timeZone: 'Asia/Tokyo',
    locale: 'ja',
  });
  const workspaceId = uuid<WorkspaceId>();
  const queues = { support: uuid<QueueId>(), business: uuid<QueueId>() };
  const agent = (login: string): TestAgent => ({ id: uuid<AgentId>(), login, password: `${login}-password` });
  const agents = { suzuki: agent('suzuki'), ito: agent('ito'), sato: agent('sato'), takagi: agent('takagi') };
  const accounts: SmallCentre['accounts'] = {
    phone: uuid(),
    webChat: uuid(),
    mail: uuid(),
    line: uuid(),
    x: uuid(),
    instagram: uuid(),
    sms: uuid(),
  };
  const wrapUpCodeId = uuid<typeof schema.wrapUpCode.$inferInsert.id>();
  await write(database, source, async (w) => {
    await w.tx
      .insert(schema.workspace)
      .values({ id: workspaceId, name: 'ハルカ家電', colour: '#2B48C4', timeZone: 'Asia/Tokyo', locale: 'ja' });
    await w.tx.insert(schema.queue).values([
      {
        id: queues.support,
        workspaceId,
        name: '総合窓口',
        replyTargets: { webChat: 15, mail: 480, line: 60, phone: 30 },
      },
      { id: queues.business, workspaceId, name: '法人窓口', replyTargets: { mail: 240 } },
    ]);
    const member = { workspaceId, role: 'agent' as const, queueIds: [queues.support] };
    await w.tx.insert(schema.agent).values([
      { id: agents.suzuki.id, displayName: '鈴木 葵', kana: 'すずき あおい', ...member },
      { id: agents.ito.id, displayName: '伊藤 蓮', kana: 'いとう れん', ...member },
      {
        id: agents.sato.id,
        displayName: '佐藤 恵子',
        ...member,
        role: 'teamLead',
        queueIds: [queues.support, queues.business],
        rights: ['directory', 'personalData'],
      },
      { id: agents.takagi.id, displayName: '高木 翼', ...member, queueIds: [queues.business], rights: [] },
    ]);
    for (const { id, login, password } of Object.values(agents)) {
      await w.tx
        .insert(schema.credential)
        .values({ agentId: id, login, passwordHash: await hashPassword(password, source.random) });
    }
    for (const [channel, id] of Object.entries(accounts) as [Channel, ChannelAccountId][]) {
      await w.tx.insert(schema.channelAccount).values({
        id,
        workspaceId,
        channel,
        queueId: queues.support,
        name: channel,
        address: `test-${channel}`,
        accountKey: `test-${channel}`,
        state: channel in settings ? 'starting' : 'off',
        sealedSettings: sealSettings(TEST_MASTER_KEY, settings[channel] ?? {}, source.random),
      });
    }
    await w.tx
      .insert(schema.wrapUpCode)
      .values({ id: wrapUpCodeId, workspaceId, labelJa: '解決', labelEn: 'Solved', position: 1 });
    w.append('workspace', [workspaceId]);
    w.append('queue', Object.values(queues));
    w.append(
      'agent',
      Object.values(agents).map((one) => one.id),
    );
    w.append('channelAccount', Object.values(accounts));
    w.append('wrapUpCode', [wrapUpCodeId]);
  });
  return { workspaceId, queues, agents, accounts, wrapUpCodeId };
}

export type TestConversation = { customerId: CustomerId; conversationId: ConversationId; messageIds: MessageId[] };

/** Adds a customer with one conversation of so many messages, and gives their ids. */
export async function addConversation(
  database: ServerDatabase,
  source: Source,
  centre: SmallCentre,
  {
    queueId = centre.queues.support,
    messages = 2,
    customerId,
    channel = 'mail',
    text = 'ドライヤーの風が弱いです。',
  }: {
    queueId?: QueueId;
    messages?: number;
    customerId?: CustomerId;
    channel?: Channel;
    text?: string;
  } = {},
): Promise<TestConversation> {
  const made: TestConversation = {
    customerId: customerId ?? uuid(),
    conversationId: uuid(),
    messageIds: Array.from({ length: messages }, () => uuid<MessageId>()),
  };
  await write(database, source, async (w) => {
    if (!customerId) {
      await w.tx.insert(schema.customer).values({
        id: made.customerId,
        workspaceId: centre.workspaceId,
        displayName: '田中 美咲',
        kana: 'たなか みさき',
      });
      w.append('customer', [made.customerId]);
    }
    await w.tx.insert(schema.conversation).values({
      id: made.conversationId,
      workspaceId: centre.workspaceId,
      channelAccountId: centre.accounts[channel],
      channel,
      customerId: made.customerId,
      queueId,
      number: await w.nextConversationNumber(),
      openedAt: w.now,
      lastActivityAt: w.now,
      lastSeq: messages,
      lastInSeq: messages,
      unreadCount: messages,
      externalThreadId: `thread-${made.conversationId}`,
    });
    const rows = made.messageIds.map((id, index) => ({
      id,
      conversationId: made.conversationId,
      customerId: made.customerId,
      channel,
      channelAccountId: centre.accounts[channel],
      seq: index + 1,
      direction: 'in' as const,
      authorKind: 'customer' as const,
      authorName: '田中 美咲',
      text,
      sentAt: w.now,
      receivedAt: w.now,
    }));
    if (rows.length > 0) await w.tx.insert(schema.message).values(rows);
    w.append('conversation', [made.conversationId]);
    w.append('message', made.messageIds);
  });
  return made;
}
