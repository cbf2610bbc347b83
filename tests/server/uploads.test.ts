/** Files that agents send, on their way through the server: in parts, cut, forged, judged, put into a message once. */
import { createHash, randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { folderStore } from '../../src/server/attachments/file-store.ts';
import { openUploads } from '../../src/server/attachments/uploads.ts';
import { attachment, blob, message, upload } from '../../src/server/db/schema.ts';
import type { SentFile } from '../../src/shared/domain/file.ts';
import type { ConversationId, MessageId, UploadId } from '../../src/shared/domain/ids.ts';
import type { TestConsole } from '../support/test-console.ts';
import { withConsoles } from '../support/with-consoles.ts';

/** A JPEG as far as anybody looks: its first bytes, then anything. */
const picture = (size: number): Buffer =>
  Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(size - 4, size % 251)]);

describe.each(['pglite', 'postgresql'] as const)('a file that an agent sends (%s)', (engine) => {
  const { server, entered, talk } = withConsoles(engine);
  const headers = (of: TestConsole) => ({ authorization: `Bearer ${of.signedIn.accessToken}` });
  const answerOf = async (response: Response) => {
    const body = (await response.json()) as { received?: number; error?: { why: string } };
    return { status: response.status, received: body.received, why: body.error?.why };
  };
  const begin = async (of: TestConsole, id: string, bytes: Uint8Array, more: Record<string, unknown> = {}) =>
    answerOf(
      await fetch(`${server().url}/api/uploads`, {
        method: 'POST',
        headers: { ...headers(of), 'content-type': 'application/json' },
        body: JSON.stringify({
          id,
          name: '見積書.jpg',
          type: 'image/jpeg',
          size: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
          ...more,
        }),
      }),
    );
  const part = async (of: TestConsole, id: string, offset: number | string, bytes: Uint8Array) =>
    answerOf(
      await fetch(`${server().url}/api/uploads/${id}`, {
        method: 'PATCH',
        headers: { ...headers(of), 'content-type': 'application/octet-stream', 'upload-offset': String(offset) },
        body: Buffer.from(bytes),
      }),
    );
  async function uploaded(of: TestConsole, bytes: Uint8Array, name = '見積書.jpg'): Promise<SentFile> {
    const id = randomUUID();
    await begin(of, id, bytes, { name });
    expect(await part(of, id, 0, bytes)).toMatchObject({ status: 200, received: bytes.length });
    return { uploadId: id as UploadId, name, type: 'image/jpeg', size: bytes.length };
  }
  const reply = (conversationId: ConversationId, files: SentFile[], text = '', messageId = randomUUID()) => ({
    kind: 'reply.send' as const,
    conversationId,
    messageId: messageId as MessageId,
    text,
    files,
    mail: null,
    seenSeq: 2,
    seenStatus: 'inProgress' as const,
  });
  const console = async (who: 'suzuki' | 'ito' = 'suzuki') => (await entered(who)).console;
  const orm = () => server().running.database.orm;

  test('comes in parts, goes on after a cut and a restart where it was, and is kept once', async () => {
    const of = await console();
    const bytes = picture(700_000);
    const id = randomUUID();
    expect(await begin(of, id, bytes)).toMatchObject({ status: 200, received: 0 });
    expect(await part(of, id, 0, bytes.subarray(0, 300_000))).toMatchObject({ received: 300_000 });
    // The answer was lost, and the console says the same part again.
    expect(await part(of, id, 0, bytes.subarray(0, 300_000))).toMatchObject({ status: 409, why: 'wrong-offset' });
    await server().restart();
    expect(await begin(of, id, bytes)).toMatchObject({ status: 200, received: 300_000 });
    expect(await part(of, id, 300_000, bytes.subarray(300_000))).toMatchObject({ received: 700_000 });
    expect(await begin(of, id, bytes)).toMatchObject({ received: 700_000 });
    const same = await uploaded(await console(), bytes);
    const rows = await orm()
      .select()
      .from(upload)
      .where(eq(upload.sha256, createHash('sha256').update(bytes).digest('hex')));
    expect(rows.map((row) => row.id).toSorted()).toEqual([id, same.uploadId].toSorted());
    expect(new Set(rows.map((row) => row.path)).size).toBe(1);
  });

  test('stands in the message of its reply, can be read by who may see it, and is used once', async () => {
    const made = await talk({ channel: 'webChat' });
    const of = await console();
    const bytes = picture(5_000);
    const file = await uploaded(of, bytes);
    const body = reply(made.conversationId, [file]);
    expect(await of.submit(1, body)).toMatchObject({ ok: true, verdict: { outcome: 'applied' } });
    const [row] = await orm().select().from(attachment).where(eq(attachment.messageId, body.messageId));
    expect(row).toMatchObject({ name: '見積書.jpg', sniffedType: 'image/jpeg', size: 5_000, isBlocked: false });
    const [sent] = await orm().select().from(message).where(eq(message.id, body.messageId));
    expect(sent).toMatchObject({ text: '', detail: { kind: 'file' }, deliveryState: 'queued' });
    const read = await fetch(`${server().url}/api/attachments/${row?.id}`, { headers: headers(of) });
    expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await of.submit(2, reply(made.conversationId, [file], 'もう一度'))).toMatchObject({
      verdict: { outcome: 'needsReview', reason: 'file-missing' },
    });
  });

  test('that did not come whole, or is a colleague’s, keeps the reply back and changes nothing', async () => {
    const made = await talk({ channel: 'webChat' });
    const of = await console();
    const bytes = picture(2_000);
    const id = randomUUID();
    await begin(of, id, bytes);
    await part(of, id, 0, bytes.subarray(0, 1_999));
    const half = { uploadId: id as UploadId, name: 'a.png', type: 'image/jpeg', size: 2_000 };
    const ito = await console('ito');
    const theirs = await uploaded(ito, picture(3_000));
    for (const [index, file] of [half, theirs].entries())
      expect(await of.submit(index + 1, reply(made.conversationId, [file]))).toMatchObject({
        verdict: { outcome: 'needsReview', reason: 'file-missing' },
      });
    expect(await part(of, theirs.uploadId, 0, bytes)).toMatchObject({ status: 404 });
    expect(await begin(of, theirs.uploadId, bytes)).toMatchObject({ status: 404 });
    const messages = await orm().select().from(message).where(eq(message.conversationId, made.conversationId));
    expect(messages.filter(({ direction }) => direction === 'out')).toEqual([]);
  });

  test('that runs, lies about its content, is too large or has no token is refused by name', async () => {
    const made = await talk({ channel: 'webChat' });
    const of = await console();
    const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(600)]);
    const id = randomUUID();
    await begin(of, id, program, { name: 'tool.exe', type: 'application/pdf' });
    expect(await part(of, id, 0, program)).toMatchObject({ status: 415, why: 'file-not-allowed' });
    expect(await begin(of, id, program)).toMatchObject({ status: 415 });
    const renamed = { uploadId: id as UploadId, name: 'tool.pdf', type: 'application/pdf', size: program.length };
    expect(await of.submit(1, reply(made.conversationId, [renamed]))).toMatchObject({
      verdict: { outcome: 'refused', reason: 'file-not-allowed' },
    });

    const other = randomUUID();
    await begin(of, other, picture(100));
    expect(await part(of, other, 0, Buffer.alloc(100))).toMatchObject({ status: 422, why: 'wrong-content' });
    expect(await begin(of, other, picture(100))).toMatchObject({ received: 0 });
    expect(await begin(of, other, picture(101))).toMatchObject({ status: 409, why: 'other-file' });
    expect(await part(of, other, 50, picture(50))).toMatchObject({ status: 409, why: 'wrong-offset' });
    expect(await part(of, other, 0, picture(200))).toMatchObject({ status: 409, why: 'wrong-offset' });
    expect(await part(of, other, '-1', picture(100))).toMatchObject({ status: 400, why: 'bad-input' });
    expect(await part(of, other, 0, Buffer.alloc(1_100_000))).toMatchObject({ status: 413, why: 'too-large' });
    expect(await part(of, '../../etc', 0, picture(100))).toMatchObject({ status: 404 });
    expect(await begin(of, randomUUID(), picture(100), { size: 21 * 1024 * 1024 })).toMatchObject({ status: 400 });
    const stranger = { ...of, signedIn: { ...of.signedIn, accessToken: 'x' } };
    expect(await begin(stranger, randomUUID(), picture(100))).toMatchObject({ status: 401 });
    expect(await part(stranger, other, 0, picture(100))).toMatchObject({ status: 401 });
  });

  test('is not taken by LINE, and a reply without words and files is none', async () => {
    const of = await console();
    const file = await uploaded(of, picture(1_000));
    const line = await talk({ channel: 'line' });
    expect(await of.submit(1, reply(line.conversationId, [file], '写真です'))).toMatchObject({
      verdict: { outcome: 'refused', reason: 'file-not-allowed' },
    });
    const chat = await talk({ channel: 'webChat' });
    expect(await of.submit(2, reply(chat.conversationId, []))).toMatchObject({
      verdict: { outcome: 'refused', reason: 'bad-input' },
    });
    expect(await of.submit(3, reply(chat.conversationId, [file], '写真です'))).toMatchObject({
      verdict: { outcome: 'applied' },
    });
    const [kept] = await orm()
      .select()
      .from(blob)
      .innerJoin(upload, eq(upload.sha256, blob.sha256))
      .where(eq(upload.id, file.uploadId));
    expect(kept?.upload.state).toBe('used');
  });

  test('that nobody went on with for seven days is forgotten with its parts', async () => {
    const of = await console();
    const id = randomUUID();
    await begin(of, id, picture(1_000));
    await part(of, id, 0, picture(1_000).subarray(0, 500));
    const store = folderStore(`${server().dataDir}/files`);
    expect(await store.getParts(id, 500)).toHaveLength(500);
    const inAWeek = { ...server().source, clock: { now: () => Date.now() + 7.1 * 24 * 3_600_000 } };
    expect(await openUploads(server().running.database, inAWeek, store).forgetUnused()).toBeGreaterThan(0);
    await expect(store.getParts(id, 500)).rejects.toThrow();
    expect(await orm().select().from(upload).where(eq(upload.id, id))).toEqual([]);
  });
});
