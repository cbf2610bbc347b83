/** What a virus scanner finds is kept apart and said; what it has not answered about is held back until it has. */
import { createHash, randomUUID } from 'node:crypto';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderStore } from '../../src/server/attachments/file-store.ts';
import { scanAgain } from '../../src/server/attachments/scan-again.ts';
import type { ScanResult } from '../../src/server/attachments/scan-file.ts';
import { attachment, auditEvent, message, upload } from '../../src/server/db/schema.ts';
import {
  type LineContractFake,
  startLineContractFake,
} from '../../src/server/demo/providers/line-contract-fake/line-contract-fake.ts';
import type { UploadId } from '../../src/shared/domain/ids.ts';
import { eventually } from '../support/eventually.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';
import { openConsole } from '../support/test-console.ts';
import { testSource } from '../support/test-source.ts';

const secrets = { channelSecret: 'secret', channelAccessToken: 'token', botUserId: `U${'b'.repeat(32)}` };
const BAD = 'the virus of this test';

let server: TestServer;
let line: LineContractFake;
let isScannerUp = true;
const scan = (bytes: Uint8Array): Promise<ScanResult> => {
  if (!isScannerUp) return Promise.resolve({ is: 'unknown', why: 'ECONNREFUSED' });
  return Promise.resolve(Buffer.from(bytes).includes(BAD) ? { is: 'infected', name: 'Test.Virus' } : { is: 'clean' });
};
beforeAll(async () => {
  line = await startLineContractFake({ ...testSource(), ...secrets });
  const settings = { ...secrets, apiBaseUrl: line.url, apiDataBaseUrl: line.url, allowedHosts: ['127.0.0.1'] };
  server = await startTestServer({ accounts: { line: settings }, scan });
  line.sendWebhooksTo(`${server.url}/hooks/line/test-line`);
});
afterAll(async () => {
  await server.stop();
  await line.stop();
});

/** A customer sends a file by LINE; gives its row once the message is here. */
async function received(content: string, name: string) {
  const { userId } = line.addUser('高橋 修');
  await line.sendContent(userId, { kind: 'file', bytes: Buffer.from(content), type: 'text/plain', fileName: name });
  return await eventually(async () => {
    const [row] = await rows(name);
    return row ?? null;
  });
}
const rows = (name: string) => server.running.database.orm.select().from(attachment).where(eq(attachment.name, name));
async function fetched(id: string): Promise<number> {
  const console = await openConsole(server.url, server.centre.agents.suzuki);
  const headers = { authorization: `Bearer ${console.signedIn.accessToken}` };
  const answer = await fetch(`${server.url}/api/attachments/${id}`, { headers });
  console.close();
  return answer.status;
}

test('a message arrives although its file is infected; the file is handed to nobody and stands in the audit', async () => {
  const clean = await received('nothing to see', 'clean.txt');
  expect(clean).toMatchObject({ isBlocked: false, blockedBecause: null });
  expect(await fetched(clean.id)).toBe(200);
  const row = await received(`${BAD} 1`, 'invoice.txt');
  expect(row).toMatchObject({ isBlocked: true, blockedBecause: 'infected' });
  expect(await fetched(row.id)).toBe(404);
  const { orm } = server.running.database;
  expect(await orm.select().from(message).where(eq(message.id, row.messageId))).toHaveLength(1);
  const [line] = await orm.select().from(auditEvent).where(eq(auditEvent.target, row.id));
  expect(line).toMatchObject({ what: 'file.infected', after: { virus: 'Test.Virus', sha256: row.sha256 } });
});

test('a file that came while the scanner was down is held back, and handed out or kept apart once it answers', async () => {
  isScannerUp = false;
  const good = await received('later found clean', 'later-clean.txt');
  const bad = await received(`${BAD} 2`, 'later-infected.txt');
  expect([good.blockedBecause, bad.blockedBecause]).toEqual(['notScanned', 'notScanned']);
  expect(await fetched(good.id)).toBe(404);
  const store = folderStore(path.join(server.dataDir, 'files'));
  // The job of the server does no more than this, every two minutes.
  const again = () => scanAgain(server.running.database, server.source, store, scan);
  expect(await again()).toBe(0);
  isScannerUp = true;
  expect(await again()).toBe(2);
  const [first] = await rows('later-clean.txt');
  const [second] = await rows('later-infected.txt');
  expect([first?.blockedBecause, second?.blockedBecause]).toEqual([null, 'infected']);
  expect(await fetched(good.id)).toBe(200);
  expect(await fetched(bad.id)).toBe(404);
});

test('an agent’s file waits for the scanner, goes on where it was, and an infected one is refused', async () => {
  const console = await openConsole(server.url, server.centre.agents.suzuki);
  const headers = { authorization: `Bearer ${console.signedIn.accessToken}` };
  const send = async (bytes: Buffer, id = randomUUID()) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const body = JSON.stringify({ id, name: 'x.txt', type: 'text/plain', size: bytes.length, sha256 });
    await fetch(`${server.url}/api/uploads`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    const answer = await fetch(`${server.url}/api/uploads/${id}`, {
      method: 'PATCH',
      headers: { ...headers, 'content-type': 'application/octet-stream', 'upload-offset': '0' },
      body: new Uint8Array(bytes),
    });
    return { id, status: answer.status };
  };
  isScannerUp = false;
  const waiting = await send(Buffer.from('見積書です'));
  expect(waiting.status).toBe(503);
  isScannerUp = true;
  expect((await send(Buffer.from('見積書です'), waiting.id)).status).toBe(200);
  const infected = await send(Buffer.from(`${BAD} 3`));
  expect(infected.status).toBe(415);
  const [row] = await server.running.database.orm
    .select()
    .from(upload)
    .where(eq(upload.id, infected.id as UploadId));
  expect(row?.state).toBe('refused');
  console.close();
});
