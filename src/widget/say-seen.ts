/** Says how far a window has come, each step once for each line. A mark that a broken line swallowed is said again. */
import type { WidgetCursor } from '../shared/widget-protocol.ts';
import { type ChatLog, lastAnswerSeq } from './chat-log.ts';

export type SeenMark = { conversationId: string; upToSeq: number; state: 'delivered' | 'read' };

/** @param say tells the server */
export function openSeenMarks(say: (mark: SeenMark) => void): {
  reset(): void;
  say(log: ChatLog, readUpTo: WidgetCursor | null): void;
} {
  let said = { conversationId: '', delivered: 0, read: 0 };
  return {
    reset: () => (said = { conversationId: '', delivered: 0, read: 0 }),
    say(log, readUpTo) {
      const { conversationId } = log;
      if (conversationId === null) return;
      if (said.conversationId !== conversationId) said = { conversationId, delivered: 0, read: 0 };
      const delivered = lastAnswerSeq(log);
      const read = readUpTo?.conversationId === conversationId ? readUpTo.seq : 0;
      if (delivered > said.delivered) say({ conversationId, upToSeq: delivered, state: 'delivered' });
      if (read > said.read) say({ conversationId, upToSeq: read, state: 'read' });
      said = { conversationId, delivered: Math.max(said.delivered, delivered), read: Math.max(said.read, read) };
    },
  };
}
