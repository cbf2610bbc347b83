/** Two devices without a line do the same work apart, and meet again: what each field becomes and what the loser sees. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConsoleApi } from '../../src/shared/console-api.ts';
import { coreThreads, isOffline, isOnline, newFolder, type RunningCore, signIn } from '../support/core-threads.ts';
import { eventually } from '../support/eventually.ts';
import { addConversation, type TestConversation } from '../support/small-centre.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
const cores = coreThreads(() => server.url);
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.stop());

type Pair = { first: RunningCore; second: RunningCore; made: TestConversation };

/** Both agents hold one conversation with a note and have lost the line. */
async function apart(): Promise<Pair & { noteId: string }> {
  const made = await addConversation(server.running.database, server.source, server.centre, { channel: 'webChat' });
  const first = await cores.start(newFolder());
  const second = await cores.start(newFolder());
  await signIn(first.api, server.centre.agents.suzuki);
  await signIn(second.api, server.centre.agents.ito);
  const { messageId } = await first.api.notes.add({ conversationId: made.conversationId, text: '在庫なし' });
  await eventually(async () => (await noteOf(second.api, made, messageId)) === '在庫なし');
  await eventually(async () => (await first.api.outbox.list({})).rows.length === 0);
  await server.running.stop();
  await eventually(async () => (await isOffline(first.api)) && (await isOffline(second.api)));
  return { first, second, made, noteId: messageId };
}

async function noteOf(api: ConsoleApi, { customerId }: TestConversation, id: string): Promise<string | undefined> {
  const { entries } = await api.customers.timeline({ customerId, conversationId: null, before: null, limit: 50 });
  const found = entries.find((entry) => entry.id === id);
  return found?.kind === 'message' ? found.message.text : undefined;
}

/** The first device meets the server alone and is done before the second comes back. */
async function meet({ first, second }: Pair, work: (core: RunningCore, which: 1 | 2) => Promise<void>): Promise<void> {
  await work(first, 1);
  await work(second, 2);
  await second.stop();
  await server.restart();
  await eventually(() => isOnline(first.api), { withinMs: 20_000 });
  await eventually(async () => (await first.api.outbox.list({})).rows.length === 0, { withinMs: 20_000 });
}

const stopped = async (api: ConsoleApi) => (await api.outbox.list({})).rows.filter((row) => row.reason !== null);

