/** `conversations.signal`: tells the others that this agent types or looks. Stored nowhere, lost without harm. */
import type { ConversationId } from '../../../shared/domain/ids.ts';
import type { Desk } from '../desk.ts';
import { Refused } from '../refused.ts';

type Input = { conversationId: ConversationId; what: 'typing' | 'viewing'; on: boolean };

/** Refused with `offline` while there is no line. */
export function sendSignal(desk: Desk, { conversationId, what, on }: Input): { ok: true } {
  const { state } = desk.line.view();
  if (state !== 'online' && state !== 'catchingUp') throw new Refused('offline', 'there is no line to the server');
  desk.line.signal({ conversationId, what, on });
  return { ok: true };
}
