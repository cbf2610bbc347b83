/** Drafts and files of a console that wants to do harm, and numbers and letters that no database holds: refused by name, without an effect, without a word in the log. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { draft, upload } from '../../../src/server/db/schema.ts';
import type { CommandBody } from '../../../src/shared/domain/command.ts';
import type { TestConsole } from '../../support/test-console.ts';
import { SECRET, withWatchedConsoles } from './with-watched-consoles.ts';

describe.each(['pglite', 'postgresql'] as const)('hostile drafts and files (%s)', (engine) => {
  const { server, entered, talk, logged, faults, isServed } = withWatchedConsoles(engine);
  const drafts = () => server().running.database.orm.select().from(draft);
  const one = (conversationId: string, more: Record<string, unknown> = {}) => ({
    id: randomUUID(),
    conversationId,
    what: 'reply',
    text: SECRET,
    mail: null,
    revision: 1,
    ...more,
  });
  const keep = (of: TestConsole, kept: unknown[], done: unknown[] = []) =>
    of.live({ method: 'keepDrafts', drafts: kept, done, deviceName: 'test' });
  const post = async (of: TestConsole, body: Record<string, unknown>) =>
    await fetch(`${server().url}/api/uploads`, {
      method: 'POST',
      headers: { authorization: `Bearer ${of.signedIn.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const fileOf = (bytes: Uint8Array, more: Record<string, unknown> = {}) => ({
    id: randomUUID(),
    name: '控え.txt',
    type: 'text/plain',
    size: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...more,
  });

  test('a draft of somebody else can be neither written, ended, superseded, read nor taken over, and nobody learns whether it is there', async () => {
    const { conversationId } = await talk();
    const author = (await entered('suzuki')).console;
    const other = (await entered('ito')).console;
    const stranger = (await entered('takagi')).console;
    const mine = one(conversationId);
    expect(await keep(author, [mine])).toMatchObject({ ok: true, output: { refused: [] } });
    const before = await drafts();
    for (const by of [other, stranger]) {
      expect(await keep(by, [{ ...mine, text: 'x', revision: 9 }])).toMatchObject({
        ok: true,
        output: { refused: [mine.id] },
      });
      for (const why of ['ended', 'superseded'])
        expect(await keep(by, [], [{ id: mine.id, revision: 9, why }])).toMatchObject({ ok: true });
      const answers = [];
      for (const draftId of [mine.id, randomUUID()]) answers.push(await by.live({ method: 'takeOverDraft', draftId }));
      expect(answers[0]).toMatchObject({ ok: false, why: 'not-allowed' });
      expect(answers[1]).toEqual(answers[0]);
      expect(await by.live({ method: 'readDrafts', conversationId })).toMatchObject({ ok: false, why: 'not-allowed' });
      expect(await by.live({ method: 'readDraftVersions', conversationId })).toMatchObject({ ok: true, output: [] });
    }
    expect(await drafts()).toEqual(before);
  });

  test('drafts for conversations that are not there, that were never theirs, too many, too long and of wrong shape are refused', async () => {
    const foreign = await talk({ queueId: server().centre.queues.business });
    const { conversationId } = await talk();
    const { console } = await entered('suzuki');
    const kept = [one(foreign.conversationId), one(randomUUID())];
    expect(await keep(console, kept)).toMatchObject({ ok: true, output: { refused: kept.map(({ id }) => id) } });
    for (const wrong of [
      [one(conversationId, { text: 'x'.repeat(200_001) })],
      Array.from({ length: 21 }, () => one(conversationId)),
      [one(conversationId, { revision: 0 })],
      [one(conversationId, { revision: 3_000_000_000 })],
      [one(conversationId, { revision: 1.5 })],
      [one(conversationId, { what: 'order' })],
      [one(conversationId, { id: '../../etc/passwd' })],
      [one(conversationId, { agentId: server().centre.agents.ito.id })],
      [one(conversationId, { text: `${SECRET}\u0000` })],
    ])
      expect(await keep(console, wrong), JSON.stringify(wrong).slice(0, 200)).toMatchObject({
        ok: false,
        why: 'bad-input',
      });
    const tried = [conversationId, foreign.conversationId];
    expect((await drafts()).filter(({ conversationId: of }) => tried.includes(of))).toEqual([]);
    expect(await faults('ask', 'bad-input')).toBeGreaterThan(0);
    expect(logged.filter((line) => line.includes('request-failed'))).toEqual([]);
  });

  test('numbers that no column holds and letters that no text holds are bad input and not an error of the server', async () => {
    const { conversationId } = await talk();
    const { console } = await entered('suzuki');
    const id = () => randomUUID();
    const orders: Record<string, unknown>[] = [
      { kind: 'note.add', messageId: id(), conversationId, text: `a\u0000${SECRET}` },
      { kind: 'conversation.tag', conversationId, add: [`a\u0000`], remove: [] },
      { kind: 'callNote.add', callNoteId: id(), callId: id(), conversationId, text: 'x', offsetMs: 3_000_000_000 },
      { kind: 'conversation.markRead', conversationId, upToSeq: 3_000_000_000 },
      { kind: 'reply.send', messageId: id(), conversationId, text: 'x', mail: null, seenSeq: 3e9, seenStatus: 'new' },
    ];
    for (const body of orders) {
      const answer = await console.submit(1, body as CommandBody);
      expect(answer, JSON.stringify(body).slice(0, 100)).toMatchObject({ ok: false, why: 'bad-input', lastMid: 0 });
    }
    expect((await post(console, fileOf(Buffer.from('x'), { name: 'a\u0000.txt' }))).status).toBe(400);
    expect(logged.filter((line) => /request-failed|http\.failed/.test(line))).toEqual([]);
  });

  test('files go nowhere but into the store: names, ids and addresses that climb out of it are refused or harmless', async () => {
    const { console } = await entered('suzuki');
    const bytes = Buffer.from('控え');
    for (const id of ['../../master.key', '..%2f..%2fmaster.key', 'a'.repeat(36), `${randomUUID()}/..`])
      expect((await post(console, fileOf(bytes, { id }))).status).toBe(400);
    for (const address of [
      '/api/uploads/..%2f..%2fmaster.key',
      '/api/uploads/%2e%2e/%2e%2e/master.key',
      '/api/attachments/..%2f..%2f..%2fmaster.key',
      '/api/attachments/%00',
      '/../../../../etc/passwd',
      '/demo/../../../../etc/passwd',
      '/widget/..%2f..%2f..%2f..%2fetc%2fpasswd',
      '/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
      '/..\\..\\master.key',
    ]) {
      const { status, body } = await rawGet(server().url, address, console.signedIn.accessToken);
      expect([400, 404], address).toContain(status);
      expect(body).not.toContain('root:');
    }
    const climbing = fileOf(bytes, { name: '../../../../tmp/kanade-climbed.txt' });
    expect((await post(console, climbing)).status).toBe(200);
    const answer = await fetch(`${server().url}/api/uploads/${climbing.id}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${console.signedIn.accessToken}`,
        'content-type': 'application/octet-stream',
        'upload-offset': '0',
      },
      body: bytes,
    });
    expect(answer.status).toBe(200);
    const [row] = await server()
      .running.database.orm.select()
      .from(upload)
      .where(eq(upload.id, climbing.id as never));
    expect(row?.path).toMatch(/^[0-9a-f]{2}\/[0-9a-f]{64}$/);
    expect(row?.name).not.toMatch(/[/\\]/);
    expect(existsSync('/tmp/kanade-climbed.txt')).toBe(false);
    expect(readdirSync(path.join(server().dataDir, 'files')).every((name) => /^([0-9a-f]{2}|coming)$/.test(name))).toBe(
      true,
    );
  });

  test('files of somebody else and a flood of new ones are refused, and others go on', async () => {
    const { console } = await entered('ito');
    const other = (await entered('suzuki')).console;
    const theirs = fileOf(Buffer.from('伊藤の控え'));
    expect((await post(console, theirs)).status).toBe(200);
    expect((await post(other, theirs)).status).toBe(404);
    const statuses = [];
    for (let n = 0; n < 70; n++) statuses.push((await post(other, fileOf(Buffer.from([n])))).status);
    expect(statuses.at(-1)).toBe(429);
    await isServed(console);
    expect((await post(console, theirs)).status).toBe(200);
  });
});

/** GET of an address as it stands: `fetch` would straighten it first. */
async function rawGet(url: string, address: string, token: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return await new Promise((resolve, reject) => {
    request({ hostname, port, path: address, headers: { authorization: `Bearer ${token}` } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}
