/** Tells the others that this agent is writing. Lost without harm, so a refusal is not even looked at. */
import { useCallback, useEffect, useRef } from 'react';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { useConsole } from '../console/console-context.tsx';

/** Said again while the writing goes on; whoever hears nothing for twice as long takes it for over. */
const REPEAT_MS = 3000;
/** No key for so long means: not writing any more. */
const STILL_MS = 5000;

/** Returns `typed(isWriting)`, to be called at every change of a reply's text. */
export function useTypingSignal(conversationId: ConversationId): (isWriting: boolean) => void {
  const api = useConsole();
  const saidAt = useRef(Number.NEGATIVE_INFINITY);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const say = useCallback(
    (on: boolean) => {
      api.conversations.signal({ conversationId, what: 'typing', on }).catch(() => undefined);
    },
    [api, conversationId],
  );
  const stop = useCallback(() => {
    clearTimeout(timer.current);
    if (saidAt.current === Number.NEGATIVE_INFINITY) return;
    saidAt.current = Number.NEGATIVE_INFINITY;
    say(false);
  }, [say]);
  useEffect(() => stop, [stop]);
  return useCallback(
    (isWriting: boolean) => {
      if (!isWriting) return stop();
      clearTimeout(timer.current);
      timer.current = setTimeout(stop, STILL_MS);
      if (performance.now() - saidAt.current < REPEAT_MS) return;
      saidAt.current = performance.now();
      say(true);
    },
    [say, stop],
  );
}
