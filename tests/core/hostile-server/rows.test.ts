/** Rows that must not come in: each set aside by name, nothing written where it does not belong, markup no more than text. */
import { expect, test } from 'vitest';
import { HIGHEST_SV } from '../../../src/shared/domain/rows.ts';
import type { Scope } from '../../../src/shared/domain/scope.ts';
import { columnsOf } from '../../../src/shared/domain/synced-kinds.ts';
import { type Bench, freshId, putConversation, putCustomer, putMessage } from '../../support/core-bench.ts';
import {
  SECRET,
  time,
  bench,
  customerId,
  conversationId,
  told,
  connection,
  inbox,
  texts,
  said,
  rowLike,
  pageOf,
  frame,
} from './lying-server.ts';

test('tables that are not known are left out without alarm; columns that are not known are kept', async () => {
  await frame(pageOf('spyware', [{ id: freshId(), text: SECRET }], ['id', 'text']));
  expect(said('a kind that this version does not know')).toBe(true);
  expect((await connection()).trouble).toBeNull();
  const columns = [...columnsOf('conversation'), 'mood'];
  await frame(
    pageOf('conversation', [rowLike('conversation', conversationId, { preview: '新しい', mood: SECRET })], columns),
  );
  expect((await bench.api.conversations.get({ conversationId })).conversation.preview).toBe('新しい');
});

test.each<[string, (ids: Bench['ids']) => Record<string, unknown>, string]>([
  ['a wrong type', () => ({ preview: 7 }), 'conversation.preview'],
  ['an id that is none', () => ({ id: `x' or 1=1 --` }), 'conversation.id'],
  ['no id', () => ({ id: null }), 'conversation.id'],
  ['a state that is none', () => ({ status: SECRET }), 'conversation.status'],
  ['another queue', () => ({ queueId: freshId() }), 'conversation of another scope'],
  ['a number beyond the page', () => ({ sv: 5_000 }), 'a change that is still to come'],
  ['a number beyond all', () => ({ sv: HIGHEST_SV + 1 }), 'conversation.sv'],
  ['a number below none', () => ({ sv: -1 }), 'conversation.sv'],
  ['a text without end', () => ({ preview: 'x'.repeat(5_000_000) }), 'too long'],
])('a row with %s is left out by name, and its neighbours are taken', async (_what, change, reason) => {
  const good = rowLike('conversation', conversationId, { id: freshId() });
  const bad = { ...rowLike('conversation', conversationId, { id: freshId() }), ...change(bench.ids) };
  await frame(pageOf('conversation', [bad, good]));
  expect(said(reason), bench.lines.join('\n')).toBe(true);
  expect(await inbox()).toEqual(expect.arrayContaining([conversationId, good['id']]));
  expect(await inbox()).toHaveLength(2);
  expect((await connection()).trouble).toBe('rowsSetAside');
});

test('rows of one scope do not come in by another, and another agent’s scope is not taken', async () => {
  const stranger = freshId();
  const foreign: [Scope, string, Record<string, unknown>][] = [
    [bench.scopes.settings, 'message', rowLike('conversation', conversationId, { id: freshId(), text: SECRET })],
    [bench.scopes.mine, 'customer', rowLike('customer', customerId, { id: freshId(), displayName: SECRET })],
    [
      bench.scopes.mine,
      'conversation',
      rowLike('conversation', conversationId, { id: freshId(), assigneeId: stranger }),
    ],
    [
      bench.scopes.directory,
      'customer',
      rowLike('customer', customerId, { id: freshId(), workspaceId: freshId(), displayName: SECRET }),
    ],
    [bench.scopes.directory, 'personalData', { id: freshId(), sv: 1, customerId, kind: 'phone', value: SECRET }],
    [
      `mine:${stranger}` as Scope,
      'conversation',
      rowLike('conversation', conversationId, { id: freshId(), assigneeId: stranger }),
    ],
    [`queue:${freshId()}` as Scope, 'conversation', rowLike('conversation', conversationId, { id: freshId() })],
  ];
  for (const [scope, kind, row] of foreign) await frame(pageOf(kind, [row]), { scope });
  bench.server.say('scopes', { add: [`mine:${stranger}`], drop: [] });
  await time.pass(1_000);
  expect(bench.server.heard.some(({ payload }) => JSON.stringify(payload).includes(stranger))).toBe(false);
  expect(await inbox()).toEqual([conversationId]);
  const found = await bench.api.search.all({ text: SECRET, limit: 10 }).catch(() => null);
  expect(JSON.stringify(found ?? '')).not.toContain(SECRET);
});

test('a tombstone takes nothing that its scope does not hold', async () => {
  const other = freshId();
  const elsewhere = putConversation(bench, customerId, { queueId: other, assigneeId: bench.ids.agent });
  const messageId = freshId();
  bench.server.put(
    'message',
    rowLike('message', putMessage(bench, conversationId, customerId, { text: 'x' }), {
      id: messageId,
      conversationId: elsewhere,
      text: '別の会話の文',
    }) as never,
    [bench.scopes.mine],
  );
  await time.pass(1_000);
  expect(await texts()).toContain('別の会話の文');
  const gone = (kind: string, id: string) => ({ tables: [], gone: [{ kind, id, sv: told + 1 }] });
  await frame(gone('message', messageId));
  await frame(gone('conversation', elsewhere));
  await frame(gone('customer', customerId));
  await frame(gone('spyware', freshId()));
  await time.pass(2_000);
  expect(await texts()).toContain('別の会話の文');
  expect(await inbox()).toEqual(expect.arrayContaining([conversationId, elsewhere]));
  expect(said('a tombstone that does not belong here')).toBe(true);
});

test('markup in names is text, on the desk and in search', async () => {
  const name = '<img src=x onerror=alert(1)>';
  putCustomer(bench, { id: customerId, displayName: name });
  await time.pass(1_000);
  const [row] = (await bench.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 1 })).rows;
  expect(row?.customerName).toBe(name);
});
