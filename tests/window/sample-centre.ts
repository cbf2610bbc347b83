/**
 * A small invented centre for looking at the window: one thread of each channel, every state of a row, a long list. Times
 * hang on `now`, so that the urgency groups are always filled. Used by tests and by hand; never shipped.
 */
import type { InboxRow, OutboxRow, Sheet, TimelineEntry } from '../../src/shared/console-shapes.ts';
import type { Channel } from '../../src/shared/domain/channel.ts';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import type { UrgencyGroup } from '../../src/shared/domain/conversation.ts';
import type {
  AgentRow,
  AttachmentRow,
  ChannelAccountRow,
  ConversationRow,
  CustomerRow,
  MessageRow,
  QueueRow,
  WorkspaceRow,
  WrapUpCodeRow,
} from '../../src/shared/domain/rows.ts';

let lastId = 0;
/** An id of the right form, the same in every run. */
export function id<T extends string>(): T {
  lastId++;
  return `01900000-0000-7000-8000-${String(lastId).padStart(12, '0')}` as T;
}

const MINUTE = 60_000;
export const workspace: WorkspaceRow = {
  id: id(),
  sv: 1,
  name: 'ハルカ家電 サポート',
  colour: '#2B48C4',
  timeZone: 'Asia/Tokyo',
  isDemo: true,
} as unknown as WorkspaceRow;
export const queue: QueueRow = { id: id(), sv: 1, workspaceId: workspace.id, name: '家電サポート', replyTargets: {} };
const agentRow = (displayName: string, kana: string, role: AgentRow['role'] = 'agent'): AgentRow => ({
  id: id(),
  sv: 1,
  displayName,
  kana,
  role,
  queueIds: [queue.id],
  state: 'active',
});
export const me = agentRow('鈴木 陽子', 'すずき ようこ');
export const colleague = agentRow('伊藤 健', 'いとう けん');
export const lead = agentRow('佐藤 真理', 'さとう まり', 'teamLead');

const account = (
  channel: Channel,
  name: string,
  address: string,
  more: Partial<ChannelAccountRow> = {},
): ChannelAccountRow => ({
  id: id(),
  sv: 1,
  workspaceId: workspace.id,
  channel,
  name,
  address,
  isDemo: true,
  state: 'running',
  lastSuccessAt: null,
  lastErrorAt: null,
  lastError: null,
  quotaLimit: null,
  quotaUsed: null,
  ...more,
});
export const accounts = {
  line: account('line', 'LINE 公式アカウント', '@haruka-kaden', { quotaLimit: 5000, quotaUsed: 3120 }),
  mail: account('mail', 'サポート窓口', 'support@haruka.example'),
  webChat: account('webChat', 'オンラインストア', 'shop.haruka.example'),
  phone: account('phone', '家電修理ライン', '0120-000-000', { state: 'failing', lastError: 'webhook-silent' }),
};

export type Thread = {
  conversation: ConversationRow;
  customer: CustomerRow;
  entries: TimelineEntry[];
  row: InboxRow;
  sheet: Sheet;
};

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

function customerOf(displayName: string, kana: string, more: Partial<CustomerRow> = {}): CustomerRow {
  return {
    id: id(),
    sv: 1,
    workspaceId: workspace.id,
    displayName,
    kana,
    kind: 'person',
    memberNumber: `1029-${String(4000 + lastId).slice(-4)}`,
    rank: 'ゴールド',
    since: null,
    preferredChannel: 'line',
    preferredNote: 'LINE · 平日 10–18時',
    language: 'ja',
    stage: 'repeater',
    handlingState: 'normal',
    addressMasked: '横浜市港北区 ••••',
    lastActivityAt: null,
    ...more,
  };
}

