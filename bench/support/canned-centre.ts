/**
 * A centre of any size as pages of the wire, made without a server: settings, a directory and one queue whose
 * conversations stand newest first. Rows have every column of the product, texts are those of `message-text.ts`.
 */
import { constants, zstdCompressSync } from 'node:zlib';
import { newId, seededRandom } from '../../src/shared/domain/clock.ts';
import type { AgentId, CustomerId, QueueId, WorkspaceId } from '../../src/shared/domain/ids.ts';
import { directoryScope, mineScope, queueScope, type Scope, settingsScope } from '../../src/shared/domain/scope.ts';
import { columnsOf, type RowOf, type SyncedKind } from '../../src/shared/domain/synced-kinds.ts';
import { COMPRESS_ABOVE_BYTES, type PackedPage, ROWS_PER_PAGE } from '../../src/shared/sync-protocol.ts';
import { createTexts } from './message-text.ts';

type AnyRow = { [K in SyncedKind]: { kind: K; row: RowOf<K> } }[SyncedKind];
export type CannedPage = { packed: PackedPage; rows: number; lowest: number };
export type CannedCentre = {
  agentId: AgentId;
  workspaceId: WorkspaceId;
  sv: number;
  /** Pages of each scope, newest first. */
  pages: ReadonlyMap<Scope, readonly CannedPage[]>;
  /** Conversations, oldest first, with their customer and how many messages they have. */
  conversations: readonly { id: string; customerId: CustomerId; messages: number }[];
  /** Epoch ms of the newest message. */
  now: number;
};

/** 1 September 2026; a message every 7 s. */
const BEGIN = Date.UTC(2026, 8, 1);
const MESSAGE_EVERY_MS = 7_000;

function pack(rows: readonly AnyRow[]): PackedPage {
  const tables = new Map<SyncedKind, unknown[][]>();
  for (const { kind, row } of rows) {
    const values = columnsOf(kind).map((column) => (row as Record<string, unknown>)[column]);
    const table = tables.get(kind);
    if (table) table.push(values);
    else tables.set(kind, [values]);
  }
  const json = JSON.stringify({
    tables: [...tables].map(([kind, values]) => ({ kind, columns: columnsOf(kind), rows: values })),
    gone: [],
  });
  if (Buffer.byteLength(json) <= COMPRESS_ABOVE_BYTES) return { json };
  return { zstd: zstdCompressSync(json, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }) };
}

/** Pages of rows that are given oldest first. */
function pagesOf(rows: readonly AnyRow[]): CannedPage[] {
  const pages: CannedPage[] = [];
  for (let end = rows.length; end > 0; end -= ROWS_PER_PAGE) {
    const page = rows.slice(Math.max(0, end - ROWS_PER_PAGE), end).reverse();
    pages.push({ packed: pack(page), rows: page.length, lowest: page.at(-1)?.row.sv ?? 0 });
  }
  return pages;
}

/**
 * Makes a centre.
 * @param size messages in all; conversations get `size.messages / size.conversations` each on average
 */
