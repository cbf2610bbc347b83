/** Webhooks as their receiver sees them: signed, once for each thing that happened, again when it was not taken, never to an address inside. */
import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { guardedPost, isInside } from '../../src/server/webhooks/guarded-post.ts';
import { type WebhookEvent, webhookEvents } from '../../src/shared/administration/webhook-calls.ts';
import { addAdministrators, type Administrators, administratorOf } from '../support/administrators.ts';
import { eventually } from '../support/eventually.ts';
import { addConversation } from '../support/small-centre.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';
import { openConsole } from '../support/test-console.ts';

type Heard = { event: string; signature: string; delivery: string; body: string };

describe.each(['pglite', 'postgresql'] as const)('webhooks (%s)', (engine) => {
  let server: TestServer;
  let people: Administrators;
  let abe: Awaited<ReturnType<typeof administratorOf>>;
  const heard: Heard[] = [];
  let answer = 204;
  const receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const head = (name: string) => String(request.headers[name]);
      heard.push({
        event: head('kanade-event'),
        signature: head('kanade-signature'),
        delivery: head('kanade-delivery'),
        body: Buffer.concat(parts).toString(),
      });
      response.writeHead(answer, { location: 'http://127.0.0.1:1/' }).end();
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    server = await startTestServer({ engine });
    people = await addAdministrators(server);
    abe = await administratorOf(server, people.abe);
  });
  beforeEach(() => {
    heard.length = 0;
    answer = 204;
  });
  afterAll(async () => {
    await server.stop();
    receiver.close();
  });
  const url = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  async function newWebhook(events: readonly WebhookEvent[]) {
    const id = randomUUID();
    const given = { name: '在庫', url: url(), events: [...events], isPaused: false };
    const { secret } = await abe.ask('webhooks.save', { id, seen: null, ...given });
    return { id, secret: secret ?? '', given };
  }
  const remove = (id: string, seen = 1) => abe.ask('webhooks.remove', { id, seen });

  test('what happens is told once, signed, and without a word of the customer', async () => {
    const { id, secret } = await newWebhook(webhookEvents);
    const made = await addConversation(server.running.database, server.source, server.centre, { messages: 2 });
    const console = await openConsole(server.url, server.centre.agents.suzuki);
    await console.hello();
    await console.submit(1, {
      kind: 'conversation.setStatus',
      conversationId: made.conversationId,
      status: 'resolved',
      seenStatus: 'new',
    });
    await eventually(() =>
      expect(heard.map((one) => one.event).toSorted()).toEqual([
        'conversation.opened',
        'conversation.resolved',
        'customer.changed',
        'message.received',
        'message.received',
      ]),
    );
    for (const { signature, body, delivery } of heard) {
      const [, seconds = '', hex = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
      expect(createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')).toBe(hex);
      expect((JSON.parse(body) as { id: string }).id).toBe(delivery);
      expect(body).not.toMatch(/田中|ドライヤー/);
    }
    expect(JSON.stringify(await abe.ask('webhooks.list', {}))).not.toContain(secret);
    console.close();
    await remove(id);
  });

  test('what was not taken is tried again later, stands in the log, and goes out at once when a person says so', async () => {
    const { id } = await newWebhook(['conversation.opened']);
    answer = 302;
    await addConversation(server.running.database, server.source, server.centre);
    const failed = await eventually(async () => {
      const [first] = (await abe.ask('webhooks.deliveries', { id })).deliveries;
      expect(first).toMatchObject({ state: 'waiting', tries: 1, lastStatus: 302 });
      return first ?? { id: '' };
    });
    answer = 200;
    await abe.ask('webhooks.sendAgain', { deliveryId: failed.id });
    await eventually(async () =>
      expect((await abe.ask('webhooks.deliveries', { id })).deliveries).toMatchObject([
        { state: 'done', lastStatus: 200 },
      ]),
    );
    expect(new Set(heard.map((one) => one.delivery)).size).toBe(1);
    const ota = await administratorOf(server, people.ota);
    expect((await ota.refused('webhooks.deliveries', { id })).error.why).toBe('unknown');
    expect((await ota.refused('webhooks.sendAgain', { deliveryId: failed.id })).error.why).toBe('unknown');
    await remove(id);
  });

  test('a paused webhook is not told, also not afterwards, and one is told of its own workspace and its own events alone', async () => {
    const { id, given } = await newWebhook(['message.received']);
    await abe.ask('webhooks.save', { id, seen: 1, ...given, isPaused: true });
    await addConversation(server.running.database, server.source, server.centre);
    await abe.ask('webhooks.save', { id, seen: 2, ...given });
    await addConversation(server.running.database, server.source, {
      ...server.centre,
      workspaceId: people.other.workspaceId,
      queues: { support: people.other.queueId, business: people.other.queueId },
    });
    const last = await addConversation(server.running.database, server.source, server.centre, { messages: 1 });
    await eventually(() => expect(heard.map((one) => one.body).join()).toContain(last.conversationId));
    expect(heard.map((one) => one.event)).toEqual(['message.received']);
    await remove(id, 3);
  });
});

test('no webhook leads to this machine or its neighbours unless the operator says so, by number or by name', async () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.20.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::ffff:10.0.0.1',
    'fd00::1',
    'fe80::1',
    '64:ff9b::a00:1',
    'no address',
  ])
    expect(isInside(address), address).toBe(true);
  for (const address of ['203.0.114.9', '8.8.8.8', '2606:4700::1111']) expect(isInside(address), address).toBe(false);
  for (const url of [
    'http://127.0.0.1:9/',
    'http://[::1]:9/',
    'http://localhost:9/',
    'http://2130706433:9/',
    'http://[::ffff:127.0.0.1]:9/',
  ])
    expect(await guardedPost(url, {}, '{}', false), url).toEqual({ error: 'address-inside' });
});
