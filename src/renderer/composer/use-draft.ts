/**
 * The draft of one conversation: read once when it is opened, saved at every pause of the hand and whenever the
 * conversation is left. The typing window owns it; nothing is ever written back into a field from here.
 */
import { useCallback, useEffect, useRef } from 'react';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { useConsole } from '../console/console-context.tsx';
import { notify } from '../design/notices.ts';
import { textNow } from '../i18n/text.ts';
import type { MailTarget } from './mail-target.ts';

/** A pause of the hand. A crash costs at most this much typing; the core syncs every save to disk. */
export const PAUSE_MS = 400;

type What = 'reply' | 'note';
type Mail = Partial<MailTarget> | null;

export type DraftSaver = {
  /** Called at every change; saves after a pause. */
  changed(what: What, text: string, mail: Mail): void;
  /** Saves what waits, now. Resolves when it is on disk. */
  flush(): Promise<void>;
  /** Drops what waits: the text has been sent. */
  forget(what: What): void;
};

/** See the file's head. A new saver for each conversation; the old one is flushed. */
export function useDraft(conversationId: ConversationId): DraftSaver {
  const api = useConsole();
  const waiting = useRef(new Map<What, { text: string; mail: Mail }>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const warned = useRef(false);

  const flush = useCallback(async () => {
    clearTimeout(timer.current);
    const unsaved = [...waiting.current];
    waiting.current.clear();
    for (const [what, { text, mail }] of unsaved) {
      try {
        await api.drafts.save({ conversationId, what, text, mail });
        warned.current = false;
      } catch {
        // The text is still in the field; it is saved with the next change. Say so once, not at every key.
        if (!waiting.current.has(what)) waiting.current.set(what, { text, mail });
        if (!warned.current)
          notify({
            tone: 'failed',
            title: textNow()('composer.draftNotSaved'),
            detail: textNow()('composer.draftNotSavedMore'),
          });
        warned.current = true;
      }
    }
  }, [api, conversationId]);

  const changed = useCallback(
    (what: What, text: string, mail: Mail) => {
      waiting.current.set(what, { text, mail });
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), PAUSE_MS);
    },
    [flush],
  );
  const forget = useCallback((what: What) => {
    waiting.current.delete(what);
  }, []);

  useEffect(() => {
    const save = (): void => void flush();
    window.addEventListener('pagehide', save);
    window.addEventListener('blur', save);
    return () => {
      window.removeEventListener('pagehide', save);
      window.removeEventListener('blur', save);
      save();
    };
  }, [flush]);
  return { changed, flush, forget };
}