function conversationOf(
  customer: CustomerRow,
  channel: Channel,
  subject: string | null,
  now: number,
  more: Partial<ConversationRow> = {},
): ConversationRow {
  return {
    id: id(),
    sv: 1,
    workspaceId: workspace.id,
    channelAccountId: (accounts as Record<string, ChannelAccountRow>)[channel]?.id ?? accounts.mail.id,
    channel,
    customerId: customer.id,
    queueId: queue.id,
    assigneeId: me.id,
    number: `C-${88_000 + lastId}`,
    subject,
    visibility: 'private',
    status: 'inProgress',
    category: '返品・返金',
    tags: [],
    openedAt: now - 60 * MINUTE,
    resolvedAt: null,
    lastSeq: 10,
    lastInSeq: 10,
    readSeq: 8,
    unreadCount: 0,
    lastInAt: now,
    lastOutAt: null,
    lastActivityAt: now,
    preview: '',
    previewDirection: 'in',
    dueAt: null,
    replyWindow: null,
    replyWindowClosesAt: null,
    ...more,
  };
}

type Line = Partial<MessageRow> & { attachments?: AttachmentRow[] };

/** Makes the messages of one conversation; `seq` follows the order given. */
export function entriesOf(
  conversation: ConversationRow,
  customer: CustomerRow,
  lines: Line[],
  firstSeq = 1,
): TimelineEntry[] {
  return lines.map(({ attachments = [], ...line }, i) => {
    const direction = line.direction ?? 'in';
    const message: MessageRow = {
      id: id(),
      sv: 1,
      conversationId: conversation.id,
      customerId: customer.id,
      channel: conversation.channel,
      seq: firstSeq + i,
      direction,
      visibility: 'private',
      authorKind: direction === 'in' ? 'customer' : direction === 'system' ? 'system' : 'agent',
      authorId: direction === 'in' ? null : me.id,
      authorName: direction === 'in' ? customer.displayName : me.displayName,
      text: '',
      html: null,
      detail: { kind: 'text' },
      parentMessageId: null,
      sentAt: line.receivedAt ?? 0,
      receivedAt: 0,
      deliveryState: direction === 'out' ? 'sent' : null,
      deliveryReason: null,
      deliveryAt: null,
      redactedAt: null,
      ...line,
    };
    return { kind: 'message', at: message.receivedAt, id: message.id, message, attachments, pendingDecision: null };
  });
}

export function rowOf(
  conversation: ConversationRow,
  customer: CustomerRow,
  group: UrgencyGroup,
  more: Partial<InboxRow> = {},
): InboxRow {
  const assignee = [me, colleague, lead].find((agent) => agent.id === conversation.assigneeId);
  return {
    conversationId: conversation.id,
    customerId: customer.id,
    customerName: customer.displayName,
    handlingState: customer.handlingState,
    channel: conversation.channel,
    status: conversation.status,
    group,
    subject: conversation.subject,
    preview: conversation.preview,
    previewKind: 'in',
    unreadCount: conversation.unreadCount,
    assigneeId: conversation.assigneeId,
    assigneeName: assignee?.displayName ?? null,
    isMine: conversation.assigneeId === me.id,
    hasDraft: false,
    queuedCount: 0,
    attentionCount: 0,
    dueAt: conversation.dueAt,
    lastActivityAt: conversation.lastActivityAt,
    ...more,
  };
}

const file = (
  conversation: ConversationRow,
  name: string,
  sniffedType: string,
  size: number,
  more: Partial<AttachmentRow> = {},
): AttachmentRow => ({
  id: id(),
  sv: 1,
  messageId: id(),
  conversationId: conversation.id,
  name,
  declaredType: sniffedType,
  sniffedType,
  size,
  sha256: '',
  inlineCid: null,
  isBlocked: false,
  ...more,
});

