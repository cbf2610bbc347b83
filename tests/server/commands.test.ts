import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { conversation, device, message } from '../../src/server/db/schema.ts';
import type { CommandBody } from '../../src/shared/domain/command.ts';
import type { ConversationId, MessageId } from '../../src/shared/domain/ids.ts';
import { directoryScope, mineScope, queueScope } from '../../src/shared/domain/scope.ts';
import type { SubmitReply, Verdict } from '../../src/shared/sync-protocol.ts';
import { frameOf, openPage } from '../support/test-console.ts';
import { withConsoles } from '../support/with-consoles.ts';

describe.each(['pglite', 'postgresql'] as const)('a command of a console (%s)', (engine) => {
  const { server, entered: enteredWith, again, change, talk } = withConsoles(engine);
  const entered = async (...who: Parameters<typeof enteredWith>) => (await enteredWith(...who)).console;
  const note = (
    conversationId: ConversationId,
    text = '確認しました',
    messageId: string = randomUUID(),
  ): CommandBody => ({
    kind: 'note.add',
    conversationId,
    messageId: messageId as MessageId,
    text,
  });
  const notesOf = async (conversationId: ConversationId) =>
    await server()
      .running.database.orm.select()
      .from(message)
      .where(and(eq(message.conversationId, conversationId), eq(message.direction, 'note')));
  const verdictOf = (reply: SubmitReply): Verdict => {
    if (!reply.ok) throw new Error(`${reply.why}: ${reply.detail}`);
    return reply.verdict;
  };

  test('is carried out once, its verdict names the sv of the effect, and the effect comes with a frame of that sv', async () => {
    const made = await talk();
    const console = await entered('suzuki');
    const verdict = verdictOf(await console.submit(1, note(made.conversationId)));
    expect(verdict).toMatchObject({ outcome: 'applied', reason: null });
    expect(verdict.scopes).toEqual([queueScope(server().centre.queues.support)]);
    const frame = await frameOf(console, queueScope(server().centre.queues.support), (one) => one.to >= verdict.sv);
    expect(openPage(frame.page).rows.message.at(-1)).toMatchObject({ text: '確認しました', direction: 'note' });
    expect(await notesOf(made.conversationId)).toHaveLength(1);
  });

  test('names in its verdict no scope that the agent may not hold', async () => {
    const made = await talk();
    const console = await entered('suzuki');
    const seen = { seenAssigneeId: null, conversationId: made.conversationId };
    const verdict = verdictOf(
      await console.submit(1, { kind: 'conversation.assign', assigneeId: server().centre.agents.ito.id, ...seen }),
    );
    expect(verdict.outcome).toBe('applied');
    expect(verdict.scopes).not.toContain(mineScope(server().centre.agents.ito.id));
    expect(verdict.scopes).toContain(queueScope(server().centre.queues.support));
  });

  test('that comes again under its number has the same verdict and changes nothing', async () => {
    const made = await talk();
    const console = await entered('suzuki');
    const id = randomUUID();
    const body = note(made.conversationId);
    const first = verdictOf(await console.submit(1, body, id));
    const again = await Promise.all([console.submit(1, body, id), console.submit(1, body, id)]);
    expect(again.map(verdictOf)).toEqual([first, first]);
    expect(await notesOf(made.conversationId)).toHaveLength(1);
  });

  test('many at once are taken in the order of their numbers, and a number too far ahead must wait', async () => {
    const made = await talk();
    const console = await entered('suzuki');
    const replies = await Promise.all(
      [1, 2, 3, 4, 5].map((mid) => console.submit(mid, note(made.conversationId, `${mid}`))),
    );
    expect(replies.map((reply) => verdictOf(reply).outcome)).toEqual(Array(5).fill('applied'));
    const notes = await notesOf(made.conversationId);
    expect(notes.toSorted((a, b) => a.seq - b.seq).map((row) => row.text)).toEqual(['1', '2', '3', '4', '5']);
    expect(await console.submit(7, note(made.conversationId))).toMatchObject({ ok: false, why: 'gap', lastMid: 5 });
    expect(await notesOf(made.conversationId)).toHaveLength(5);
  });

  test('under a number that another command has used tells of a copied disk', async () => {
    const made = await talk();
    const console = await entered('suzuki');
    await console.submit(1, note(made.conversationId));
    expect(await console.submit(1, note(made.conversationId))).toMatchObject({
      ok: false,
      why: 'cloned-client',
      lastMid: 1,
    });
    expect(await notesOf(made.conversationId)).toHaveLength(1);
  });

  test('sent again under a new client id is known by its own id: applied once, numbered anew', async () => {
    const made = await talk();
    const console = await entered('suzuki');
    const id = randomUUID();
    const body = note(made.conversationId);
    const first = verdictOf(await console.submit(1, body, id));
    const clone = await again(console);
    expect(await clone.hello({ clientId: randomUUID() })).toMatchObject({ ok: true, lastMid: 0 });
    expect(verdictOf(await clone.submit(1, body, id))).toEqual(first);
    expect(verdictOf(await clone.submit(2, note(made.conversationId))).outcome).toBe('applied');
    expect(await notesOf(made.conversationId)).toHaveLength(2);
  });

  test('with the id of another agent’s command does not get that agent’s verdict', async () => {
    const made = await talk();
    const suzuki = await entered('suzuki');
    const id = randomUUID();
    const body = note(made.conversationId);
    verdictOf(await suzuki.submit(1, body, id));
    const partner = await entered('takagi');
    expect(verdictOf(await partner.submit(1, body, id))).toMatchObject({
      outcome: 'refused',
      reason: 'not-allowed',
      scopes: [],
    });
  });

  test('about a conversation of another queue is refused, whether it exists or not, and uses its number', async () => {
    const made = await talk();
    const partner = await entered('takagi');
    const exists = verdictOf(await partner.submit(1, note(made.conversationId)));
    const missing = verdictOf(await partner.submit(2, note(randomUUID() as ConversationId)));
    expect(exists).toMatchObject({ outcome: 'refused', reason: 'not-allowed' });
    expect({ ...missing, commandId: '' }).toEqual({ ...exists, commandId: '' });
    expect(
      verdictOf(await partner.submit(3, { kind: 'handoverNote.acknowledge', handoverNoteId: randomUUID() as never })),
    ).toMatchObject({ reason: 'not-allowed' });
    expect(await notesOf(made.conversationId)).toEqual([]);
  });

  test('about a conversation that went to another queue meanwhile waits for a person and is not lost', async () => {
    const made = await talk();
    const console = await entered('suzuki');
    await change(async (w) => {
      await w.tx
        .update(conversation)
        .set({ queueId: server().centre.queues.business })
        .where(eq(conversation.id, made.conversationId));
      w.append('conversation', [made.conversationId]);
    });
    expect(verdictOf(await console.submit(1, note(made.conversationId)))).toMatchObject({
      outcome: 'needsReview',
      reason: 'not-yours-any-more',
    });
    expect(await notesOf(made.conversationId)).toEqual([]);
  });

  test('that cannot be stored is refused for good instead of holding up what stands behind it', async () => {
    const made = await talk();
    const console = await entered('suzuki');
    // The id of a message that is there already: the database refuses it at every repetition.
    const taken = note(made.conversationId, 'an id that is taken', made.messageIds[0]);
    expect(verdictOf(await console.submit(1, taken))).toMatchObject({
      outcome: 'refused',
      reason: 'bad-input',
      scopes: [],
    });
    // U+0000, which no text of PostgreSQL can hold, does not pass the door and uses no number.
    expect(await console.submit(2, note(made.conversationId, 'a\u0000b'))).toMatchObject({
      ok: false,
      why: 'bad-input',
    });
    expect(verdictOf(await console.submit(2, note(made.conversationId, 'danach'))).outcome).toBe('applied');
    const [first] = await server()
      .running.database.orm.select()
      .from(message)
      .where(eq(message.id, made.messageIds[0]!));
    expect(first).toMatchObject({ direction: 'in', conversationId: made.conversationId });
  });

  test('that this version does not know is refused by the name of its field and uses no number', async () => {
    const made = await talk();
    const console = await entered('suzuki');
    const bodies: unknown[] = [
      { kind: 'conversation.delete', conversationId: made.conversationId },
      { kind: 'note.add', conversationId: made.conversationId, messageId: randomUUID(), text: '' },
      { kind: 'note.add', conversationId: 'not an id', messageId: randomUUID(), text: 'x' },
      { kind: 'note.add', conversationId: made.conversationId, messageId: randomUUID(), text: 'x'.repeat(20_001) },
    ];
    for (const body of bodies)
      expect(await console.submit(1, body as CommandBody)).toMatchObject({ ok: false, why: 'bad-input' });
    expect(await console.submit(1, bodies[2] as CommandBody)).toMatchObject({
      detail: expect.stringContaining('conversationId') as string,
    });
    expect(verdictOf(await console.submit(1, note(made.conversationId))).outcome).toBe('applied');
  });

  test('from a connection whose client id another run has taken changes nothing', async () => {
    const made = await talk();
    const console = await entered('suzuki');
    await server()
      .running.database.orm.update(device)
      .set({ lease: 'the word of another run' })
      .where(eq(device.clientId, console.clientId));
    expect(await console.submit(1, note(made.conversationId))).toMatchObject({ ok: false, why: 'cloned-client' });
    expect(await notesOf(made.conversationId)).toEqual([]);
  });

  test('survives a restart of the server: number and verdict are there when the console comes back', async () => {
    const made = await talk();
    const clientId = randomUUID();
    const before = await entered('suzuki', clientId);
    const id = randomUUID();
    const body = note(made.conversationId);
    const first = verdictOf(await before.submit(1, body, id));
    await server().restart();
    expect(before.heard.goodbyes).toEqual(['restarting']);
    const after = await again(before);
    const welcome = await after.hello({ nextMid: 2 });
    expect(welcome).toMatchObject({ ok: true, lastMid: 1 });
    expect(verdictOf(await after.submit(1, body, id))).toEqual(first);
    expect(await after.pull(directoryScope(server().centre.workspaceId), 0)).toMatchObject({ ok: true });
    expect(await notesOf(made.conversationId)).toHaveLength(1);
  });
});
