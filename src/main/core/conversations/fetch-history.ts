/** `conversations.fetchHistory`: brings what this device lacks of a conversation, one page at a call. */
import type { Desk } from '../desk.ts';

/** Answers when the page is on the disk. Refused with `offline`, `not-allowed`, `failed`. */
export async function fetchHistory(desk: Desk, { conversationId }: { conversationId: string }): Promise<{ ok: true }> {
  await desk.line.history(conversationId);
  return { ok: true };
}
