/** The real server on PGlite in a process of its own, with as many signed-in consoles as are wanted. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import * as schema from '../../src/server/db/schema.ts';
import { write } from '../../src/server/db/write.ts';
import { issueTokens } from '../../src/server/session/tokens.ts';
import type { ConversationId, CustomerId, MessageId } from '../../src/shared/domain/ids.ts';
import { queueScope } from '../../src/shared/domain/scope.ts';
import { addConversation, type TestConversation } from '../../tests/support/small-centre.ts';
import { startTestServer } from '../../tests/support/start-test-server.ts';
import type { Target } from './core-tasks.ts';
import { createTexts } from './message-text.ts';
import { cpuMs, memoryNow, serveTasks } from './task-process.ts';

const server = await startTestServer();
const text = createTexts(7);
let conversation: TestConversation | null = null;
let seq = 0;

const database = () => server.running.database;

async function addMessages(count: number): Promise<void> {
  conversation ??= await addConversation(database(), server.source, server.centre, { messages: 0 });
  const of = conversation;
  await write(database(), server.source, async (w) => {
    const rows = Array.from({ length: count }, () => ({
      id: randomUUID() as MessageId,
      conversationId: of.conversationId,
      customerId: of.customerId,
      channel: 'mail' as const,
      channelAccountId: server.centre.accounts.mail,
      seq: ++seq,
      direction: 'in' as const,
      authorKind: 'customer' as const,
      authorName: '田中 美咲',
      text: text(seq),
      sentAt: w.now,
      receivedAt: w.now,
    }));
    await w.tx.insert(schema.message).values(rows);
    w.append(
      'message',
      rows.map((row) => row.id),
    );
  });
}

/** Puts conversations of twenty messages each into the queue, a hundred in a transaction. */
async function load(count: number): Promise<void> {
  for (let done = 0; done < count; done += 2_000) {
    await write(database(), server.source, async (w) => {
      const made = Array.from({ length: Math.min(2_000, count - done) / 20 }, (_, n) => ({
        customerId: w.newId<CustomerId>(),
        conversationId: w.newId<ConversationId>(),
        number: `B-${done / 20 + n}`,
      }));
      const { workspaceId, queues, accounts } = server.centre;
      const messages = made.flatMap(({ customerId, conversationId }) =>
        Array.from({ length: 20 }, (_, n) => ({
          id: w.newId<MessageId>(),
          conversationId,
          customerId,
          channel: 'mail' as const,
          channelAccountId: accounts.mail,
          seq: n + 1,
          direction: 'in' as const,
          authorKind: 'customer' as const,
          authorName: '田中 美咲',
          text: text(done + n),
          sentAt: w.now,
          receivedAt: w.now,
        })),
      );
      await w.tx
        .insert(schema.customer)
        .values(made.map(({ customerId }) => ({ id: customerId, workspaceId, displayName: '田中 美咲' })));
      await w.tx.insert(schema.conversation).values(
        made.map(({ customerId, conversationId, number }) => ({
          id: conversationId,
          workspaceId,
          channelAccountId: accounts.mail,
          channel: 'mail' as const,
          customerId,
          queueId: queues.support,
          number,
          openedAt: w.now,
          lastActivityAt: w.now,
          lastSeq: 20,
          lastInSeq: 20,
          externalThreadId: number,
        })),
      );
      await w.tx.insert(schema.message).values(messages);
      w.append(
        'customer',
        made.map((one) => one.customerId),
      );
      w.append(
        'conversation',
        made.map((one) => one.conversationId),
      );
      w.append(
        'message',
        messages.map((one) => one.id),
      );
      targets.push(...made.map(({ customerId, conversationId }) => ({ customerId, conversationId })));
    });
  }
}

const targets: Target[] = [];

const tasks = {
  load: ({ count }: { count: number }) => load(count),
  /** Writes messages ten in a transaction, and gives where the queue stands then. */
  live: async ({ count }: { count: number }) => {
    for (let n = 0; n < count; n += 10) await addMessages(10);
    const { rows } = await database().execute('select sv from organisation');
    return { scope: queueScope(server.centre.queues.support), sv: Number(rows[0]?.['sv']) };
  },
  targets: () => targets.slice(0, 200),
  notes: async () => {
    const { rows } = await database().execute("select count(*) as n from message where direction = 'note'");
    return Number(rows[0]?.['n']);
  },
  url: () => server.url,
  cpu: () => cpuMs(),
  memory: () => memoryNow(),
  /** Signs in so many installations of one agent, without their passwords: a thousand would take a minute. */
  admit: async ({ count }: { count: number }) => {
    const admitted: { clientId: string; token: string }[] = [];
    const agentId = server.centre.agents.suzuki.id;
    await write(database(), server.source, async (w) => {
      for (let n = 0; n < count; n++) {
        const [clientId, sessionId] = [randomUUID(), randomUUID()];
        const named = { name: 'bench', platform: 'bench', appVersion: '0' };
        await w.tx.insert(schema.device).values({ clientId, agentId, ...named, lastSeenAt: w.now });
        await w.tx.insert(schema.session).values({ id: sessionId, agentId, clientId, createdAt: w.now });
        const { accessToken } = await issueTokens(w.tx, server.source.random, w.now, sessionId);
        admitted.push({ clientId, token: accessToken });
      }
    });
    return admitted;
  },
  /** Writes messages, so many in one transaction, one transaction for each frame. */
  change: async ({ count, perFrame }: { count: number; perFrame: number }) => {
    for (let n = 0; n < count; n += perFrame) {
      await addMessages(perFrame);
      await pause(30);
    }
  },
  restart: () => server.restart(),
};

export type ProductServerTasks = typeof tasks;
serveTasks(tasks, () => server.stop());
