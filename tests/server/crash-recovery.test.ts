import { tmpdir } from 'node:os';
import { folderStore } from '../../src/server/attachments/file-store.ts';
import { eq } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import type { ConversationId, MessageId } from '../../src/shared/domain/ids.ts';
import type { SendOutcome } from '../../src/server/channels/channel-adapter.ts';
import { openDb } from '../../src/server/db/open-db.ts';
import { message, outbound } from '../../src/server/db/schema.ts';
import { createDispatcher } from '../../src/server/dispatch/dispatcher.ts';
import { createLog } from '../../src/server/log/log.ts';
import { pgliteTemplate } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { foundWorkCentre, handClock } from '../support/work-centre.ts';

// On PGlite only: there the one server knows that whatever was in sending before its own start has nobody.
const database = await openDb({ memory: true, from: await pgliteTemplate() });
const clock = handClock();
const centre = await foundWorkCentre(database, clock);
afterAll(() => database.close());

async function waiting(name: string): Promise<{ conversationId: string; messageId: MessageId }> {
  const author = { address: `U-${name}`, displayName: name, isVerified: true };
  const got = await centre.receive('line', { text: 'こんにちは', threadId: `U-${name}`, author });
  const messageId = centre.id<MessageId>();
  await centre.order('aoi', {
    kind: 'reply.send',
    messageId,
    conversationId: got.conversationId as ConversationId,
    text: '承知いたしました',
    mail: null,
    seenSeq: 1,
    seenStatus: 'new',
  });
  return { conversationId: got.conversationId, messageId };
}
const stateOf = async (messageId: MessageId) => {
  const [row] = await database.orm.select().from(message).where(eq(message.id, messageId));
  return row?.deliveryState;
};

test('what a crash left in sending is found at the start, also when another reply was quicker', async () => {
  const left = await waiting('left');
  await database.orm.update(outbound).set({ state: 'sending' }).where(eq(outbound.messageId, left.messageId));
  await database.orm.update(message).set({ deliveryState: 'sending' }).where(eq(message.id, left.messageId));
  const quick = await waiting('quick');
  clock.advance(1_000);
  let finish = (_outcome: SendOutcome): void => undefined;
  const dispatcher = createDispatcher({
    database,
    source: centre.source,
    changes: centre.changes,
    files: folderStore(tmpdir()),
    log: createLog('silent'),
    channelOf: () => ({
      send: () => new Promise((resolve) => (finish = resolve)),
      isSafeToRepeat: () => false,
      stop: async () => {},
    }),
    later: () => () => {},
  });
  dispatcher.wake(quick.conversationId);
  await eventually(async () => (await stateOf(quick.messageId)) === 'sending');
  await dispatcher.sweep();
  expect(await stateOf(left.messageId)).toBe('needsReview');
  // The one that is really under way is left alone.
  expect(await stateOf(quick.messageId)).toBe('sending');
  finish({ outcome: 'sent', externalId: null, state: 'sent' });
  await eventually(async () => (await stateOf(quick.messageId)) === 'sent');
  await dispatcher.stop();
});