function sheetOf(customer: CustomerRow, conversation: ConversationRow, now: number, more: Partial<Sheet> = {}): Sheet {
  const day = 86_400_000;
  const summary = (channel: Channel, subject: string, days: number, status: ConversationRow['status'] = 'resolved') =>
    ({
      conversationId: id(),
      channel,
      subject,
      preview: '',
      status,
      lastActivityAt: now - days * day,
      assigneeName: lead.displayName,
    }) as Sheet['conversations'][number];
  const order = (
    number: string,
    productName: string,
    amount: number,
    status: Sheet['orders'][number]['status'],
    days: number,
  ) =>
    ({
      id: id(),
      sv: 1,
      customerId: customer.id,
      number,
      orderedAt: now - days * day,
      salesChannel: 'ec',
      status,
      amount,
      currency: 'JPY',
      lines: [{ sku: number, productName, quantity: 1, price: amount }],
    }) as Sheet['orders'][number];
  const conversations = [
    {
      conversationId: conversation.id,
      channel: conversation.channel,
      subject: conversation.subject,
      preview: '',
      status: conversation.status,
      lastActivityAt: now,
      assigneeName: me.displayName,
    },
    summary('phone', '返品受付', 2),
    summary('mail', '出荷のお知らせ', 5),
    summary('webChat', '加湿器の使い方', 80),
    summary('mail', '領収書の再発行', 146),
    summary('line', 'ポイントの確認', 195),
    summary('phone', '設置日の相談', 287),
  ];
  return {
    customer,
    identities: [
      { id: id(), channel: 'phone', shown: '090-••••-4471', isMasked: true, isVerified: true },
      { id: id(), channel: 'mail', shown: 'm.tan••••@example.jp', isMasked: true, isVerified: false },
      { id: id(), channel: 'line', shown: 'みさき', isMasked: false, isVerified: true },
    ],
    cautions: [],
    handoverNotes: [],
    orders: [
      order('HK-20418', 'ドライヤー KD-7', 12_800, 'inspected', 5),
      order('HK-19877', '加湿器 MS-2', 18_400, 'delivered', 81),
      order('HK-19420', '交換フィルター 2個', 3_960, 'delivered', 147),
      order('HK-17702', '空気清浄機 AP-5', 42_800, 'delivered', 285),
    ],
    orderCount: 4,
    conversations,
    conversationCount: conversations.length,
    ...more,
  };
}

