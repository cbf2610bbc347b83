/** A centre at work: one queue, two agents, an account of each channel, with the orders and messages that tests of the server's features give. */
import { type Clock, newId, seededRandom } from '../../src/shared/domain/clock.ts';
import type { CommandBody } from '../../src/shared/domain/command.ts';
import type { AgentId, ChannelAccountId, QueueId, WorkspaceId } from '../../src/shared/domain/ids.ts';
import type { InboundMessage } from '../../src/server/channels/channel-adapter.ts';
import { commandTable } from '../../src/server/commands.ts';
import { conversationChanges } from '../../src/server/conversations/conversation-changes.ts';
import { receiveMessage, type AccountRecord } from '../../src/server/conversations/receive-message.ts';
import { ensureOrganisation } from '../../src/server/db/ensure-organisation.ts';
import * as schema from '../../src/server/db/schema.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { type Source, write, type Writing } from '../../src/server/db/write.ts';
import type { Decision, OrderingAgent } from '../../src/server/sync/decide-command.ts';

const channels = ['webChat', 'mail', 'line', 'phone'] as const;
export type WorkCentre = Awaited<ReturnType<typeof foundWorkCentre>>;

/** A clock that stands until it is told to go on. */
export function handClock(at = Date.UTC(2026, 10, 23, 1, 0)): Clock & { advance(ms: number): void } {
  let now = at;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
  };
}

/**
 * Founds the centre in an open, empty database.
 * @param passwordHash of both agents, for a server that they sign in to
 */
export async function foundWorkCentre(database: ServerDatabase, clock: Clock, seed = 7, passwordHash = '') {
  const random = seededRandom(seed);
  const source: Source = { clock, random };
  const id = <T>() => newId(clock, random) as T;
  await ensureOrganisation(database, clock, random, { name: 'test', timeZone: 'Asia/Tokyo', locale: 'ja' });
  const workspaceId = id<WorkspaceId>();
  const queueId = id<QueueId>();
  const agentRow = (displayName: string) => ({
    id: id<AgentId>(),
    workspaceId,
    displayName,
    kana: '',
    role: 'agent' as const,
    queueIds: [queueId],
    state: 'active' as const,
  });
  const agents = { aoi: agentRow('鈴木 葵'), ren: agentRow('伊藤 蓮') };
  const accounts = Object.fromEntries(channels.map((channel) => [channel, id<ChannelAccountId>()])) as Record<
    (typeof channels)[number],
    ChannelAccountId
  >;
  await write(database, source, async (w) => {
    await w.tx
      .insert(schema.workspace)
      .values({ id: workspaceId, name: 'テスト窓口', colour: '#2B48C4', timeZone: 'Asia/Tokyo', locale: 'ja' });
    await w.tx.insert(schema.queue).values({
      id: queueId,
      workspaceId,
      name: '総合',
      replyTargets: { webChat: 15, mail: 480, line: 60, phone: 30 },
    });
    await w.tx.insert(schema.agent).values(Object.values(agents));
    await w.tx.insert(schema.credential).values([
      { agentId: agents.aoi.id, login: 'aoi', passwordHash },
      { agentId: agents.ren.id, login: 'ren', passwordHash },
    ]);
    await w.tx.insert(schema.channelAccount).values(
      channels.map((channel) => ({
        id: accounts[channel],
        workspaceId,
        channel,
        name: channel,
        address: channel === 'mail' ? 'support@centre.test' : channel,
        queueId,
        accountKey: `test-${channel}`,
        sealedSettings: '',
        state: 'starting' as const,
      })),
    );
    w.append('workspace', [workspaceId]);
    w.append('queue', [queueId]);
    w.append(
      'agent',
      Object.values(agents).map((row) => row.id),
    );
    w.append('channelAccount', Object.values(accounts));
  });
  const changes = conversationChanges();
  const woken: string[] = [];
  const table = commandTable(changes, (conversationId) => woken.push(conversationId));

  const run = async <T>(fn: (w: Writing) => Promise<T>): Promise<T> => (await write(database, source, fn)).result;
  const ordering = (who: keyof typeof agents): OrderingAgent => ({ ...agents[who], rights: ['directory'] });

  return {
    database,
    source,
    changes,
    woken,
    table,
    agents,
    accounts,
    queueId,
    workspaceId,
    id,
    run,
    /** Decides a command as this agent, as if it had just arrived. */
    async order<B extends CommandBody>(who: keyof typeof agents, body: B, composedAt = clock.now()): Promise<Decision> {
      const decide = table[body.kind] as (w: Writing, by: OrderingAgent, command: unknown) => Promise<Decision>;
      return await run((w) => decide(w, ordering(who), { id: id<string>(), composedAt, body }));
    },
    async receive(channel: (typeof channels)[number], message: Partial<InboundMessage> & { text: string }) {
      const [account] = await database.orm
        .select()
        .from(schema.channelAccount)
        .then((rows) => rows.filter((row) => row.id === accounts[channel]));
      const full: InboundMessage = {
        externalId: id<string>(),
        threadId: 'thread-1',
        author: { address: 'visitor-1', displayName: '山田 花子', isVerified: false },
        html: null,
        detail: { kind: 'text' },
        subject: null,
        sentAt: clock.now(),
        files: [],
        answersExternalIds: [],
        replyToken: null,
        visibility: 'private',
        answerByMail: null,
        ...message,
      };
      return await run((w) => receiveMessage(w, changes, account as AccountRecord, full, []));
    },
  };
}
