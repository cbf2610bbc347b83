/**
 * Brings the caller's timeline on screen when the telephone rings for this agent, and again when it is answered. Never
 * while they are writing: words must not end up in another customer's field.
 */
import { useEffect, useRef } from 'react';
import type { ConversationId, CustomerId } from '../../shared/domain/ids.ts';
import type { Ring } from '../calls/ring-pop.tsx';
import { useQuery } from '../console/use-query.ts';
import { afterComposition } from '../design/ime.ts';
import { focusPlaceOf } from '../design/match-hotkey.ts';

type Open = (customerId: CustomerId, conversationId: ConversationId) => void;

const isWriting = (): boolean => focusPlaceOf(document.activeElement) !== 'elsewhere';

/** Each call is followed once when it rings and once when it is answered. */
export function useFollowCalls(rings: readonly Ring[], open: Open): void {
  const mine = useQuery('calls.mine', {}).data?.call ?? null;
  const rung = useRef(new Set<string>());
  const answered = useRef<string | null>(null);
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });
  useEffect(() => {
    for (const { call } of rings) {
      if (rung.current.has(call.id)) continue;
      rung.current.add(call.id);
      if (!isWriting()) latest.current(call.customerId, call.conversationId);
    }
  }, [rings]);
  const callId = mine?.id ?? null;
  useEffect(() => {
    const before = answered.current;
    answered.current = callId;
    // Also a call that waits for its wrap-up when the desk comes up: nothing else is open then.
    if (mine === null || before === callId) return;
    const { customerId, conversationId } = mine;
    // Who has answered is on the telephone now: only a composition is waited for.
    afterComposition(() => latest.current(customerId, conversationId));
  }, [callId, mine]);
}