test('owner, state, tags, note, customer fields and consent, each changed by two: every field by its own rule', async () => {
  const pair = await apart();
  const { made, noteId } = pair;
  const { conversationId, customerId } = made;
  const folder = newFolder();
  // The second device has files of its own that outlive its process.
  await pair.second.stop();
  await server.restart();
  const second = await cores.start(folder);
  await signIn(second.api, server.centre.agents.ito);
  await eventually(async () => (await noteOf(second.api, made, noteId)) === '在庫なし');
  await server.running.stop();
  await eventually(async () => (await isOffline(pair.first.api)) && (await isOffline(second.api)));

  await meet({ first: pair.first, second, made }, async ({ api }, which) => {
    const me = which === 1 ? server.centre.agents.suzuki : server.centre.agents.ito;
    await api.conversations.tag({ conversationId, add: [which === 1 ? '返品' : '急ぎ'], remove: [] });
    const change = { field: 'displayName' as const, value: `田中 ${which}`, seen: '田中 美咲' };
    await api.customers.setField({ customerId, change });
    if (which === 2) {
      const kana = { field: 'kana' as const, value: 'たなか', seen: 'たなか みさき' };
      await api.customers.setField({ customerId, change: kana });
    }
    const state = which === 1 ? 'denied' : 'granted';
    await api.customers.setConsent({ customerId, purpose: 'mailing', state, seenState: 'unknown' });
    await api.notes.edit({ messageId: noteId, text: `在庫 ${which}`, seenText: '在庫なし' });
    await api.conversations.assign({ conversationId, assigneeId: me.id });
  });

  const again = await cores.start(folder);
  await eventually(() => isOnline(again.api), { withinMs: 20_000 });
  const cards = await eventually(
    async () => {
      const { rows } = await again.api.outbox.list({});
      // The note is stopped, so what came after it in its conversation waits behind it.
      return rows.length === 4 && rows.every((row) => row.reason !== null || row.state === 'blocked') && rows;
    },
    { withinMs: 20_000 },
  );
  expect(cards.map((row) => ({ kind: row.kind, ...row.conflict }))).toMatchObject([
    { kind: 'customer.setField', detail: 'displayName', mine: '田中 2', theirs: '田中 1' },
    { kind: 'consent.set', detail: 'mailing', mine: 'granted', theirs: 'denied', who: '鈴木 葵' },
    { kind: 'note.edit', mine: '在庫 2', theirs: '在庫 1', who: '鈴木 葵', canKeepBoth: true },
    { kind: 'conversation.assign' },
  ]);
  const sheet = await again.api.customers.sheet({ customerId });
  expect(sheet.customer).toMatchObject({ displayName: '田中 1', kana: 'たなか' });
  expect(sheet.consents.find(({ purpose }) => purpose === 'mailing')?.state).toBe('denied');
  const { conversation } = await again.api.conversations.get({ conversationId });
  expect(conversation.tags.toSorted()).toEqual(['急ぎ', '返品'].toSorted());

  // mine for the name, theirs for the consent, both for the note
  const [name, answer, note] = cards;
  await again.api.outbox.sendAnyway({ commandId: name!.commandId });
  await again.api.outbox.discard({ commandId: answer!.commandId });
  const kept = await again.api.outbox.keepBoth({ commandId: note!.commandId });
  expect(kept.commandId).not.toBe(note!.commandId);
  // What stood behind the note goes on, and loses for its own reason.
  const owner = await eventually(
    async () => {
      const rows = await stopped(again.api);
      return rows.length === 1 && rows[0]?.kind === 'conversation.assign' && rows[0];
    },
    { withinMs: 20_000 },
  );
  expect(owner.conflict).toMatchObject({ field: 'assignee', mine: '伊藤 蓮', theirs: '鈴木 葵', canKeepBoth: false });
  await again.api.outbox.sendAnyway({ commandId: owner.commandId });
  await eventually(async () => (await again.api.outbox.list({})).rows.length === 0, { withinMs: 20_000 });

  const notes = (
    await again.api.customers.timeline({ customerId, conversationId: null, before: null, limit: 50 })
  ).entries.flatMap((entry) => (entry.kind === 'message' && entry.message.direction === 'note' ? [entry.message] : []));
  expect(notes.map(({ text }) => text)).toEqual(['在庫 1', '在庫 2']);
  await eventually(async () => {
    const seen = await pair.first.api.conversations.get({ conversationId });
    const at = await pair.first.api.customers.sheet({ customerId });
    return seen.assigneeName === '伊藤 蓮' && at.customer.displayName === '田中 2';
  });
}, 120_000);

test('a state and a queue that a colleague had changed first are told with mine and theirs, and the thread stays as it was', async () => {
  const { first, second, made } = await apart();
  const { conversationId } = made;
  const { business, support } = server.centre.queues;
  await first.api.conversations.setStatus({ conversationId, status: 'resolved' });
  await second.api.conversations.setStatus({ conversationId, status: 'pending' });
  await server.restart();
  const told = await eventually(
    async () => {
      const rows = [...(await stopped(first.api)), ...(await stopped(second.api))];
      return rows.length === 1 && rows[0];
    },
    { withinMs: 20_000 },
  );
  expect(told.conflict?.field).toBe('status');
  expect(new Set([told.conflict?.mine, told.conflict?.theirs])).toEqual(new Set(['resolved', 'pending']));
  const loser = (await stopped(first.api)).length === 1 ? first : second;
  await loser.api.outbox.discard({ commandId: told.commandId });
  await eventually(async () => (await loser.api.outbox.list({})).rows.length === 0);

  const third = await cores.start(newFolder());
  await signIn(third.api, server.centre.agents.sato);
  await third.api.conversations.move({ conversationId, queueId: business });
  await eventually(async () => (await third.api.outbox.list({})).rows.length === 0);
  const { conversation } = await third.api.conversations.get({ conversationId });
  expect([conversation.queueId, support]).toEqual([business, support]);
  await eventually(async () =>
    first.api.conversations.get({ conversationId }).then(
      () => false,
      () => true,
    ),
  );
}, 120_000);
