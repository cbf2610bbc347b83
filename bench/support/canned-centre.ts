/**
 * A centre of any size as pages of the wire, made without a server: settings, a directory and one queue, newest change
 * first; a conversation stands beside its last message, as on a server. Rows have every column of the product, texts are
 * those of `message-text.ts`. Pages are packed as they fill, so ten million rows need 2 GB and not 15.
 */
import { constants, zstdCompressSync } from 'node:zlib';
import { newId, seededRandom } from '../../src/shared/domain/clock.ts';
import type { AgentId, CustomerId, QueueId, WorkspaceId } from '../../src/shared/domain/ids.ts';
import { directoryScope, mineScope, queueScope, type Scope, settingsScope } from '../../src/shared/domain/scope.ts';
import { columnsOf, type RowOf, type SyncedKind } from '../../src/shared/domain/synced-kinds.ts';
import { COMPRESS_ABOVE_BYTES, type PackedPage, ROWS_PER_PAGE } from '../../src/shared/sync-protocol.ts';
import { createTexts } from './message-text.ts';

export type AnyRow = { [K in SyncedKind]: { kind: K; row: RowOf<K> } }[SyncedKind];
export type CannedPage = { packed: PackedPage; rows: number; lowest: number };
export type CannedCentre = {
  agentId: AgentId;
  workspaceId: WorkspaceId;
  sv: number;
  /** Pages of each scope, newest first. */
  pages: ReadonlyMap<Scope, readonly CannedPage[]>;
  /** Conversations, oldest first, with their customer and how many messages they have. */
  conversations: readonly { id: RowOf<'conversation'>['id']; customerId: CustomerId; messages: number }[];
  queueId: QueueId;
  /** A new message in one of the newest conversations, with the number `sv`. */
  newMessage(sv: number): RowOf<'message'>;
  /** Epoch ms of the newest message. */
  now: number;
};

/** 1 September 2026; a message every 7 s. */
const BEGIN = Date.UTC(2026, 8, 1);
const MESSAGE_EVERY_MS = 7_000;
/** So many conversations go on at the same time. */
const GOING_ON = 200;

/** Packs rows as the server does: as text when small, as zstd when not. */
export function pack(rows: readonly AnyRow[]): PackedPage {
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

/** Takes rows oldest first and packs each thousand; `done` gives the pages newest first. */
function pageMaker(): { add(row: AnyRow): void; done(): CannedPage[] } {
  const pages: CannedPage[] = [];
  let rows: AnyRow[] = [];
  const flush = (): void => {
    if (rows.length === 0) return;
    pages.push({ packed: pack(rows.reverse()), rows: rows.length, lowest: rows.at(-1)?.row.sv ?? 0 });
    rows = [];
  };
  return {
    add(row) {
      rows.push(row);
      if (rows.length === ROWS_PER_PAGE) flush();
    },
    done() {
      flush();
      return pages.reverse();
    },
  };
}

function pagesOf(rows: readonly AnyRow[]): CannedPage[] {
  const maker = pageMaker();
  for (const row of rows) maker.add(row);
  return maker.done();
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
  const work = pageMaker();
  const conversations: { id: RowOf<'conversation'>['id']; customerId: CustomerId; messages: number }[] = [];
  const messageRow = (of: (typeof conversations)[number], words: string, at: number, number: number) => {
    const isIn = random.next() < 0.5;
    return {
      id: id<RowOf<'message'>['id']>(),
      sv: number,
      conversationId: of.id,
      customerId: of.customerId,
      channel: 'webChat',
      seq: ++of.messages,
      direction: isIn ? 'in' : 'out',
      visibility: 'private',
      authorKind: isIn ? 'customer' : 'agent',
      authorId: isIn ? of.customerId : agentId,
      authorName: isIn ? '山田 花子' : '鈴木 葵',
      text: words,
      html: null,
      detail: { kind: 'text' },
      parentMessageId: null,
      sentAt: at,
      receivedAt: at,
      deliveryState: isIn ? null : 'delivered',
      deliveryReason: null,
      deliveryAt: null,
      redactedAt: null,
      editedAt: null,
      editedByName: null,
    } satisfies RowOf<'message'>;
  };
  /** A conversation is written when nobody writes in it any more: at its end it stands beside its last message. */
  let ended = 0;
  const endUpTo = (count: number): void => {
    for (; ended < count; ended++) {
      const of = conversations[ended];
      if (of === undefined) continue;
      const about = { ...of, index: ended, at: time, sv: ++sv, workspaceId, queueId, account, agentId };
      // What goes on is open; of what came before, three in ten still are.
      const chance = random.next() * (ended >= conversations.length - GOING_ON ? 0.3 : 1);
      work.add({ kind: 'conversation', row: conversationRow({ ...about, chance }) });
    }
  };
  for (let n = 0; n < size.messages; n++) {
    time = BEGIN + n * MESSAGE_EVERY_MS;
    if (n >= conversations.length * perConversation) {
      const customerId = customers[conversations.length % customers.length];
      if (customerId !== undefined)
        conversations.push({ id: id<RowOf<'conversation'>['id']>(), customerId, messages: 0 });
    }
    endUpTo(conversations.length - GOING_ON);
    // Live traffic: a message belongs to one of the conversations that go on, not always to the last one.
    const back = Math.floor(random.next() ** 2 * Math.min(GOING_ON, conversations.length));
    const of = conversations.at(-1 - back);
    if (of !== undefined) work.add({ kind: 'message', row: messageRow(of, text(n), time, ++sv) });
  }
  endUpTo(conversations.length);
  return {
    agentId,
    workspaceId,
    queueId,
    sv,
    pages: new Map([
      [settingsScope(workspaceId), pagesOf(settings)],
      [directoryScope(workspaceId), pagesOf(directory)],
      [mineScope(agentId), []],
      [queueScope(queueId), work.done()],
    ]),
    conversations,
    now: time,
    newMessage(number) {
      const of = conversations.at(-1 - Math.floor(random.next() * Math.min(GOING_ON, conversations.length)));
      if (of === undefined) throw new Error('a centre without conversations hears no messages');
      time += MESSAGE_EVERY_MS;
      return messageRow(of, text(number), time, number);
    },
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
    mergedIntoId: null,
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
