import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunningChannel } from '../../src/server/channels/channel-adapter.ts';
import { createMailAdapter, type MailParts } from '../../src/server/channels/mail/mail-adapter.ts';
import { type MailPair, startMailPair } from '../../src/server/demo/providers/mail-pair/mail-pair.ts';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import { type CutProxy, openCutProxy } from '../support/cut-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { type FakeChannelContext, fakeChannelContext } from '../support/fake-channel-context.ts';
import { hasty, matching, plainMail } from './mail-house.ts';

let pair: MailPair;
let line: CutProxy;
let channel: RunningChannel | null = null;

beforeEach(async () => {
  pair = await startMailPair({
    address: 'support@centre.test',
    password: 'pw',
    clock: { now: () => Date.now() },
    random: seededRandom(1),
  });
  line = await openCutProxy(`http://127.0.0.1:${pair.imap.port}`);
});
afterEach(async () => {
  await channel?.stop();
  channel = null;
  await line.close();
  await pair.stop();
});

async function open(parts: Partial<MailParts>, change: (fake: FakeChannelContext) => void = () => undefined) {
  const imap = { ...pair.imap, port: Number(new URL(line.url).port) };
  const settings = { imap, smtp: pair.smtp, fromName: 'x', address: pair.address, sentCopy: 'none' };
  const fake = fakeChannelContext({ channel: 'mail', address: pair.address, settings });
  change(fake);
  channel = await createMailAdapter(parts).start(fake.context);
  await eventually(() => fake.health.at(-1)?.state === 'running', { what: 'running' });
  return fake;
}
const deliver = (id: string, text = id) => pair.deliver(Buffer.from(plainMail(id, text)));

test('a line that hangs without a word is noticed, named, and left for a new one', async () => {
  const imapTimeouts = { connectMs: 400, silenceMs: 400, idleMs: 60_000 };
  const fake = await open({ ...hasty(), imapTimeouts });
  line.halfOpen();
  await deliver('in the dark');
  await eventually(() => fake.health.at(-1)?.state === 'failing', { what: 'failing' });
  expect(fake.health.at(-1)).toMatchObject({ error: matching(/^imap-(timeout|connection-lost): /) });
  await line.restore();
  await eventually(() => fake.messages.length === 1, { what: 'the mail' });
  await eventually(() => fake.health.at(-1)?.state === 'running', { what: 'running again' });
});

test('one mail that cannot be stored stands as a stub after a few tries and does not stop those behind it', async () => {
  const fake = await open(hasty(), ({ context }) => {
    const receive = context.receiveMessage;
    context.receiveMessage = (message) =>
      message.text.startsWith('poison') ? Promise.reject(new Error('refused by the database')) : receive(message);
  });
  await deliver('poison');
  await deliver('behind');
  await eventually(() => fake.messages.length === 2, { what: 'both mails' });
  expect(fake.messages.map((message) => [message.externalId, message.subject])).toEqual([
    ['<poison@customer.test>', 'test poison'],
    ['<behind@customer.test>', 'test behind'],
  ]);
  expect(fake.messages[0]?.text).toContain('mail-not-storable');
});

test('stopping in the middle of an outage ends at once', async () => {
  const fake = await open({});
  await line.cut();
  await eventually(() => fake.health.at(-1)?.state === 'failing', { what: 'failing' });
  const before = performance.now();
  await channel?.stop();
  channel = null;
  expect(performance.now() - before).toBeLessThan(2_000);
});
