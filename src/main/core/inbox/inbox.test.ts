/** The inbox says the same as a naive reading of all rows, at any offset, with orders laid over, and never sorts. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inboxTabs, inboxViews } from '../../../shared/console-shapes.ts';
import { newId, seededRandom } from '../../../shared/domain/clock.ts';
import type { CommandBody } from '../../../shared/domain/command.ts';
import {
  type ConversationStatus,
  conversationStatuses,
  isOpen,
  urgencyGroups,
  urgencyOf,
} from '../../../shared/domain/conversation.ts';
import type { AgentId, ConversationId } from '../../../shared/domain/ids.ts';
import type { ConversationRow } from '../../../shared/domain/rows.ts';
import { predictConversation } from '../conversations/predict-conversation.ts';
import { timelineSql } from '../customers/get-timeline.ts';
import { openDb } from '../db/open-db.ts';
import { codecOf } from '../db/row-codec.ts';
import { write } from '../db/write.ts';
import type { Desk } from '../desk.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { endOfDay } from './end-of-day.ts';
import { getOutline } from './get-outline.ts';
import { getPlace } from './get-place.ts';
import { bucketOf, compareInbox, orderKeyOf, sliceOf, whoseOf } from './inbox-order.ts';
import { listRows } from './list-rows.ts';
import { nextInboxChange } from './next-inbox-change.ts';
import { sliceSql } from './read-inbox.ts';

const now = Date.UTC(2026, 10, 23, 3);
const clock = { now: () => now };
const random = seededRandom(11);
const id = <T extends string>(): T => newId(clock, random) as T;
const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
const me = id<AgentId>();
const colleague = id<AgentId>();

let desk: Desk;
let rows: Map<string, ConversationRow>;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'inbox-'));
  const options = { folder, key: 'ab'.repeat(32), clock, announce: () => undefined };
  desk = {
    me: { agentId: me, displayName: '', role: 'agent', workspaceId: id() },
    serverUrl: '',
    notices: [],
    isOutboxWritable: true,
    clock,
    random,
    cache: openDb('cache', options).file,
    outbox: openDb('outbox', options).file,
    skewMs: () => 0,
    capBytes: () => 5_000_000_000,
    searchBytes: () => 0,
    serverNow: () => now,
    line: {
      view: () => ({ state: 'offline', lastLevelAt: null, retryAt: null, left: null, bootstrap: null, trouble: null }),
      versionGap: () => null,
      outboxChanged: () => undefined,
    } as unknown as Desk['line'],
  };
  rows = new Map();
});
afterEach(() => {
  desk.cache.close();
  desk.outbox.close();
});

function makeRow(): ConversationRow {
  const status = pick<ConversationStatus>(conversationStatuses);
  return {
    id: id<ConversationId>(),
    sv: 1,
    workspaceId: desk.me.workspaceId as never,
    channelAccountId: me as never,
    channel: 'mail',
    customerId: me as never,
    queueId: me as never,
    assigneeId: pick([me, null, colleague]),
    number: 'C-1',
    subject: null,
    visibility: 'private',
    status,
    category: null,
    tags: [],
    openedAt: 1,
    resolvedAt: null,
    lastSeq: 3,
    lastInSeq: 3,
    readSeq: 0,
    unreadCount: pick([0, 0, 3]),
    lastInAt: null,
    lastOutAt: null,
    // Many equal times, so that ties are met.
    lastActivityAt: now - Math.floor(random.next() * 20) * 60_000,
    preview: '',
    previewDirection: 'in',
    dueAt: isOpen(status) && random.next() < 0.6 ? now + Math.floor((random.next() - 0.4) * 100) * 20 * 60_000 : null,
    replyWindow: null,
    replyWindowClosesAt: null,
  };
}

function put(list: ConversationRow[]): void {
  const codec = codecOf('conversation');
  write(desk.cache, (writer) => {
    for (const row of list) writer.run(codec.upsert, ...codec.encode(row, null, 0, me));
  });
  for (const row of list) rows.set(row.id, row);
}

function orderSomething(row: ConversationRow): CommandBody {
  const conversationId = row.id;
  return pick<CommandBody>([
    {
      kind: 'conversation.assign',
      conversationId,
      assigneeId: pick([me, null, colleague]),
      seenAssigneeId: row.assigneeId,
    },
    { kind: 'conversation.setStatus', conversationId, status: pick(conversationStatuses), seenStatus: row.status },
    { kind: 'conversation.markRead', conversationId, upToSeq: 3 },
    {
      kind: 'reply.send',
      conversationId,
      messageId: id(),
      text: '返信',
      mail: null,
      seenSeq: 3,
      seenStatus: row.status,
    },
  ]);
}

const orders = new Map<string, CommandBody[]>();

function naive(view: (typeof inboxViews)[number], tab: (typeof inboxTabs)[number]): ConversationRow[] {
  return [...rows.values()]
    .map((row) => predictConversation(row, orders.get(row.id) ?? [], me))
    .filter((row) => isOpen(row.status) !== (view === 'resolved'))
    .filter((row) => view !== 'mineAndUnassigned' || row.assigneeId !== colleague)
    .filter((row) => {
      if (tab === 'mine') return row.assigneeId === me;
      if (tab === 'unassigned') return row.assigneeId === null;
      return tab !== 'pending' || row.status === 'pending' || row.status === 'snoozed';
    })
    .sort(compareInbox);
}

function compareAll(): void {
  const endOfToday = endOfDay(now, 'Asia/Tokyo');
  for (const view of inboxViews) {
    for (const tab of inboxTabs) {
      const expected = naive(view, tab);
      const ids = expected.map((row) => row.id);
      const shown: string[] = [];
      for (let offset = 0; offset < ids.length + 7; offset += 7) {
        const page = listRows(desk, { view, tab, offset, limit: 7 });
        expect(page.total).toBe(ids.length);
        shown.push(...page.rows.map((row) => row.conversationId));
      }
      expect({ view, tab, shown }).toEqual({ view, tab, shown: ids });
      const outline = getOutline(desk, { view, tab });
      const groups = urgencyGroups.map((group) => ({
        group,
        count: expected.filter((row) => urgencyOf(row.status, row.dueAt, now, endOfToday) === group).length,
      }));
      expect({ view, tab, groups: outline.groups }).toEqual({ view, tab, groups });
      expect(outline.total).toBe(ids.length);
      expect(outline.tabs[tab]).toBe(ids.length);
      for (let n = 0; n < 3 && ids.length > 0; n++) {
        const at = Math.floor(random.next() * ids.length);
        expect(getPlace(desk, { view, tab, conversationId: ids[at] ?? '' })).toEqual({ index: at });
      }
    }
  }
  const unread = naive('mineAndUnassigned', 'all').filter((row) => row.unreadCount > 0).length;
  expect(getOutline(desk, { view: 'everyone', tab: 'all' }).unreadConversations).toBe(unread);
}

test('rows, counts and places are those of a naive reading, before and after this agent has ordered changes', () => {
  orders.clear();
  put(Array.from({ length: 120 }, makeRow));
  compareAll();
  for (let n = 0; n < 25; n++) {
    const row = pick([...rows.values()]);
    const known = orders.get(row.id) ?? [];
    const order = orderSomething(predictConversation(row, known, me));
    orders.set(row.id, [...known, order]);
    enqueue(desk, order);
  }
  compareAll();
  put([...rows.values()].filter(() => random.next() < 0.3).map((row) => ({ ...makeRow(), id: row.id, sv: 2 })));
  compareAll();
  write(desk.cache, (writer) =>
    writer.run('delete from conversation where id in (select id from conversation limit 30)'),
  );
  for (const gone of rows.keys())
    if (desk.cache.reader.value('select 1 from conversation where id = ?', gone) === undefined) rows.delete(gone);
  compareAll();
});

test('the columns that SQLite works out say the same as the functions', () => {
  put(Array.from({ length: 60 }, makeRow));
  const stored = desk.cache.reader.all<{ id: string; bucket: number; orderKey: number; whose: number }>(
    'select id, bucket, order_key as orderKey, whose from conversation',
  );
  expect(stored).toHaveLength(60);
  for (const { id: of, ...columns } of stored) {
    const row = rows.get(of);
    if (row) expect(columns).toEqual({ bucket: bucketOf(row), orderKey: orderKeyOf(row), whose: whoseOf(row, me) });
  }
});

test('no page of the inbox, conversation or timeline is sorted or reads the whole table', () => {
  put(Array.from({ length: 60 }, makeRow));
  const plan = (sql: string, ...values: (string | number)[]): string =>
    desk.cache.reader
      .all<{ detail: string }>(`explain query plan ${sql}`, ...values)
      .map(({ detail }) => detail)
      .join(' · ');
  const plans: string[] = [];
  for (const view of inboxViews) {
    for (const tab of inboxTabs) {
      const slice = sliceOf(view, tab);
      plans.push(plan(sliceSql(slice, `${slice.owner} bucket between ? and ?`), 0, 2, 50, 0));
    }
  }
  for (const by of ['customer_id', 'conversation_id'] as const) {
    plans.push(plan(timelineSql('message', by), 'x', 1, 1, 'x', 51), plan(timelineSql('call', by), 'x', 1, 'x', 51));
  }
  plans.push(plan('select * from attachment where message_id in (select value from json_each(?))', '[]'));
  plans.push(plan('select * from call_note where call_id = ? order by created_at', 'x'));
  plans.push(plan("select * from call where state = 'offered' and expires_at > ? order by expires_at", 1));
  plans.push(plan('select * from conversation where customer_id = ? order by last_activity_at desc limit 50', 'x'));
  plans.push(plan('select * from order_row where customer_id = ? order by ordered_at desc limit 50', 'x'));
  for (const each of plans) {
    expect(each).not.toContain('TEMP B-TREE');
    expect(each).not.toMatch(
      /SCAN (conversation|message|call|attachment|call_note|order_row)(?! USING (COVERING )?INDEX)/,
    );
  }
});

test('the next change of the groups is the moment at which a conversation becomes due soon, overdue, or a day ends', () => {
  put([{ ...makeRow(), status: 'new', dueAt: now + 40 * 60_000 }]);
  expect(nextInboxChange(desk)).toBe(now + 25 * 60_000);
  put([{ ...makeRow(), status: 'new', dueAt: now + 5 * 60_000 }]);
  expect(nextInboxChange(desk)).toBe(now + 5 * 60_000 + 1);
});

test('the end of the day is that of the workspace, also when the clocks change', () => {
  expect(endOfDay(now, 'Asia/Tokyo')).toBe(Date.UTC(2026, 10, 23, 15) - 1);
  expect(endOfDay(now, 'UTC')).toBe(Date.UTC(2026, 10, 24) - 1);
  // Berlin leaves summer time on 25 October 2026: that day has 25 hours.
  expect(endOfDay(Date.UTC(2026, 9, 24, 23), 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 23) - 1);
  expect(endOfDay(now, 'No/Where')).toBe(endOfDay(now, 'UTC'));
});
