/** A console and a server of versions that cannot speak with each other: who is named, what is kept, and what goes on. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, putConversation, putCustomer, signIn, startBench } from '../../../../tests/support/core-bench.ts';
import { makeManualTime, type ManualTime } from '../../../../tests/support/manual-time.ts';
import type { ConversationId } from '../../../shared/domain/ids.ts';
import type { Hello, Welcome } from '../../../shared/sync-protocol.ts';

let time: ManualTime;
let bench: Bench;
let conversationId: ConversationId;
beforeEach(async () => {
  time = makeManualTime();
  bench = startBench({ time });
  await signIn(bench);
  conversationId = putConversation(bench, putCustomer(bench)) as ConversationId;
  await time.pass(3_000);
});
afterEach(() => bench.stop());

/** The server was changed for one that refuses this console's version; the line begins anew. */
async function serverRefuses(why: 'protocol-too-old' | 'protocol-too-new'): Promise<void> {
  const refusal: Welcome = { ok: false, why, retryAfterMs: null };
  bench.server.intercept = (event) => (event === 'hello' ? { answer: refusal } : null);
  bench.server.cut();
  await time.pass(3_000);
}
const connection = async () => await bench.api.connection.get({});
const note = async (text: string) => await bench.api.notes.add({ conversationId, text });
const sentTexts = () => bench.server.applied.map(({ body }) => ('text' in body ? body.text : body.kind));

test.each([
  ['protocol-too-old', 'consoleTooOld', /update the console/],
  ['protocol-too-new', 'serverTooOld', /server is older/],
] as const)(
  'refused with %s the desk is read only, says why, keeps what waits and takes no new order',
  async (why, because, words) => {
    bench.server.isUp = false;
    bench.server.cut();
    await note('更新の前に書いた');
    bench.server.isUp = true;
    await serverRefuses(why);
    expect(await connection()).toMatchObject({ state: 'readOnly', readOnlyBecause: because, waiting: 1 });
    await expect(note('いま書いた')).rejects.toMatchObject({
      refusal: { why: 'read-only', detail: expect.stringMatching(words) as string },
    });
    await bench.api.conversations.markRead({ conversationId, upToSeq: 0 });
    await bench.api.drafts.save({ conversationId, what: 'reply', text: '書きかけ', mail: null });
    expect((await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 })).total).toBe(1);
    expect(sentTexts()).toEqual([]);

    // The line is cut as well: that changes nothing about who is too old.
    bench.server.isUp = false;
    bench.server.cut();
    await time.pass(60_000);
    expect(await connection()).toMatchObject({ state: 'readOnly', readOnlyBecause: because, waiting: 1 });

    // The update: the same files under a console and a server that understand each other.
    bench.server.isUp = true;
    bench.server.intercept = null;
    bench.restart();
    await time.pass(3_000);
    expect(await connection()).toMatchObject({ state: 'online', readOnlyBecause: null, waiting: 0 });
    expect(sentTexts().filter((text) => text === '更新の前に書いた')).toHaveLength(1);
    expect((await bench.api.drafts.get({ conversationId })).reply).toBe('書きかけ');
    await note('更新の後に書いた');
    await time.pass(1_000);
    expect(sentTexts()).toContain('更新の後に書いた');
  },
);

test('a server that was updated meanwhile is met without a restart of the console', async () => {
  await serverRefuses('protocol-too-new');
  expect((await connection()).state).toBe('readOnly');
  bench.server.intercept = null;
  await time.pass(31_000);
  expect(await connection()).toMatchObject({ state: 'online', readOnlyBecause: null });
});

test('a hello says the version and nothing that the version before did not know', async () => {
  const hello = bench.server.heard.find(({ event }) => event === 'hello')?.payload as Hello;
  expect(Object.keys(hello).sort()).toEqual(['appVersion', 'clientId', 'epoch', 'lease', 'nextMid', 'protocol']);
});
