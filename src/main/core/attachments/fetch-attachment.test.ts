/** Files: from the server once, from this device after that. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Bench,
  freshId,
  putConversation,
  putCustomer,
  putMessage,
  signIn,
  startBench,
} from '../../../../tests/support/core-bench.ts';
import { makeManualTime, type ManualTime } from '../../../../tests/support/manual-time.ts';
import type { AttachmentId } from '../../../shared/domain/ids.ts';

let time: ManualTime;
let bench: Bench;
let asked: string[];
let conversationId: string;
let messageId: string;
beforeEach(async () => {
  time = makeManualTime();
  bench = startBench({ time });
  asked = [];
  const { askHttp } = bench.server;
  bench.server.askHttp = async (request) => {
    if (!request.path.startsWith('/api/attachments/')) return await askHttp(request);
    if (!bench.server.isUp) throw new TypeError('fetch failed');
    asked.push(`${request.path} ${request.accessToken?.slice(0, 6) ?? ''}`);
    return { status: 200, body: new Uint8Array([1, 2, 3]), type: 'image/png' };
  };
  bench.restart();
  const customerId = putCustomer(bench);
  conversationId = putConversation(bench, customerId);
  messageId = putMessage(bench, conversationId, customerId);
  await signIn(bench);
  await time.pass(3_000);
});
afterEach(() => bench.stop());

function putFile(change: object = {}): AttachmentId {
  const id = freshId();
  bench.server.put(
    'attachment',
    {
      id,
      messageId,
      conversationId,
      name: '写真.png',
      declaredType: 'text/html',
      sniffedType: 'image/png',
      size: 3,
      sha256: 'x',
      inlineCid: null,
      isBlocked: false,
      blockedBecause: null,
      ...change,
    },
    [bench.scopes.queue],
  );
  return id as AttachmentId;
}

test('a file is fetched once with the session, and opens without a line after that, also after a restart', async () => {
  const attachmentId = putFile();
  await time.pass(100);
  const file = { name: '写真.png', type: 'image/png', base64: 'AQID' };
  expect(await bench.api.attachments.fetch({ attachmentId })).toEqual(file);
  bench.server.isUp = false;
  bench.server.cut();
  bench.restart();
  expect(await bench.api.attachments.fetch({ attachmentId })).toEqual(file);
  expect(asked).toEqual([`/api/attachments/${attachmentId} access`]);
});

test('a file that only the server has is refused without a line, one that was held back always', async () => {
  const attachmentId = putFile();
  const blocked = putFile({ isBlocked: true });
  const huge = putFile({ size: 30 * 1024 * 1024 });
  await time.pass(100);
  bench.server.isUp = false;
  bench.server.cut();
  const why = async (id: AttachmentId) =>
    await bench.api.attachments
      .fetch({ attachmentId: id })
      .catch((error: unknown) => (error as { refusal: { why: string } }).refusal.why);
  expect([await why(attachmentId), await why(blocked), await why(huge), await why(freshId() as AttachmentId)]).toEqual([
    'offline',
    'not-allowed',
    'too-large',
    'not-found',
  ]);
});

test('the copy goes with its message', async () => {
  const attachmentId = putFile();
  await time.pass(100);
  await bench.api.attachments.fetch({ attachmentId });
  bench.server.remove('attachment', attachmentId);
  await time.pass(100);
  await expect(bench.api.attachments.fetch({ attachmentId })).rejects.toMatchObject({ refusal: { why: 'not-found' } });
});
