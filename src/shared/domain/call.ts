/** The states of a telephone call and how events move it. Pure and idempotent: a late or repeated event changes nothing. */
import { z } from 'zod';

export const callStates = [
  'offered',
  'answered',
  'held',
  'ended',
  'missed',
  'rejected',
  'abandoned',
  'failed',
] as const;
export const callStateSchema = z.enum(callStates);
export type CallState = z.output<typeof callStateSchema>;

export const callEventTypes = [
  'call.offered',
  'call.answered',
  'call.held',
  'call.resumed',
  'call.transferred',
  'call.dtmf',
  'call.missed',
  'call.ended',
] as const;
export type CallEventType = (typeof callEventTypes)[number];

/** Whether nothing can happen to the call any more. */
export function isOver(state: CallState): boolean {
  return state === 'ended' || state === 'missed' || state === 'rejected' || state === 'abandoned' || state === 'failed';
}

/**
 * The state after an event, or the same state when the event is late, repeated or makes no sense.
 * `call.ended` before any answer is an abandoned call unless the cause says otherwise.
 */
export function nextCallState(state: CallState, event: CallEventType, cause: string | null): CallState {
  if (isOver(state)) return state;
  switch (event) {
    case 'call.offered':
    case 'call.transferred':
    case 'call.dtmf':
      return state;
    case 'call.answered':
      return state === 'offered' ? 'answered' : state;
    case 'call.held':
      return state === 'answered' ? 'held' : state;
    case 'call.resumed':
      return state === 'held' ? 'answered' : state;
    case 'call.missed':
      return state === 'offered' ? 'missed' : state;
    case 'call.ended':
      if (state !== 'offered') return 'ended';
      if (cause === 'rejected' || cause === 'busy') return 'rejected';
      if (cause === 'failed' || cause === 'error') return 'failed';
      return cause === 'no-answer' ? 'missed' : 'abandoned';
  }
}
