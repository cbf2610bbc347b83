/**
 * A process of its own with a real core on it, in which the sentences are said in every way in which a text comes to the
 * disk. Says so in one line, and waits to be killed; on a line from outside it ends in order.
 */
import { startBench, putConversation, putCustomer, putMessage, freshId } from '../support/core-bench.ts';
import { eventually } from '../support/eventually.ts';
import type { ConversationId } from '../../src/shared/domain/ids.ts';
import { SENTENCES } from './sentences.ts';

// The timers of a core keep no process alive.
setInterval(() => undefined, 1_000);
const bench = startBench();
bench.server.deviceSecrets = new Map();
const { askHttp } = bench.server;
bench.server.askHttp = async (request) =>
  request.path.startsWith('/api/attachments/')
    ? { status: 200, type: 'text/plain', body: new TextEncoder().encode(SENTENCES.join('\n').repeat(50)) }
    : await askHttp(request);
const said = SENTENCES.join(' ');
const customerId = putCustomer(bench, { displayName: said, kana: said, preferredNote: said });
const conversationId = putConversation(bench, customerId, { subject: said, preview: said }) as ConversationId;
let messageId = '';
for (let seq = 1; seq <= 200; seq++)
  messageId = putMessage(bench, conversationId, customerId, { seq, text: `${seq} ${said} ${'。'.repeat(500)}` });
const attachmentId = freshId();
bench.server.put(
  'attachment',
  {
    id: attachmentId,
    messageId,
    conversationId,
    name: said,
    declaredType: 'text/plain',
    sniffedType: 'text/plain',
    size: 100,
    sha256: 'a'.repeat(64),
    inlineCid: null,
    isBlocked: false,
    blockedBecause: null,
  },
  [bench.scopes.queue],
);
await bench.api.session.signIn({ login: SENTENCES[0], password: 'right' });
await eventually(async () => (await bench.api.connection.get({})).state === 'online', { withinMs: 60_000 });
await bench.api.attachments.fetch({ attachmentId: attachmentId });
bench.server.isUp = false;
bench.server.cut();
for (let n = 0; n < 20; n++) {
  await bench.api.drafts.save({ conversationId, what: 'reply', text: `${n} ${said}`, mail: null });
  await bench.api.notes.add({ conversationId, text: `${n} ${said}` });
}
await eventually(async () => (await bench.api.search.all({ text: SENTENCES[0], limit: 5 })).unindexed === 0, {
  withinMs: 60_000,
});
for (const sentence of SENTENCES) {
  const found = await bench.api.search.all({ text: sentence, limit: 5 });
  if (found.messages.length === 0) throw new Error('what was said is not found: the test would prove nothing');
}
process.stdout.write(`${JSON.stringify({ folder: bench.dataDir })}\n`);
process.stdin.once('data', () => {
  bench.stop();
  process.exit(0);
});
