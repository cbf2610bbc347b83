/**
 * A telephone event came in: makes or moves the call, once, however often and in whatever order events come.
 * Never rings anybody: the consoles read the row.
 */
import { and, eq } from 'drizzle-orm';
import type { InboundCallEvent } from '../channels/channel-adapter.ts';
import { isOver, nextCallState } from '../../shared/domain/call.ts';
import type { AgentId, CallId, QueueId } from '../../shared/domain/ids.ts';
import { maskPhone } from '../../shared/domain/mask.ts';
import { replyDueAt } from '../../shared/domain/sla.ts';
import { type ConversationRecord, setConversation } from '../conversations/add-message.ts';
import { openConversation } from '../conversations/find-or-open-conversation.ts';
import type { AccountRecord } from '../conversations/receive-message.ts';
import { resolveCustomer } from '../customers/resolve-customer.ts';
import { agent, call, conversation, credential, queue } from '../db/schema.ts';
import type { Writing } from '../db/write.ts';
import { foldLogin } from '../session/sessions.ts';
import { pinCustomer } from '../sync/pin-customer.ts';

export type CallRecord = typeof call.$inferSelect;

/** How long a ring stands when the telephone system does not say, in ms. */
const RING_FOR_MS = 30_000;

/** @returns whether the event changed anything */
export async function receiveCallEvent(
  w: Writing,
  account: AccountRecord,
  event: InboundCallEvent,
): Promise<{ isNew: boolean }> {
  const [known] = await w.tx
    .select()
    .from(call)
    .where(and(eq(call.channelAccountId, account.id), eq(call.externalId, event.callId)));
  const before = known ?? (await openCall(w, account, event));
  const agentId = (await findAgent(w, account, event.agentLogin)) ?? before.agentId;
  if (known && event.seq <= known.lastEventSeq) return { isNew: false };
  const state = nextCallState(before.state, event.type, event.cause);
  const changes = { ...timesAfter(before, state, event, w.now), state, agentId, lastEventSeq: event.seq };
  const [after] = await w.tx.update(call).set(changes).where(eq(call.id, before.id)).returning();
  if (!after) throw new Error('the call vanished while it was written');
  // A ring or an answer brings the caller's whole history to the agent's device, for as long as the right holds.
  if (agentId && agentId !== known?.agentId) await pinCustomer(w, agentId, after.customerId);
  w.append('call', [after.id]);
  await moveConversation(w, before, after);
  return { isNew: true };
}

async function openCall(w: Writing, account: AccountRecord, event: InboundCallEvent): Promise<CallRecord> {
  const other = event.direction === 'in' ? event.from : event.to;
  const customer = await resolveCustomer(
    w,
    account.workspaceId,
    'phone',
    { address: other, displayName: null, isVerified: false },
    '非通知',
  );
  const queueId = (await findQueue(w, account, event.queue)) ?? account.queueId;
  const opened = await openConversation(w, {
    accountId: account.id,
    workspaceId: account.workspaceId,
    queueId,
    channel: 'phone',
    customerId: customer.customerId,
    threadId: event.linkedId ?? event.callId,
    subject: null,
    visibility: 'private',
  });
  const [made] = await w.tx
    .insert(call)
    .values({
      id: w.newId<CallId>(),
      conversationId: opened.id,
      customerId: customer.customerId,
      channelAccountId: account.id,
      externalId: event.callId,
      linkedId: event.linkedId,
      direction: event.direction,
      fromMasked: other === null ? null : maskPhone(other),
      fromReason: other === null ? (event.fromReason ?? 'unknown') : null,
      queueId,
      state: 'offered',
      offeredAt: w.now,
      // By the server's clock: a console asks `expires_at > now`, so that a ring that arrives late never rings.
      expiresAt: w.now + Math.max(0, (event.ringForMs ?? RING_FOR_MS) - Math.max(0, w.now - event.at)),
      lastEventSeq: -1,
    })
    .returning();
  if (!made) throw new Error('the call was not written');
  return made;
}

function timesAfter(
  before: CallRecord,
  state: CallRecord['state'],
  event: InboundCallEvent,
  now: number,
): Partial<CallRecord> {
  const ends = isOver(state) && !isOver(before.state);
  return {
    ...(state === 'answered' && before.answeredAt === null ? { answeredAt: now } : {}),
    ...(state === 'held' && before.state !== 'held' ? { heldSince: now } : {}),
    ...(before.state === 'held' && state !== 'held' && before.heldSince !== null
      ? { heldMs: before.heldMs + (now - before.heldSince), heldSince: null }
      : {}),
    ...(ends ? { endedAt: now, cause: event.cause } : {}),
    ...(ends && before.answeredAt !== null ? { wrapUpStartedAt: now } : {}),
  };
}

/** An answered call belongs to who answered it; a missed one waits in the queue for a call back. */
async function moveConversation(w: Writing, before: CallRecord, after: CallRecord): Promise<void> {
  const [of] = await w.tx.select().from(conversation).where(eq(conversation.id, after.conversationId));
  if (!of) return;
  await setConversation(w, of.id, { lastActivityAt: w.now, ...(await fieldsAfter(w, of, before, after)) });
}

async function fieldsAfter(
  w: Writing,
  of: ConversationRecord,
  before: CallRecord,
  after: CallRecord,
): Promise<Partial<ConversationRecord>> {
  if (after.state === 'answered' && before.state === 'offered') {
    return { assigneeId: after.agentId, status: 'inProgress', dueAt: null, firstUnansweredAt: null };
  }
  if (after.state === 'missed' || after.state === 'abandoned') {
    const [owner] = await w.tx.select({ targets: queue.replyTargets }).from(queue).where(eq(queue.id, of.queueId));
    return { status: 'new', firstUnansweredAt: w.now, dueAt: replyDueAt(owner?.targets ?? {}, 'phone', w.now) };
  }
  return after.direction === 'in' ? { lastInAt: after.offeredAt } : {};
}

async function findQueue(w: Writing, account: AccountRecord, name: string | null): Promise<QueueId | null> {
  if (name === null) return null;
  const [found] = await w.tx
    .select({ id: queue.id })
    .from(queue)
    .where(and(eq(queue.workspaceId, account.workspaceId), eq(queue.name, name)));
  return found?.id ?? null;
}

/** An active agent of the account's workspace: a conversation may never stand in the scope of another client's agent. */
async function findAgent(w: Writing, account: AccountRecord, login: string | null): Promise<AgentId | null> {
  if (login === null) return null;
  const [found] = await w.tx
    .select({ id: agent.id })
    .from(agent)
    .innerJoin(credential, eq(credential.agentId, agent.id))
    .where(
      and(
        eq(credential.login, foldLogin(login)),
        eq(agent.workspaceId, account.workspaceId),
        eq(agent.state, 'active'),
      ),
    );
  return found?.id ?? null;
}
