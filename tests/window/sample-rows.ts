/**
 * A small invented centre for looking at the window: one thread of each channel, every state of a row, a long list. Times
 * hang on `now`, so that the urgency groups are always filled. Used by tests and by hand; never shipped.
 */
import type { InboxRow, Sheet, TimelineEntry } from '../../src/shared/console-shapes.ts';
import type { Channel } from '../../src/shared/domain/channel.ts';
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
} from '../../src/shared/domain/rows.ts';

/** What must be there, because the sample holds it. */
export function must<T>(found: T | null | undefined): T {
  if (found === null || found === undefined) throw new Error('the sample centre has no such thing');
  return found;
}

let lastId = 0;
/** Begins the ids anew, so that two samples are the same. */
export function startIds(at: number): void {
  lastId = at;
}
/** An id of the right form, the same in every run. */
export function id<T extends string>(): T {
  lastId++;
  return `01900000-0000-7000-8000-${String(lastId).padStart(12, '0')}` as T;
}

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

/** A row of the sample, with what is given laid over it. */
export function customerOf(displayName: string, kana: string, more: Partial<CustomerRow> = {}): CustomerRow {
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
    mergedIntoId: null,
    ...more,
  };
}

/** A row of the sample, with what is given laid over it. */
export function conversationOf(
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
    openedAt: now - 3_600_000,
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
      editedAt: null,
      editedByName: null,
      ...line,
    };
    return {
      kind: 'message',
      at: message.receivedAt,
      id: message.id,
      message,
      attachments,
      pendingDecision: null,
      isEditPending: false,
    };
  });
}

/** The row of the list that belongs to a conversation. */
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

export const file = (
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
  blockedBecause: null,
  ...more,
});

/** A row of the sample, with what is given laid over it. */
export function sheetOf(
  customer: CustomerRow,
  conversation: ConversationRow,
  now: number,
  more: Partial<Sheet> = {},
): Sheet {
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
    pendingFields: [],
    consents: [
      { purpose: 'recording', state: 'granted', source: '鈴木 葵', since: now, isPending: false },
      { purpose: 'mailing', state: 'denied', source: '鈴木 葵', since: now, isPending: false },
      { purpose: 'ai', state: 'unknown', source: null, since: null, isPending: false },
    ],
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
    merged: [],
    duplicates: [],
    ...more,
  };
}
