/**
 * What happened in the demo centre before it is opened: conversations with their messages, calls and notes, in order of
 * time. Performs the stories; what is still open now waits for an answer so that each urgency group has somebody in it.
 */
import { newId, type Random } from '../../shared/domain/clock.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import type { ConversationStatus } from '../../shared/domain/conversation.ts';
import type { RowOf } from '../../shared/domain/synced-kinds.ts';
import { maskPhone } from '../../shared/domain/mask.ts';
import type { DemoCustomer, DemoIdentity } from './generate-people.ts';
import type { DemoAgent, DemoSettings } from './generate-settings.ts';
import { performStory, type PerformedLine } from './perform-story.ts';
import { stories, type Story } from './words/stories.ts';

export type DemoMessage = RowOf<'message'> & { externalId: string };
export type DemoConversation = {
  row: RowOf<'conversation'>;
  threadId: string;
  firstUnansweredAt: number | null;
  messages: DemoMessage[];
  call: RowOf<'call'> | null;
  callNotes: RowOf<'callNote'>[];
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type OpenPlan = {
  channel: Channel;
  story: number;
  dueInMinutes: number | null;
  owner: 'suzuki' | 'ito' | 'sato' | null;
  status: ConversationStatus;
};

/** The conversations that stand open when the desk is first seen; the first of the cast come first. */
const openPlans: OpenPlan[] = [
  { channel: 'line', story: 0, dueInMinutes: 4, owner: 'suzuki', status: 'inProgress' },
  { channel: 'phone', story: 9, dueInMinutes: -2, owner: null, status: 'new' },
  { channel: 'webChat', story: 7, dueInMinutes: 2, owner: 'suzuki', status: 'inProgress' },
  { channel: 'mail', story: 4, dueInMinutes: 13, owner: 'suzuki', status: 'inProgress' },
  { channel: 'x', story: 10, dueInMinutes: 9, owner: null, status: 'new' },
  { channel: 'instagram', story: 14, dueInMinutes: 42, owner: null, status: 'new' },
  { channel: 'webChat', story: 13, dueInMinutes: 25, owner: 'suzuki', status: 'inProgress' },
  { channel: 'mail', story: 8, dueInMinutes: 90, owner: null, status: 'new' },
  { channel: 'mail', story: 5, dueInMinutes: 120, owner: 'ito', status: 'inProgress' },
  { channel: 'line', story: 2, dueInMinutes: null, owner: 'suzuki', status: 'pending' },
];

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random.next() * list.length)] as T;

/** Moves a time into working hours (9–20 in Japan), keeping the day. */
function atWork(time: number, random: Random): number {
  const day = Math.floor((time + 9 * HOUR) / DAY) * DAY - 9 * HOUR;
  return day + 9 * HOUR + Math.floor(random.next() * 11 * HOUR);
}

