import Fastify from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../shared/domain/clock.ts';
import { phoneEventSender } from '../../demo/providers/phone-event-sender.ts';
import { fakeChannelContext } from '../../../../tests/support/fake-channel-context.ts';
import { phoneEventsAdapter } from './phone-events-adapter.ts';
import { readCallEvent } from './read-call-event.ts';
import { signEvent, verifyEvent } from './verify-event.ts';

const secret = 'a secret of the telephone system';
const clock = { now: () => Date.UTC(2026, 10, 23, 1, 0) };
const http = Fastify();
const adapter = phoneEventsAdapter();
let fake = fakeChannelContext({ channel: 'phone', settings: { secrets: [secret] } }, { clock });
let url = '';

beforeAll(async () => {
  adapter.registerRoutes?.(http, undefined as never, (key) => (key === 'main' ? fake.context : null));
  await http.listen({ host: '127.0.0.1', port: 0 });
  const address = http.server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/cti/main/events`;
});
beforeEach(async () => {
  fake = fakeChannelContext(
    { channel: 'phone', settings: { secrets: ['an older secret of ours', secret] } },
    { clock },
  );
  await adapter.start(fake.context);
});
afterAll(() => http.close());

const offered = {
  eventId: 'e1',
  seq: 1,
  type: 'call.offered',
  callId: 'c1',
  at: clock.now(),
  direction: 'in',
  from: '090-1234-5678',
};
async function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const timestamp = String(clock.now());
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-kanade-timestamp': timestamp, 'x-kanade-signature': signEvent(bytes, secret, timestamp), ...headers },
    body: bytes,
  });
  return { status: response.status, body: (await response.json()) as { error?: { why: string; field?: string } } };
}

describe('the webhook for telephone events', () => {
  test('takes a signed event, keeps it raw and passes it on in our words', async () => {
    expect((await post(JSON.stringify(offered))).status).toBe(200);
    expect(fake.raws.has('e1')).toBe(true);
    expect(fake.callEvents).toMatchObject([
      { type: 'call.offered', callId: 'c1', from: '+819012345678', fromReason: null },
    ]);
  });

  test('takes what its own sender signs', async () => {
    const sender = phoneEventSender(url, secret, clock, seededRandom(3));
    expect((await sender.send({ callId: 'c2', seq: 1, type: 'call.offered', from: '03-1234-5678' })).status).toBe(200);
    expect(fake.callEvents).toHaveLength(1);
  });

  test.each([
    ['no signature', { 'x-kanade-signature': '' }, 'signature-missing'],
    ['a forged one', { 'x-kanade-signature': 'ab'.repeat(32) }, 'signature-wrong'],
    ['another time than was signed', { 'x-kanade-timestamp': String(clock.now() + 1) }, 'signature-wrong'],
  ])('refuses %s before it reads the body', async (_name, headers, why) => {
    const answer = await post('{ not json', headers);
    expect(answer.status).toBe(401);
    expect(answer.body.error?.why).toBe(why);
    expect(fake.raws.size).toBe(0);
  });

  test('refuses a body that was changed after signing', async () => {
    const timestamp = String(clock.now());
    const signature = signEvent(Buffer.from(JSON.stringify(offered)), secret, timestamp);
    const answer = await post(JSON.stringify({ ...offered, from: '080-0000-0000' }), {
      'x-kanade-signature': signature,
    });
    expect(answer.body.error?.why).toBe('signature-wrong');
  });

  test('refuses an overheard event after five minutes, also with its right signature', () => {
    const body = Buffer.from(JSON.stringify(offered));
    const timestamp = String(clock.now() - 300_001);
    const headers = { timestamp, signature: signEvent(body, secret, timestamp) };
    expect(verifyEvent(body, headers, [secret], clock.now())).toEqual({ ok: false, why: 'timestamp-wrong' });
    expect(verifyEvent(body, headers, [secret], clock.now() - 1)).toEqual({ ok: true });
  });

  test('tells an unknown account nothing else than a wrong signature', async () => {
    const response = await fetch(url.replace('/main/', '/other/'), { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
  });

  test.each([
    ['text that is not JSON', '{bad', undefined],
    ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe), undefined],
    ['a missing field', JSON.stringify({ ...offered, callId: undefined }), 'callId'],
    ['a wrong type', JSON.stringify({ ...offered, seq: 'one' }), 'seq'],
  ])('names what is wrong with %s', async (_name, body, field) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject(field ? { why: 'bad-input', field } : { why: 'bad-input' });
  });

  test('refuses a body that is too large', async () => {
    expect((await post('x'.repeat(70_000))).status).toBe(413);
  });

  test('keeps an event type of a newer telephone system and changes nothing', async () => {
    expect((await post(JSON.stringify({ ...offered, type: 'call.queued', eventId: 'new' }))).status).toBe(200);
    expect(fake.raws.has('new')).toBe(true);
    expect(fake.callEvents).toHaveLength(0);
  });
});

describe('a number in an event', () => {
  const from = (number: string | null) => {
    const reading = readCallEvent({ ...offered, from: number });
    return reading.is === 'event' ? [reading.event.from, reading.event.fromReason] : reading;
  };
  test.each([
    ['０３（１２３４）５６７８', '+81312345678'],
    ['+44 20 7946 0958', '+442079460958'],
    ['0120-000-111', '+81120000111'],
  ])('%s becomes %s', (given, wanted) => expect(from(given)).toEqual([wanted, null]));
  test.each([
    [null, 'unknown'],
    ['', 'unknown'],
    ['anonymous', 'withheld'],
    ['18409012345678', 'withheld'],
    ['2041', 'unknown'],
  ])('%s is no number, because %s', (given, reason) => expect(from(given)).toEqual([null, reason]));
});