export function cannedCentre(
  size: { messages: number; conversations: number; customers: number },
  seed = 42,
): CannedCentre {
  const random = seededRandom(seed);
  const text = createTexts(seed);
  let time = BEGIN;
  const clock = { now: () => time };
  const id = <T>() => newId(clock, random) as T;
  let sv = 0;
  const workspaceId = id<WorkspaceId>();
  const queueId = id<QueueId>();
  const agentId = id<AgentId>();
  const account = id<RowOf<'channelAccount'>['id']>();
  const settings: AnyRow[] = [
    {
      kind: 'workspace',
      row: {
        id: workspaceId,
        sv: ++sv,
        name: 'bench',
        colour: '#2B48C4',
        timeZone: 'Asia/Tokyo',
        locale: 'ja',
        isDemo: false,
      },
    },
    { kind: 'queue', row: { id: queueId, sv: ++sv, workspaceId, name: 'all', replyTargets: {} } },
    {
      kind: 'agent',
      row: {
        id: agentId,
        sv: ++sv,
        displayName: '鈴木 葵',
        kana: 'すずき あおい',
        role: 'agent',
        queueIds: [queueId],
        state: 'active',
      },
    },
    {
      kind: 'channelAccount',
      row: {
        id: account,
        sv: ++sv,
        workspaceId,
        channel: 'webChat',
        name: 'chat',
        address: 'chat',
        isDemo: false,
        state: 'running',
        lastSuccessAt: null,
        lastErrorAt: null,
        lastError: null,
        quotaLimit: null,
        quotaUsed: null,
      },
    },
  ];
  const directory: AnyRow[] = [];
  const customers = Array.from({ length: size.customers }, (_, index) => {
    const customerId = id<CustomerId>();
    directory.push({ kind: 'customer', row: customerRow(customerId, workspaceId, index, ++sv) });
    return customerId;
  });
  const perConversation = size.messages / size.conversations;
  const work: AnyRow[] = [];
  const conversations: { id: RowOf<'conversation'>['id']; customerId: CustomerId; messages: number }[] = [];
  for (let n = 0; n < size.messages; n++) {
    time = BEGIN + n * MESSAGE_EVERY_MS;
    if (n >= conversations.length * perConversation) {
      const customerId = customers[conversations.length % customers.length];
      if (customerId !== undefined)
        conversations.push({ id: id<RowOf<'conversation'>['id']>(), customerId, messages: 0 });
    }
    // Live traffic: a message belongs to one of the last two hundred conversations, not always to the last one.
    const back = Math.floor(random.next() ** 2 * Math.min(200, conversations.length));
    const of = conversations.at(-1 - back);
    if (of === undefined) continue;
    const isIn = random.next() < 0.5;
    const words = text(n);
    const seq = ++of.messages;
    work.push({
      kind: 'message',
      row: {
        id: id<RowOf<'message'>['id']>(),
        sv: ++sv,
        conversationId: of.id,
        customerId: of.customerId,
        channel: 'webChat',
        seq,
        direction: isIn ? 'in' : 'out',
        visibility: 'private',
        authorKind: isIn ? 'customer' : 'agent',
        authorId: isIn ? of.customerId : agentId,
        authorName: isIn ? '山田 花子' : '鈴木 葵',
        text: words,
        html: null,
        detail: { kind: 'text' },
        parentMessageId: null,
        sentAt: time,
        receivedAt: time,
        deliveryState: isIn ? null : 'delivered',
        deliveryReason: null,
        deliveryAt: null,
        redactedAt: null,
      },
    });
  }
  for (const [index, of] of conversations.entries()) {
    const at = BEGIN + Math.floor(((index + 1) / conversations.length) * size.messages) * MESSAGE_EVERY_MS;
    work.push({
      kind: 'conversation',
      row: conversationRow({
        ...of,
        index,
        at,
        sv: ++sv,
        workspaceId,
        queueId,
        account,
        agentId,
        chance: random.next(),
      }),
    });
  }
  return {
    agentId,
    workspaceId,
    sv,
    pages: new Map([
      [settingsScope(workspaceId), pagesOf(settings)],
      [directoryScope(workspaceId), pagesOf(directory)],
      [mineScope(agentId), []],
      [queueScope(queueId), pagesOf(work)],
    ]),
    conversations,
    now: time,
  };
}

function customerRow(id: CustomerId, workspaceId: WorkspaceId, index: number, sv: number): RowOf<'customer'> {
  return {
    id,
    sv,
    workspaceId,
    displayName: `お客様 ${index}`,
    kana: 'おきゃくさま',
    kind: 'person',
    memberNumber: `M-${100_000 + index}`,
    rank: null,
    since: null,
    preferredChannel: null,
    preferredNote: null,
    language: 'ja',
    stage: 'repeater',
    handlingState: 'normal',
    addressMasked: null,
    lastActivityAt: null,
  };
}

function conversationRow(of: {
  id: RowOf<'conversation'>['id'];
  customerId: CustomerId;
  messages: number;
  index: number;
  at: number;
  sv: number;
  workspaceId: WorkspaceId;
  queueId: QueueId;
  account: RowOf<'channelAccount'>['id'];
  agentId: AgentId;
  chance: number;
}): RowOf<'conversation'> {
  const { id, customerId, messages, index, at, sv, workspaceId, queueId, account, agentId, chance } = of;
  const isOpen = chance < 0.3;
  return {
    id,
    sv,
    workspaceId,
    channelAccountId: account,
    channel: 'webChat',
    customerId,
    queueId,
    assigneeId: chance < 0.1 ? agentId : null,
    number: `C-${10_000 + index}`,
    subject: null,
    visibility: 'private',
    status: isOpen ? (chance < 0.05 ? 'pending' : 'inProgress') : 'resolved',
    category: null,
    tags: [],
    openedAt: at,
    resolvedAt: isOpen ? null : at,
    lastSeq: messages,
    lastInSeq: messages,
    readSeq: messages,
    unreadCount: 0,
    lastInAt: at,
    lastOutAt: at,
    lastActivityAt: at,
    preview: 'よろしくお願いいたします。',
    previewDirection: 'in',
    dueAt: isOpen ? at + 3_600_000 : null,
    replyWindow: null,
    replyWindowClosesAt: null,
  };
}
