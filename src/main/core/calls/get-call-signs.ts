/** `calls.signs`: that it rings and that somebody is talking, and nothing of a customer: for a locked screen and the host. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import { isOver } from '../../../shared/domain/call.ts';
import type { Desk } from '../desk.ts';
import { getMyCall } from './get-my-call.ts';
import { listRinging } from './list-ringing.ts';

/** Rings for this agent, and since when their call goes on. Empty while nobody is signed in. */
export function getCallSigns(desk: Desk | null): Awaited<ReturnType<ConsoleHandlers['calls']['signs']>> {
  if (desk === null) return { ringing: [], talkingSince: null };
  const { call } = getMyCall(desk);
  return {
    ringing: listRinging(desk)
      .calls.filter(({ isForMe }) => isForMe)
      .map(({ call: { id }, msLeft }) => ({ callId: id, msLeft })),
    talkingSince: call !== null && !isOver(call.state) ? call.answeredAt : null,
  };
}
