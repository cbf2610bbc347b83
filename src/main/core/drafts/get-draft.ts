/** `drafts.get`: what the agent has typed into a conversation and not sent. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import type { Desk } from '../desk.ts';

type Draft = Awaited<ReturnType<ConsoleHandlers['drafts']['get']>>;

/** Both drafts of a conversation; empty texts when there are none. */
export function getDraft(desk: Desk, { conversationId }: { conversationId: string }): Draft {
  const rows = desk.outbox.reader.all<{ what: 'reply' | 'note'; text: string; mail: string | null; savedAt: number }>(
    'select what, text, mail, saved_at as savedAt from draft where conversation_id = ?',
    conversationId,
  );
  const reply = rows.find((row) => row.what === 'reply');
  return {
    reply: reply?.text ?? '',
    note: rows.find((row) => row.what === 'note')?.text ?? '',
    mail: reply?.mail == null ? null : (JSON.parse(reply.mail) as Draft['mail']),
    savedAt: rows.length === 0 ? null : Math.max(...rows.map((row) => row.savedAt)),
  };
}
