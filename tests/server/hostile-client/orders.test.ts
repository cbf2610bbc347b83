/** What a console may order and ask that wants to do harm: each refused by name, logged and counted without a word of it, without an effect. */
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { conversation, customer, message, workspace } from '../../../src/server/db/schema.ts';
import { seededRandom } from '../../../src/shared/domain/clock.ts';
import type { CommandBody } from '../../../src/shared/domain/command.ts';
import { HIGHEST_SV } from '../../../src/shared/domain/rows.ts';
import { customerScope, mineScope, queueScope } from '../../../src/shared/domain/scope.ts';
import { SECRET, withWatchedConsoles } from './with-watched-consoles.ts';

describe.each(['pglite', 'postgresql'] as const)('a hostile console orders and asks (%s)', (engine) => {
  const { server, entered, change, talk, logged, faults, wasLogged } = withWatchedConsoles(engine);

  test('forged scopes and pages of them are refused, logged with the agent and counted', async () => {
    const { centre } = server();
    const { customerId } = await talk({ queueId: centre.queues.business, text: SECRET });
    const { console } = await entered('suzuki');
    for (const scope of [
      queueScope(centre.queues.business),
      mineScope(centre.agents.sato.id),
      customerScope(customerId),
    ]) {
      expect(await console.pull(scope, 0)).toEqual({ ok: false, why: 'not-allowed', retryAfterMs: null });
      expect(await console.walk(scope)).toEqual({ ok: false, why: 'not-allowed', retryAfterMs: null });
    }
    expect(await faults('pull', 'not-allowed')).toBe(3);
    expect(await faults('walk', 'not-allowed')).toBe(3);
    expect(wasLogged('sync.refused', '"not-allowed"', centre.agents.suzuki.id, console.clientId)).toBe(true);
  });

  test('orders for a conversation that is not theirs are refused one by one and change nothing, whether it exists or not', async () => {
    const made = await talk({ queueId: server().centre.queues.business });
    const { console } = await entered('suzuki');
    const before = await server().running.database.orm.select().from(conversation);
    let mid = 0;
    for (const conversationId of [made.conversationId, randomUUID()]) {
      for (const body of ordersFor(conversationId, made.messageIds[0]!)) {
        const answer = await console.submit(++mid, body as CommandBody);
        expect(answer, body['kind'] as string).toMatchObject({
          ok: true,
          verdict: { outcome: 'refused', reason: 'not-allowed', scopes: [] },
        });
      }
    }
    expect(await server().running.database.orm.select().from(conversation)).toEqual(before);
    expect(await faults('submit', 'not-allowed')).toBeGreaterThanOrEqual(mid);
  });

  test('ids that do not belong together, and ids that are taken, are refused without an effect', async () => {
    const [mine, other] = [await talk(), await talk({ queueId: server().centre.queues.business })];
    const { conversationId } = mine;
    const { console } = await entered('suzuki');
    const foreign = other.messageIds[0]!;
    const text = SECRET;
    const cases: [string, Record<string, unknown>][] = [
      ['not-found', { kind: 'message.decide', messageId: foreign, conversationId, decision: 'discard' }],
      [
        'not-found',
        { kind: 'callNote.add', callNoteId: randomUUID(), callId: randomUUID(), conversationId, text, offsetMs: 0 },
      ],
      ['bad-input', { kind: 'note.add', messageId: foreign, conversationId, text }],
      [
        'bad-input',
        { kind: 'reply.send', messageId: foreign, conversationId, text, mail: null, seenSeq: 2, seenStatus: 'new' },
      ],
      [
        'not-allowed',
        {
          kind: 'conversation.assign',
          conversationId,
          assigneeId: server().centre.agents.takagi.id,
          seenAssigneeId: null,
        },
      ],
      ['not-found', { kind: 'conversation.assign', conversationId, assigneeId: randomUUID(), seenAssigneeId: null }],
      ['not-allowed', { kind: 'handoverNote.acknowledge', handoverNoteId: randomUUID() }],
    ];
    let mid = 0;
    for (const [reason, body] of cases) {
      expect(await console.submit(++mid, body as CommandBody), JSON.stringify(body)).toMatchObject({
        ok: true,
        verdict: { outcome: 'refused', reason },
      });
    }
    const [kept] = await server().running.database.orm.select().from(message).where(eq(message.id, foreign));
    expect(kept?.conversationId).toBe(other.conversationId);
    expect(kept?.text).not.toBe(SECRET);
  });

  test('customers of another workspace cannot be pinned or revealed, nor any by whoever has no directory', async () => {
    const strangers = { workspaceId: randomUUID() as never, customerId: randomUUID() as never };
    await change(async (w) => {
      await w.tx
        .insert(workspace)
        .values({ id: strangers.workspaceId, name: '他社', colour: '#000', timeZone: 'Asia/Tokyo', locale: 'ja' });
      await w.tx
        .insert(customer)
        .values({ id: strangers.customerId, workspaceId: strangers.workspaceId, displayName: SECRET, kana: '' });
    });
    const own = await talk();
    const { console } = await entered('sato');
    const partner = await entered('takagi');
    for (const [by, customerId] of [
      [console, strangers.customerId],
      [console, randomUUID()],
      [partner.console, own.customerId],
    ] as const) {
      for (const ask of [
        { method: 'pinCustomer', customerId },
        { method: 'revealPersonalData', customerId, reason: SECRET },
      ])
        expect(await by.live(ask)).toMatchObject({ ok: false, why: 'not-allowed' });
    }
    expect(console.heard.scopes).toEqual([]);
  });

  test('numbers with gaps, used twice, or used for another order are refused by name and use up nothing', async () => {
    const { conversationId } = await talk();
    const { console } = await entered('suzuki');
    const note = (): CommandBody => ({
      kind: 'note.add',
      messageId: randomUUID() as never,
      conversationId,
      text: SECRET,
    });
    const [first, id] = [note(), randomUUID()];
    for (const gap of [2, 1_000, Number.MAX_SAFE_INTEGER])
      expect(await console.submit(gap, note())).toMatchObject({ ok: false, why: 'gap', lastMid: 0 });
    for (const never of [0, -1, 1.5, Number.NaN, Number.MAX_VALUE, '1'])
      expect(await console.submit(never as number, note())).toMatchObject({ ok: false, why: 'bad-input', lastMid: 0 });
    const verdict = await console.submit(1, first, id);
    expect(verdict).toMatchObject({ ok: true, verdict: { outcome: 'applied' } });
    expect(await console.submit(1, first, id)).toEqual(verdict);
    expect(await console.submit(1, note())).toMatchObject({ ok: false, why: 'cloned-client', lastMid: 1 });
    // The command again under the next number: the same verdict, and no second note.
    expect(await console.submit(2, first, id)).toEqual(verdict);
    const notes = await server()
      .running.database.orm.select()
      .from(message)
      .where(eq(message.conversationId, conversationId));
    expect(notes.filter((row) => row.direction === 'note')).toHaveLength(1);
    expect(await faults('submit', 'gap')).toBe(3);
  });

  test('cursors from the future, below zero and of no size are refused, and none is remembered', async () => {
    const { console } = await entered('suzuki');
    const scope = queueScope(server().centre.queues.support);
    expect(await console.pull(scope, HIGHEST_SV)).toMatchObject({ ok: false, why: 'resync' });
    for (const after of [
      HIGHEST_SV + 1,
      -1,
      -0.5,
      Number.NaN,
      Number.MAX_SAFE_INTEGER,
      Infinity,
      '7',
      null,
      [],
      { $gt: 0 },
    ]) {
      expect(await console.ask('pull', { scope, after })).toMatchObject({ ok: false, why: 'bad-input' });
      expect(await console.ask('walk', { scope, ceiling: after, below: 3 }), JSON.stringify(after)).toMatchObject({
        ok: false,
        why: 'bad-input',
      });
      console.socket.emit('acknowledge', { cursors: { [scope]: after } });
    }
    expect(await console.walk(scope, HIGHEST_SV, HIGHEST_SV)).toMatchObject({ ok: false, why: 'bad-input' });
    console.socket.emit('acknowledge', { cursors: { [scope]: HIGHEST_SV, ['__proto__']: 3 } });
    expect(await console.pull(scope, 0)).toMatchObject({ ok: true });
  });

  test('wrong types of every depth, in every event, are answered as bad input and never as an error of the server', async () => {
    const random = seededRandom(20_261_124);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random.next() * all.length)]!;
    const scope = queueScope(server().centre.queues.support);
    const leaf = (): unknown =>
      pick<unknown>([
        null,
        true,
        -1,
        1e308,
        SECRET,
        '',
        [],
        {},
        scope,
        randomUUID(),
        '\u0000',
        '\ud800',
        new Uint8Array([0xff, 0xfe]),
        { toString: 1 },
      ]);
    const keys = [
      'scope',
      'after',
      'mid',
      'command',
      'body',
      'kind',
      'method',
      'protocol',
      'clientId',
      '__proto__',
      'constructor',
      'ceiling',
      'below',
    ];
    const made = (depth: number): unknown =>
      depth === 0
        ? leaf()
        : random.next() < 0.2
          ? [made(depth - 1)]
          : Object.fromEntries(Array.from({ length: 3 }, () => [pick(keys), made(depth - 1)]));
    const { console } = await entered('suzuki');
    for (let i = 0; i < 120; i++) {
      const event = pick(['hello', 'pull', 'walk', 'submit', 'ask']);
      expect(await console.ask(event, made(i % 4)), event).toMatchObject({ ok: false, why: 'bad-input' });
    }
    expect(logged.filter((line) => line.includes('sync.request-failed'))).toEqual([]);
    expect(await console.pull(scope, 0)).toMatchObject({ ok: true });
  });
});

/** One order of each kind, as a window would compose it. */
function ordersFor(conversationId: string, messageId: string): Record<string, unknown>[] {
  const id = randomUUID();
  return [
    { kind: 'reply.send', messageId: id, conversationId, text: SECRET, mail: null, seenSeq: 2, seenStatus: 'new' },
    { kind: 'note.add', messageId: id, conversationId, text: SECRET },
    { kind: 'conversation.assign', conversationId, assigneeId: null, seenAssigneeId: null },
    { kind: 'conversation.setStatus', conversationId, status: 'resolved', seenStatus: 'new' },
    { kind: 'conversation.markRead', conversationId, upToSeq: 2 },
    { kind: 'message.decide', messageId, conversationId, decision: 'sendAgain' },
    { kind: 'callNote.add', callNoteId: id, callId: id, conversationId, text: SECRET, offsetMs: 0 },
    { kind: 'call.wrapUp', callId: id, conversationId, wrapUpCodeId: null, note: SECRET, startedAt: 0, endedAt: null },
  ];
}
