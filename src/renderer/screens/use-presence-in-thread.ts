/** What the others learn from this agent's looking at a conversation: that somebody looks, and what has been read. */
import { useEffect } from 'react';
import type { ConversationDetail } from '../../shared/console-shapes.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { useConsole } from '../console/console-context.tsx';

/** Said again while one looks; whoever hears nothing for longer takes it for over. */
const REPEAT_MS = 15_000;

/** Says "looking" while the conversation is open. Lost without harm. */
export function useViewing(conversationId: ConversationId | null): void {
  const api = useConsole();
  useEffect(() => {
    if (conversationId === null) return;
    const say = (on: boolean): void => {
      api.conversations.signal({ conversationId, what: 'viewing', on }).catch(() => undefined);
    };
    say(true);
    const timer = setInterval(() => say(true), REPEAT_MS);
    return () => {
      clearInterval(timer);
      say(false);
    };
  }, [api, conversationId]);
}

/** A glance is not reading: J, J, J through the list must not mark three conversations as read. */
const READ_AFTER_MS = 600;

/** Marks as read what is in sight, while the window itself is being looked at. */
export function useMarkRead(detail: ConversationDetail | undefined, isAtEnd: boolean): void {
  const api = useConsole();
  const conversationId = detail?.conversation.id;
  const lastInSeq = detail?.conversation.lastInSeq ?? 0;
  const hasUnread = (detail?.conversation.unreadCount ?? 0) > 0;
  useEffect(() => {
    if (conversationId === undefined || !hasUnread || !isAtEnd) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const arm = (): void => {
      clearTimeout(timer);
      if (document.visibilityState !== 'visible' || !document.hasFocus()) return;
      timer = setTimeout(() => {
        api.conversations.markRead({ conversationId, upToSeq: lastInSeq }).catch(() => undefined);
      }, READ_AFTER_MS);
    };
    arm();
    window.addEventListener('focus', arm);
    document.addEventListener('visibilitychange', arm);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('focus', arm);
      document.removeEventListener('visibilitychange', arm);
    };
  }, [api, conversationId, lastInSeq, hasUnread, isAtEnd]);
}