/** Makes the centre. `more` = how many plain conversations stand in the list behind the drawn ones. */
export function makeCentre(now: number, more = 1200): Centre {
  lastId = 1000;
  const threads: Thread[] = [];
  const at = (minutes: number): number => now - minutes * MINUTE;
  const add = (thread: Thread): void => void threads.push(thread);

  // A call-back that is overdue.
  {
    const customer = customerOf('佐々木 健一', 'ささき けんいち', { rank: 'プレミアム' });
    const conversation = conversationOf(customer, 'phone', '折り返し:エアコン設置日の変更', now, {
      assigneeId: null,
      dueAt: now - 130_000,
      preview: '折り返し:エアコン設置日の変更',
    });
    const entries: TimelineEntry[] = [
      {
        kind: 'call',
        at: at(1100),
        id: id(),
        agentName: colleague.displayName,
        wrapUpCode: {
          id: id(),
          sv: 1,
          workspaceId: workspace.id,
          labelJa: '折り返し予約',
          labelEn: 'Callback booked',
          position: 1,
        },
        call: {
          id: id(),
          sv: 1,
          conversationId: conversation.id,
          customerId: customer.id,
          direction: 'in',
          fromMasked: '090-••••-5678',
          fromReason: null,
          queueId: queue.id,
          agentId: colleague.id,
          state: 'ended',
          offeredAt: at(1100),
          expiresAt: at(1099),
          answeredAt: at(1099),
          endedAt: at(1093),
          heldMs: 0,
          heldSince: null,
          cause: null,
          wrapUpCodeId: null,
          wrapUpNote: '設置日を 11/30 午前に変更したい。業者の空きを確認して折り返す約束。',
          wrapUpStartedAt: null,
          wrapUpEndedAt: null,
        },
        notes: [
          {
            id: id(),
            sv: 1,
            callId: id(),
            conversationId: conversation.id,
            text: '午前中は不在',
            offsetMs: 95_000,
            authorName: colleague.displayName,
            createdAt: at(1095),
            isPending: false,
          },
        ],
      },
    ];
    add({
      conversation,
      customer,
      entries,
      row: rowOf(conversation, customer, 'overdue', { assigneeId: null }),
      sheet: sheetOf(customer, conversation, now),
    });
  }
  // A web chat with seconds left, the visitor typing.
  {
    const customer = customerOf('小林 大輔', 'こばやし だいすけ');
    const conversation = conversationOf(customer, 'webChat', 'パスワードの再設定', now, {
      dueAt: now + 95_000,
      unreadCount: 1,
      readSeq: 2,
      lastInSeq: 3,
      preview: 'パスワードの再設定ができません',
    });
    const entries = entriesOf(conversation, customer, [
      { text: 'こんにちは', receivedAt: at(9) },
      {
        direction: 'out',
        text: 'お問い合わせありがとうございます。ご用件をお聞かせください。',
        receivedAt: at(8),
        deliveryState: 'read',
      },
      { text: 'パスワードの再設定ができません', receivedAt: at(2) },
    ]);
    add({
      conversation,
      customer,
      entries,
      row: rowOf(conversation, customer, 'within15Minutes'),
      sheet: sheetOf(customer, conversation, now),
    });
  }
  // The drawn LINE thread.
  {
    const customer = customerOf('田中 美咲', 'たなか みさき', {
      memberNumber: '1029-4471',
      since: now - 5.5 * 365 * 86_400_000,
    });
    const conversation = conversationOf(customer, 'line', 'ドライヤー KD-7 の返金時期', now, {
      dueAt: now + 252_000,
      unreadCount: 2,
      readSeq: 4,
      lastInSeq: 6,
      preview: 'もし難しければ、銀行振込でも大丈夫です',
      replyWindow: 'lineReplyToken',
      replyWindowClosesAt: now + 41_000,
    });
    const phone = conversationOf(customer, 'phone', '返品受付', now);
    const entries: TimelineEntry[] = [
      ...entriesOf(conversationOf(customer, 'mail', '出荷のお知らせ', now), customer, [
        { direction: 'out', text: 'ご注文 HK-20418 を発送いたしました。', receivedAt: at(7200) },
      ]),
      {
        kind: 'call',
        at: at(2600),
        id: id(),
        agentName: lead.displayName,
        wrapUpCode: { id: id(), sv: 1, workspaceId: workspace.id, labelJa: '返品受付', labelEn: 'Return', position: 1 },
        notes: [],
        call: {
          id: id(),
          sv: 1,
          conversationId: phone.id,
          customerId: customer.id,
          direction: 'in',
          fromMasked: '090-••••-4471',
          fromReason: null,
          queueId: queue.id,
          agentId: lead.id,
          state: 'ended',
          offeredAt: at(2600),
          expiresAt: at(2599),
          answeredAt: at(2599),
          endedAt: at(2599) + 372_000,
          heldMs: 0,
          heldSince: null,
          cause: null,
          wrapUpCodeId: null,
          wrapUpNote: 'ドライヤー KD-7 が初日から動かない。返品を希望。着払い伝票をメールで送付し、集荷を手配。',
          wrapUpStartedAt: null,
          wrapUpEndedAt: null,
        },
      },
      ...entriesOf(conversation, customer, [
        { text: 'おはようございます。\n先日返品した件ですが、返金はいつ頃になりますか?', receivedAt: at(11) },
        {
          direction: 'system',
          detail: { kind: 'event', event: 'assigned', who: me.displayName, params: {} },
          receivedAt: at(9),
        },
        {
          direction: 'out',
          text: '田中様、お問い合わせありがとうございます。返品の到着状況を確認いたします。少々お待ちください。',
          receivedAt: at(8),
          deliveryState: 'sent',
        },
        { direction: 'note', text: '倉庫着 11/22、検品OK。返金 12,800円の処理を経理へ依頼済み', receivedAt: at(6) },
        {
          text: 'ありがとうございます。カードの締め日が25日なので、それまでに処理されると助かります🙇',
          receivedAt: at(4),
        },
        { text: 'もし難しければ、銀行振込でも大丈夫です', receivedAt: at(3) },
      ]),
    ];
    const sheet = sheetOf(customer, conversation, now, {
      cautions: [
        {
          id: id(),
          sv: 1,
          customerId: customer.id,
          kind: 'care',
          text: '聞こえに配慮。電話は避け、文字で連絡',
          authorName: lead.displayName,
          createdAt: now,
        },
      ],
      handoverNotes: [
        {
          id: id(),
          sv: 1,
          customerId: customer.id,
          text: '返金の承認が下りたら、日付を明記してLINEで連絡をお願いします。',
          authorName: lead.displayName,
          createdAt: at(60),
          acknowledgedAt: null,
          acknowledgedByName: null,
          isAcknowledgePending: false,
        },
      ],
    });
    add({ conversation, customer, entries, row: rowOf(conversation, customer, 'within15Minutes'), sheet });
  }
  {
    const customer = customerOf('@haru_mofu', '', { handlingState: 'caution', memberNumber: null, rank: null });
    const conversation = conversationOf(customer, 'x', null, now, {
      assigneeId: null,
      dueAt: now + 535_000,
      preview: '届いた食器が割れてたんですけど…',
    });
    add({
      conversation,
      customer,
      entries: entriesOf(conversation, customer, [{ text: '届いた食器が割れてたんですけど…', receivedAt: at(20) }]),
      row: rowOf(conversation, customer, 'within15Minutes'),
      sheet: sheetOf(customer, conversation, now),
    });
  }
  // The drawn mail thread, with every state of an outgoing message behind it.
  {
    const customer = customerOf('中村 由紀子', 'なかむら ゆきこ', {
      preferredChannel: 'mail',
      preferredNote: 'メール',
    });
    const conversation = conversationOf(customer, 'mail', 'Re: 10月分のご請求金額について', now, {
      dueAt: now + 760_000,
      preview: 'Re: 10月分のご請求金額について',
    });
    const head = {
      from: 'nakamura.y@example.jp',
      to: ['support@haruka.example'],
      cc: [],
      subject: 'Re: 10月分のご請求金額について',
      dmarc: 'pass' as const,
      remotePictures: 3,
      suspicious: false,
    };
    const text =
      'サポートご担当者様\n\nいつもお世話になっております。\n10月分のご請求が先月より2,980円高くなっています。\nオプションを追加した覚えはないのですが、内訳を教えていただけますでしょうか。\n\n> 10月分のご請求金額のお知らせです。\n> 合計 7,960円\n';
    const html =
      '<p>内訳のスクリーンショットをお送りします。</p><table border="1" cellpadding="6" style="border-collapse:collapse"><tr><th>項目</th><th>金額</th></tr><tr><td>基本料金</td><td style="text-align:right">4,980円</td></tr><tr><td style="color:#b3152f">延長保証プラン</td><td style="text-align:right">2,980円</td></tr></table><p>ご確認は<a href="https://mypage.haruka.example/bill">マイページ</a>からもできます。</p><blockquote>前回のメール</blockquote>';
    const entries: TimelineEntry[] = [
      ...entriesOf(conversation, customer, [
        {
          text,
          detail: { kind: 'mail', head },
          receivedAt: at(50),
          attachments: [
            file(conversation, '請求書_10月.pdf', 'application/pdf', 184_000),
            file(conversation, '明細スクリーンショット.png', 'image/png', 412_000),
          ],
        },
        {
          text: '内訳のスクリーンショットをお送りします。\n\n基本料金 4,980円\n延長保証プラン 2,980円',
          html,
          detail: { kind: 'mail', head: { ...head, remotePictures: 0, dmarc: 'fail' } },
          receivedAt: at(40),
        },
        {
          direction: 'out',
          text: '内訳を確認し、本日中にご連絡いたします。',
          receivedAt: at(30),
          deliveryState: 'failed',
          deliveryReason: 'mail-recipient-unknown',
        },
        {
          direction: 'out',
          text: '延長保証プランは10月1日からのご加入です。',
          receivedAt: at(20),
          deliveryState: 'needsReview',
          deliveryReason: 'smtp-outcome-unknown',
        },
      ]),
      {
        kind: 'pending',
        at: at(2),
        id: id(),
        commandId: id(),
        conversationId: conversation.id,
        channel: 'mail',
        what: 'reply',
        text: '中村様、ご連絡ありがとうございます。ご請求の内訳を確認いたします。',
        mail: null,
        state: 'queued',
        reason: null,
      },
    ];
    add({
      conversation,
      customer,
      entries,
      row: rowOf(conversation, customer, 'within15Minutes', { previewKind: 'draft', hasDraft: true }),
      sheet: sheetOf(customer, conversation, now),
    });
  }
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
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)]!;
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
    (labelJa, position) =>
      ({
        id: id(),
        sv: 1,
        workspaceId: workspace.id,
        labelJa,
        labelEn: ['Installation date', 'Return', 'Refund', 'How to use', 'Complaint', 'Other'][position]!,
        position,
      }) as WrapUpCodeRow,
  );
  return { now, threads, rows: threads.map((thread) => thread.row), outbox: [], wrapUpCodes };
}