/** Makes the history of one conversation at a time; `number` counts up from C-86000. */
export function historyWriter(settings: DemoSettings, now: number, random: Random) {
  let number = 86_000;
  const agents = [settings.agents.suzuki, settings.agents.ito, settings.agents.sato];

  function write(
    customer: DemoCustomer,
    identity: DemoIdentity,
    chain: Story[],
    startAt: number,
    end: {
      status: ConversationStatus;
      owner: DemoAgent | null;
      endsAt: number;
      spoken: number | null;
      dueAt: number | null;
    },
  ): DemoConversation {
    const account = settings.accounts[identity.channel as keyof DemoSettings['accounts']];
    const agent = end.owner ?? pick(agents, random);
    const order = pick(customer.orders, random);
    const dayOf = (time: number): string => {
      const day = new Date(time + 9 * HOUR);
      return `${day.getUTCMonth() + 1}月${day.getUTCDate()}日`;
    };
    const performed = chain.map((story, i) =>
      performStory(
        story,
        {
          name: customer.row.displayName,
          agent: agent.displayName.split(' ')[0] ?? '',
          product: order.product.name,
          part: order.product.part,
          trouble: order.product.trouble,
          order: order.number,
          amount: `${order.amount.toLocaleString('ja-JP')}円`,
          day: dayOf(startAt + 2 * DAY),
          pastDay: dayOf(startAt - DAY),
        },
        random,
        i === chain.length - 1 && end.spoken !== null ? end.spoken : undefined,
      ),
    );
    const isPhone = identity.channel === 'phone';
    const lines = isPhone ? [] : performed.flatMap((one) => one.lines);
    const subject = performed[0]?.subject ?? '';
    const conversationId = newId({ now: () => startAt }, random) as RowOf<'conversation'>['id'];
    const threadId = identity.channel === 'mail' ? `<${conversationId}@haruka.example>` : identity.value;
    const messages: DemoMessage[] = [];
    const times = spread(startAt, end.endsAt, lines.length + 2, random);

    const add = (
      at: number,
      part: Partial<DemoMessage> & Pick<DemoMessage, 'direction' | 'authorKind' | 'authorName' | 'text' | 'detail'>,
    ): void => {
      const id = newId({ now: () => at }, random) as DemoMessage['id'];
      messages.push({
        id,
        sv: 0,
        conversationId,
        customerId: customer.row.id,
        channel: identity.channel,
        seq: messages.length + 1,
        visibility:
          part.direction === 'note' || part.direction === 'system'
            ? 'internal'
            : identity.channel === 'x'
              ? 'public'
              : 'private',
        authorId: null,
        html: null,
        parentMessageId: null,
        sentAt: at,
        receivedAt: at,
        deliveryState: part.direction === 'out' ? (identity.channel === 'webChat' ? 'read' : 'sent') : null,
        deliveryReason: null,
        deliveryAt: part.direction === 'out' ? at : null,
        redactedAt: null,
        editedAt: null,
        editedByName: null,
        externalId: `demo-${id}`,
        ...part,
      });
    };
    const event = (at: number, name: string, who: string): void => {
      add(at, {
        direction: 'system',
        authorKind: 'system',
        authorName: who,
        text: '',
        detail: { kind: 'event', event: name, who, params: {} },
      });
    };
    const speak = (line: PerformedLine, at: number): void => {
      const isCustomer = line.who === 'c';
      add(at, {
        direction: isCustomer ? 'in' : line.who === 'a' ? 'out' : 'note',
        authorKind: isCustomer ? 'customer' : 'agent',
        authorId: isCustomer ? customer.row.id : agent.id,
        authorName: isCustomer ? customer.row.displayName : agent.displayName,
        text: line.text,
        detail:
          identity.channel === 'mail' && line.who !== 'n'
            ? {
                kind: 'mail',
                head: {
                  from: isCustomer ? identity.value : account.address,
                  to: [isCustomer ? account.address : identity.value],
                  cc: [],
                  subject: messages.length === 0 ? subject : `Re: ${subject}`,
                  dmarc: isCustomer ? 'pass' : null,
                  remotePictures: 0,
                  suspicious: false,
                },
              }
            : { kind: 'text' },
      });
    };
    lines.forEach((line, i) => {
      if (i === 1 && (end.owner || end.spoken === null))
        event((times[i] ?? startAt) - 1_000, 'assigned', agent.displayName);
      speak(line, times[i] ?? end.endsAt);
    });
    const isEnded = end.status === 'resolved' || end.status === 'noActionNeeded';
    if (isEnded && !isPhone) event(end.endsAt, 'resolved', agent.displayName);
    const phone = isPhone
      ? callOf(
          conversationId,
          customer,
          identity,
          settings,
          agent,
          startAt,
          end.status,
          performed[0]?.callSummary ?? '',
          random,
        )
      : null;
    const lastIn = messages.findLast((message) => message.direction === 'in');
    const lastOut = messages.findLast((message) => message.direction === 'out');
    const last = messages.findLast((message) => message.direction !== 'system');
    const waits =
      !isEnded && end.status !== 'pending' && (isPhone || (lastIn && (!lastOut || lastIn.seq > lastOut.seq)));
    const firstUnanswered = waits
      ? isPhone
        ? startAt
        : (messages.find((m) => m.direction === 'in' && m.seq > (lastOut?.seq ?? 0))?.receivedAt ?? startAt)
      : null;
    const unread =
      waits && !isPhone ? messages.filter((m) => m.direction === 'in' && m.seq > (lastOut?.seq ?? 0)).length : 0;
    number += 1;
    return {
      row: {
        id: conversationId,
        sv: 0,
        workspaceId: settings.workspace.id,
        channelAccountId: account.id,
        channel: identity.channel,
        customerId: customer.row.id,
        queueId: account.queueId as RowOf<'queue'>['id'],
        assigneeId: isEnded ? agent.id : (end.owner?.id ?? null),
        number: `C-${number}`,
        subject,
        visibility: identity.channel === 'x' ? 'public' : 'private',
        status: end.status,
        category: chain[0]?.category ?? null,
        tags: [],
        openedAt: startAt,
        resolvedAt: isEnded ? end.endsAt : null,
        lastSeq: messages.length,
        lastInSeq: lastIn?.seq ?? 0,
        readSeq: (lastIn?.seq ?? 0) - unread < 0 ? 0 : unread > 0 ? (lastOut?.seq ?? 0) : (lastIn?.seq ?? 0),
        unreadCount: unread,
        lastInAt: lastIn?.receivedAt ?? (isPhone ? startAt : null),
        lastOutAt: lastOut?.receivedAt ?? null,
        lastActivityAt: messages.at(-1)?.receivedAt ?? phone?.call.endedAt ?? startAt,
        preview: (last?.text ?? performed[0]?.callSummary ?? '').replaceAll(/\s+/g, ' ').slice(0, 120),
        previewDirection: last?.direction ?? 'in',
        dueAt: waits ? end.dueAt : null,
        replyWindow: null,
        replyWindowClosesAt: null,
      },
      threadId,
      firstUnansweredAt: firstUnanswered,
      messages,
      call: phone?.call ?? null,
      callNotes: phone?.notes ?? [],
    };
  }

  return { write };
}

