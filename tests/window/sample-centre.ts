/**
 * A small invented centre for looking at the window: one thread of each channel, every state of a row, a long list. Times
 * hang on `now`, so that the urgency groups are always filled. Used by tests and by hand; never shipped.
 */
import type { InboxRow, OutboxRow } from '../../src/shared/console-shapes.ts';
import type { Channel } from '../../src/shared/domain/channel.ts';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import type { UrgencyGroup } from '../../src/shared/domain/conversation.ts';
import type { ConversationRow, WrapUpCodeRow } from '../../src/shared/domain/rows.ts';
import {
  must,
  colleague,
  conversationOf,
  customerOf,
  entriesOf,
  id,
  me,
  rowOf,
  sheetOf,
  startIds,
  workspace,
} from './sample-rows.ts';
import { drawnThreads, type Thread } from './sample-threads.ts';

export type { Thread } from './sample-threads.ts';

const MINUTE = 60_000;

export type Centre = {
  now: number;
  threads: Thread[];
  rows: InboxRow[];
  outbox: OutboxRow[];
  wrapUpCodes: WrapUpCodeRow[];
};

const FAMILY =
  '佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水'.split(' ');
const GIVEN = '美咲 健一 由紀子 大輔 さくら 恵 浩 直樹 あかり 誠 拓也 理恵 俊介 陽子 翔 結衣 隆 真由美 亮 千尋'.split(
  ' ',
);
const SUBJECTS = [
  '領収書の宛名を変更したい',
  'ポイント付与の確認をお願いします',
  '保証書をなくしました',
  '商品の色違いはありますか',
  '送料について教えてください',
  '設置工事の日程を変えたい',
  '部品だけ購入できますか',
  '定期便の次回お届け日について',
];
const CHANNELS: Channel[] = ['mail', 'line', 'webChat', 'phone', 'x', 'instagram'];

/** Makes the centre. `more` = how many plain conversations stand in the list behind the drawn ones. */
export function makeCentre(now: number, more = 1200): Centre {
  startIds(1000);
  const threads = drawnThreads(now);
  const at = (minutes: number): number => now - minutes * MINUTE;
  const add = (thread: Thread): void => void threads.push(thread);

  const simple = (
    name: string,
    channel: Channel,
    group: UrgencyGroup,
    preview: string,
    minutes: number | null,
    part: Partial<ConversationRow> = {},
    rowPart: Partial<InboxRow> = {},
  ): void => {
    const customer = customerOf(name, '');
    const conversation = conversationOf(customer, channel, preview, now, {
      assigneeId: null,
      preview,
      dueAt: minutes === null ? null : now + minutes * MINUTE,
      ...part,
    });
    add({
      conversation,
      customer,
      entries: entriesOf(conversation, customer, [{ text: preview, receivedAt: at(30) }]),
      row: rowOf(conversation, customer, group, rowPart),
      sheet: sheetOf(customer, conversation, now),
    });
  };
  simple('渡辺 さくら', 'instagram', 'today', 'サイズ交換はできますか?', 42, { unreadCount: 1 });
  simple('株式会社みなと商事', 'mail', 'today', '法人契約の追加お見積もり', 120, { assigneeId: colleague.id });
  simple(
    '松本 あかり',
    'webChat',
    'today',
    'クーポンが適用されません',
    180,
    { assigneeId: me.id },
    { queuedCount: 1, previewKind: 'queued' },
  );
  simple('井上 誠', 'mail', 'today', '定期便の解約手続きについて', 200, { unreadCount: 1 });
  simple(
    '高橋 直樹',
    'mail',
    'today',
    '領収書(添付 26MB)',
    230,
    { assigneeId: me.id },
    { attentionCount: 1, previewKind: 'attention' },
  );
  const random = seededRandom(7);
  const pick = <T>(from: readonly T[]): T => must(from[Math.floor(random.next() * from.length)]);
  for (let i = 0; i < more; i++)
    simple(
      `${pick(FAMILY)} ${pick(GIVEN)}`,
      pick(CHANNELS),
      i < more / 2 ? 'today' : 'later',
      pick(SUBJECTS),
      i < more / 2 ? 240 + i : 2000 + i,
      { assigneeId: random.next() < 0.3 ? me.id : null },
    );
  simple('加藤 恵', 'sms', 'waiting', '配送の再指定', null, { assigneeId: me.id, status: 'pending' });

  const wrapUpCodes = ['設置日の変更', '返品受付', '返金', '使い方の案内', '苦情', 'その他'].map(
    (labelJa, position): WrapUpCodeRow => ({
      id: id(),
      sv: 1,
      workspaceId: workspace.id,
      labelJa,
      labelEn: ['Installation date', 'Return', 'Refund', 'How to use', 'Complaint', 'Other'][position]!,
      position,
    }),
  );
  return { now, threads, rows: threads.map((thread) => thread.row), outbox: [], wrapUpCodes };
}
