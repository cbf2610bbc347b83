/** The HTTP API as a shop system uses it: its tokens, what it reads and writes, what it is refused, and its own description. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ApiScope, apiScopes } from '../../src/shared/administration/api-token-calls.ts';
import { directoryScope } from '../../src/shared/domain/scope.ts';
import { type Administrators, addAdministrators, administratorOf } from '../support/administrators.ts';
import { addConversation } from '../support/small-centre.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';
import { frameOf, openConsole, openPage } from '../support/test-console.ts';

type Operation = { responses: Record<string, { content: Record<string, { schema: Record<string, unknown> }> }> };
type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: { Problem: Record<string, unknown> } };
};
type Item = Record<string, unknown> & { id: string };
type Answer = {
  status: number;
  headers: Headers;
  body: Item & {
    items: Item[];
    nextCursor: string;
    hasMore: boolean;
    type?: string;
    errors?: { field: string; fault: string }[];
  };
};

describe.each(['pglite', 'postgresql'] as const)('the HTTP API (%s)', (engine) => {
  let server: TestServer;
  let people: Administrators;
  let document: Document;
  let token: string;
  const answered = new Set<string>();

  beforeAll(async () => {
    server = await startTestServer({ engine });
    people = await addAdministrators(server);
    document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as Document;
    token = await newToken(apiScopes);
  });
  afterAll(() => server.stop());

  async function newToken(
    scopes: readonly ApiScope[],
    by: keyof Omit<Administrators, 'other'> = 'abe',
  ): Promise<string> {
    const administrator = await administratorOf(server, people[by]);
    return (await administrator.ask('apiTokens.make', { id: randomUUID(), name: 'ECサイト', scopes: [...scopes] }))
      .token;
  }

  /** Calls, and holds the answer against the description of its route. */
  async function call(
    method: string,
    path: string,
    body?: unknown,
    more: { key?: string; token?: string } = {},
  ): Promise<Answer> {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${more.token ?? token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(more.key === undefined ? {} : { 'idempotency-key': more.key }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const [where = ''] = path.split('?');
    const pattern = `/api/v1${where.replace(/[0-9a-f-]{36}/, '{id}')}`;
    const described = document.paths[pattern]?.[method.toLowerCase()]?.responses[answer.status];
    expect(described, `${method} ${pattern} ${answer.status} is described`).toBeDefined();
    const text = await answer.text();
    const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
    const schema = answer.ok ? described?.content[type]?.schema : document.components.schemas.Problem;
    expect(type).toBe(answer.ok ? 'application/json' : 'application/problem+json');
    const parsed = z.fromJSONSchema(schema as never).safeParse(JSON.parse(text));
    expect(parsed.success, `${method} ${pattern}: ${text.slice(0, 300)} ${String(parsed.error)}`).toBe(true);
    if (answer.ok) answered.add(`${method} ${pattern}`);
    return { status: answer.status, headers: answer.headers, body: JSON.parse(text) as Answer['body'] };
  }

  test('a customer from the shop is made once, found again, changed, and heard of by a console at once', async () => {
    const console = await openConsole(server.url, server.centre.agents.suzuki);
    await console.hello();
    const sent = { displayName: '山本 花', memberNumber: 'M-1', mail: 'Hana@Example.test', phone: '090-1234-5678' };
    const made = await call('POST', '/customers', sent);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      displayName: '山本 花',
      identities: [{ value: 'hana@example.test' }, { value: '+819012345678' }],
    });
    const heard = await frameOf(console, directoryScope(server.centre.workspaceId));
    expect(openPage(heard.page).rows.customer.map((row) => row.displayName)).toContain('山本 花');
    expect((await call('POST', '/customers', sent)).body).toEqual(made.body);
    const changed = await call('POST', '/customers', { ...sent, rank: 'ゴールド' });
    expect([changed.status, changed.body.id, changed.body.rank]).toEqual([200, made.body.id, 'ゴールド']);
    expect((await call('PATCH', `/customers/${made.body.id}`, { kana: 'やまもと はな' })).body.kana).toBe(
      'やまもと はな',
    );
    expect((await call('GET', `/customers/${made.body.id}`)).body.kana).toBe('やまもと はな');
    const consent = { purpose: 'mailing', state: 'denied' };
    expect((await call('POST', `/customers/${made.body.id}/consents`, consent)).body).toMatchObject(consent);
    for (const query of ['memberNumber=M-1', 'mail=hana@example.test', 'phone=%2B819012345678'])
      expect(
        (await call('GET', `/customers?${query}`)).body.items.map((one) => one.id),
        query,
      ).toEqual([made.body.id]);
    console.close();
  });

  test('a list is cut at any place, and what changes later stands behind its cursor', async () => {
    for (const n of [1, 2, 3]) await call('POST', '/customers', { displayName: `頁 ${n}`, memberNumber: `P-${n}` });
    let cursor = '0';
    const seen: unknown[] = [];
    for (let isMore = true; isMore; ) {
      const { body } = await call('GET', `/customers?limit=2&cursor=${cursor}`);
      seen.push(...body.items.map((one) => one.memberNumber));
      [cursor, isMore] = [body.nextCursor, body.hasMore];
    }
    expect(seen).toEqual(expect.arrayContaining(['P-1', 'P-2', 'P-3']));
    expect(new Set(seen).size).toBe(seen.length);
    expect((await call('GET', `/customers?cursor=${cursor}`)).body.items).toEqual([]);
    await call('POST', '/customers', { displayName: '頁 2', memberNumber: 'P-2', rank: 'S' });
    expect((await call('GET', `/customers?cursor=${cursor}`)).body.items).toMatchObject([
      { memberNumber: 'P-2', rank: 'S' },
    ]);
  });

  test('an order is written under its number with its lines, and belongs to a customer who is there', async () => {
    await call('POST', '/customers', { displayName: '注文 太郎', memberNumber: 'M-2' });
    const lines = [
      { sku: 'A', productName: 'ドライヤー', quantity: 1, price: 9_800 },
      { sku: 'B', productName: 'ブラシ', quantity: 2, price: 600 },
    ];
    const sent = { number: 'EC-1', memberNumber: 'M-2', orderedAt: '2026-11-24T01:00:00Z', amount: 11_000, lines };
    const made = await call('POST', '/orders', sent);
    expect([made.status, made.body.lines, made.body.orderedAt]).toEqual([201, lines, '2026-11-24T01:00:00.000Z']);
    const shipped = await call('POST', '/orders', { ...sent, status: 'shipped' });
    expect([shipped.status, shipped.body.id, shipped.body.status]).toEqual([200, made.body.id, 'shipped']);
    expect((await call('GET', `/orders/${made.body.id}`)).body).toEqual(shipped.body);
    expect((await call('GET', '/orders?number=EC-1')).body.items).toEqual([shipped.body]);
    const nobody = await call('POST', '/orders', { ...sent, number: 'EC-2', memberNumber: 'M-none' });
    expect([nobody.status, nobody.body.errors]).toEqual([422, [{ field: 'memberNumber', fault: 'unknown' }]]);
  });

  test('a conversation is read with its messages, and a note and a tag go into it under the name of the token', async () => {
    const { conversationId } = await addConversation(server.running.database, server.source, server.centre);
    const note = await call('POST', `/conversations/${conversationId}/notes`, { text: '返品を受け付けました' });
    expect([note.status, note.body.authorName, note.body.direction]).toEqual([201, 'ECサイト', 'note']);
    expect((await call('POST', `/conversations/${conversationId}/tags`, { add: ['返品'] })).body.tags).toEqual([
      '返品',
    ]);
    const { body } = await call('GET', `/conversations/${conversationId}/messages`);
    expect(body.items.map((one) => one.direction).toSorted()).toEqual(['in', 'in', 'note']);
    const found = (await call('GET', '/conversations?status=new')).body.items.find((one) => one.id === conversationId);
    expect(found).toEqual((await call('GET', `/conversations/${conversationId}`)).body);
  });

  test('a request that comes again under its key changes nothing and is answered alike; another under it is refused', async () => {
    const { conversationId } = await addConversation(server.running.database, server.source, server.centre);
    const key = randomUUID();
    const notes = `/conversations/${conversationId}/notes`;
    const first = await call('POST', notes, { text: '一度だけ' }, { key });
    expect((await call('POST', notes, { text: '一度だけ' }, { key })).body).toEqual(first.body);
    const { body } = await call('GET', `/conversations/${conversationId}/messages`);
    expect(body.items.filter((one) => one.direction === 'note')).toHaveLength(1);
    const other = await call('POST', notes, { text: '別の' }, { key });
    expect([other.status, other.body.type]).toEqual([422, 'urn:kanade:key-reused']);
  });

  test('what does not fit is refused with the name of every field, and stores nothing', async () => {
    const cases: [string, unknown, string[]][] = [
      ['/customers', { displayName: ' ', memberNumber: 'X', colour: 'red' }, ['displayName', 'colour']],
      ['/customers', { displayName: 'a', mail: 'no mail' }, ['mail']],
      ['/customers', { displayName: 'a', phone: '12' }, ['phone']],
      ['/customers', { displayName: 'a' }, ['memberNumber']],
      ['/customers', { displayName: 'a\u0000', memberNumber: 'X' }, ['displayName']],
      ['/customers', '{"displayName":', ['body']],
      ['/orders', { number: 'x', orderedAt: 'gestern', amount: 1.5 }, ['orderedAt', 'amount']],
    ];
    for (const [path, body, fields] of cases) {
      const refused = await call('POST', path, body);
      expect([refused.status, refused.body.errors?.map((one) => one.field)], JSON.stringify(body)).toEqual([
        422,
        fields,
      ]);
    }
    expect((await call('GET', '/customers?limit=9999')).body.errors).toMatchObject([{ field: 'limit' }]);
    expect((await call('GET', '/customers?memberNumber=X')).body.items).toEqual([]);
  });

  test('a token opens what its scopes name, in its own workspace, until it is revoked', async () => {
    const { customerId, conversationId } = await addConversation(server.running.database, server.source, server.centre);
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ path, method })),
    );
    const none = await newToken(['personalData:read']);
    const other = await newToken(apiScopes, 'ota');
    for (const { path, method } of routes) {
      const id = path.includes('conversations') ? conversationId : customerId;
      const address = path.replace('/api/v1', '').replace('{id}', id);
      const body = method === 'get' ? undefined : { text: 'x', add: ['x'], purpose: 'mailing', state: 'denied' };
      expect((await call(method.toUpperCase(), address, body, { token: none })).status, `${method} ${path}`).toBe(403);
      if (!path.includes('{id}')) continue;
      const sent = path.endsWith('notes')
        ? { text: 'x' }
        : path.endsWith('tags')
          ? { add: ['x'] }
          : path.endsWith('consents')
            ? { purpose: 'mailing', state: 'denied' }
            : { kana: 'x' };
      expect(
        (await call(method.toUpperCase(), address, method === 'get' ? undefined : sent, { token: other })).status,
        `${method} ${path}`,
      ).toBe(404);
    }
    expect((await call('GET', '/customers', undefined, { token: other })).body.items).toEqual([]);
    const masked = await newToken(['customers:read']);
    await call('POST', '/customers', { displayName: '伏せ字', mail: 'fuseji@example.test' });
    expect(
      (await call('GET', '/customers?mail=fuseji@example.test', undefined, { token: masked })).body.items[0]
        ?.identities,
    ).not.toMatchObject([{ value: 'fuseji@example.test' }]);

    const abe = await administratorOf(server, people.abe);
    const { tokens } = await abe.ask('apiTokens.list', {});
    expect(JSON.stringify(tokens)).not.toContain('kanade_');
    const used = tokens.find(
      (one) => one.lastUsedAt !== null && one.scopes.length === 1 && one.scopes[0] === 'customers:read',
    );
    await abe.ask('apiTokens.revoke', { id: used?.id ?? '', seen: used?.version ?? 0 });
    expect((await call('GET', '/customers', undefined, { token: masked })).status).toBe(401);
    expect((await call('GET', '/customers', undefined, { token: 'kanade_x' })).status).toBe(401);
  });

  test('who asks too often waits as long as the answer says', async () => {
    const hasty = await newToken(['customers:read']);
    const answers = await Promise.all(
      Array.from({ length: 400 }, () =>
        fetch(`${server.url}/api/v1/customers?limit=1`, { headers: { authorization: `Bearer ${hasty}` } }),
      ),
    );
    const refused = answers.filter((one) => one.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await call('GET', '/customers')).status).toBe(200);
  });

  test('every route of the description was answered in this suite, and every route is described', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...answered].toSorted()).toEqual(described.toSorted());
    for (const route of described) {
      const [method = '', path = ''] = route.split(' ');
      expect(server.running.http.hasRoute({ method: method, url: path.replace('{id}', ':id') }), route).toBe(true);
    }
  });
});