/** `count` rising times between two; minutes apart in a chat, hours apart in a mail. */
function spread(from: number, to: number, count: number, random: Random): number[] {
  const marks = Array.from({ length: count }, () => random.next()).sort((a, b) => a - b);
  return marks.map((mark, i) => Math.floor(from + (i === 0 ? 0 : mark) * Math.max(0, to - from - 2_000)));
}

function callOf(
  conversationId: RowOf<'conversation'>['id'],
  customer: DemoCustomer,
  identity: DemoIdentity,
  settings: DemoSettings,
  agent: DemoAgent,
  offeredAt: number,
  status: ConversationStatus,
  summary: string,
  random: Random,
): { call: RowOf<'call'>; notes: RowOf<'callNote'>[] } {
  const wasMissed = status === 'new';
  const answeredAt = offeredAt + 4_000 + Math.floor(random.next() * 14_000);
  const endedAt = answeredAt + 90_000 + Math.floor(random.next() * 9 * MINUTE);
  const id = newId({ now: () => offeredAt }, random) as RowOf<'call'>['id'];
  const call: RowOf<'call'> = {
    id,
    sv: 0,
    conversationId,
    customerId: customer.row.id,
    direction: 'in',
    fromMasked: maskPhone(identity.value),
    fromReason: null,
    queueId: settings.accounts.phone.queueId as RowOf<'queue'>['id'],
    agentId: wasMissed ? null : agent.id,
    state: wasMissed ? 'missed' : 'ended',
    offeredAt,
    expiresAt: offeredAt + 30_000,
    answeredAt: wasMissed ? null : answeredAt,
    endedAt: wasMissed ? offeredAt + 30_000 : endedAt,
    heldMs: random.next() < 0.3 ? 45_000 : 0,
    heldSince: null,
    cause: wasMissed ? 'no-answer' : 'normal',
    wrapUpCodeId: wasMissed ? null : pick(settings.wrapUpCodes, random).id,
    wrapUpNote: wasMissed ? '' : summary,
    wrapUpStartedAt: wasMissed ? null : endedAt,
    wrapUpEndedAt: wasMissed ? null : endedAt + 60_000,
  };
  const notes: RowOf<'callNote'>[] =
    wasMissed || random.next() < 0.7
      ? []
      : [
          {
            id: newId({ now: () => endedAt }, random) as RowOf<'callNote'>['id'],
            sv: 0,
            callId: id,
            conversationId,
            text: summary.split('。')[0] ?? summary,
            offsetMs: answeredAt - offeredAt + 30_000,
            authorName: agent.displayName,
            createdAt: answeredAt + 30_000,
          },
        ];
  return { call, notes };
}

