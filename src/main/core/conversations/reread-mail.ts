/** `conversations.rereadMail`: has the server read a mail once more, by the charset that the agent chose. */
import type { MessageId } from '../../../shared/domain/ids.ts';
import type { MailCharset } from '../../../shared/domain/mail-charset.ts';
import type { Desk } from '../desk.ts';
import { Refused } from '../refused.ts';

/** Refused with `offline` without a line, else with the server's reason. What was read comes by the feed. */
export async function rereadMail(
  desk: Desk,
  input: { messageId: MessageId; charset: MailCharset },
): Promise<{ ok: true }> {
  const answer = await desk.line.ask({ method: 'rereadMail', ...input });
  if (answer.ok) return { ok: true };
  throw new Refused(answer.why, answer.detail.slice(0, 300));
}