/**
 * Makes the whole history.
 * @param conversationCount all conversations, the open ones included
 */
export function generateHistory(
  settings: DemoSettings,
  people: DemoCustomer[],
  conversationCount: number,
  now: number,
  random: Random,
): DemoConversation[] {
  const writer = historyWriter(settings, now, random);
  const all: DemoConversation[] = [];
  const openCount = 62;
  for (let i = 0; i < conversationCount - openCount; i++) {
    // The square puts most of the past into the last weeks, as it is in a growing centre.
    const startAt = atWork(now - DAY - Math.floor(random.next() * random.next() * 175 * DAY), random);
    const customer = people[Math.floor(random.next() ** 1.6 * people.length)] ?? people[0];
    if (!customer) break;
    const identity = pick(customer.identities, random);
    const chain = Array.from({ length: identity.channel === 'phone' ? 1 : 1 + Math.floor(random.next() * 4) }, () =>
      pick(stories, random),
    );
    const endsAt =
      startAt + Math.floor((identity.channel === 'mail' ? 6 + random.next() * 30 : 0.3 + random.next() * 3) * HOUR);
    const status = random.next() < 0.03 ? 'noActionNeeded' : 'resolved';
    all.push(
      writer.write(customer, identity, chain, startAt, {
        status,
        owner: null,
        endsAt: Math.min(endsAt, now - 2 * HOUR),
        spoken: null,
        dueAt: null,
      }),
    );
  }
  for (let i = 0; i < openCount; i++) {
    const customer = people[i];
    if (!customer) break;
    const plan = openPlans[i] ?? laterPlan(customer, random);
    const identity = customer.identities.find((one) => one.channel === plan.channel) ?? customer.identities[0];
    const story = stories[plan.story % stories.length];
    if (!identity || !story) continue;
    const owner = plan.owner ? settings.agents[plan.owner] : null;
    const dueAt =
      plan.dueInMinutes === null ? null : now + plan.dueInMinutes * MINUTE + Math.floor(random.next() * 50_000);
    // It stops where the customer has spoken last, so that somebody waits; what is pending stops after our answer.
    const spoken = endOfLines(story, plan.status === 'pending' ? 'a' : 'c', owner !== null);
    const startAt = now - Math.floor((identity.channel === 'mail' ? 5 : 0.6) * HOUR + random.next() * HOUR);
    all.push(
      writer.write(customer, identity, [story], startAt, {
        status: plan.status,
        owner,
        endsAt: now - MINUTE,
        spoken,
        dueAt,
      }),
    );
  }
  return all.sort((a, b) => a.row.lastActivityAt - b.row.lastActivityAt);
}

function endOfLines(story: Story, who: 'a' | 'c', isAnswered: boolean): number {
  if (!isAnswered && who === 'c') return 1;
  for (let i = story.lines.length - 1; i > 0; i--) if (story.lines[i]?.[0] === who) return i + 1;
  return 1;
}

function laterPlan(customer: DemoCustomer, random: Random): OpenPlan {
  const identity = pick(customer.identities, random);
  const isPending = random.next() < 0.08;
  return {
    channel: identity.channel,
    story: Math.floor(random.next() * stories.length),
    dueInMinutes: isPending ? null : 60 + Math.floor(random.next() * 900),
    owner: isPending ? 'suzuki' : pick([null, null, 'ito', 'sato', 'suzuki'] as const, random),
    status: isPending ? 'pending' : 'inProgress',
  };
}
