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

/** A pause of the hand after which is saved, in ms; the core syncs every save to disk. */
export const PAUSE_MS = 400;
/** A hand that never pauses is saved all the same: with the way to the disk a crash costs less than a second of typing. */
const LONGEST_MS = 600;

type What = 'reply' | 'note';
type Mail = Partial<MailTarget> | null;

/** The draft of another device that a field was opened with: the first save says that it goes on here. */
export type Continues = Readonly<Partial<Record<What, { draftId: string; revision: number }>>>;

export type DraftSaver = {
  /** Called at every change; saves after a pause. */
  changed(what: What, text: string, mail: Mail): void;
  /** Saves what waits, now. Resolves when it is on disk. */
  flush(): Promise<void>;
  /** Drops what waits: the text has been sent. */
  forget(what: What): void;
};

/** See the file's head. A new saver for each conversation; the old one is flushed. */
export function useDraft(conversationId: ConversationId, continues: Continues): DraftSaver {
  const api = useConsole();
  const waiting = useRef(new Map<What, { text: string; mail: Mail }>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const unsavedSince = useRef<number | null>(null);
  const warned = useRef(false);

  const flush = useCallback(async () => {
    clearTimeout(timer.current);
    unsavedSince.current = null;
    const unsaved = [...waiting.current];
    waiting.current.clear();
    for (const [what, { text, mail }] of unsaved) {
      try {
        const from = continues[what];
        await api.drafts.save({ conversationId, what, text, mail, ...(from === undefined ? {} : { continues: from }) });
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
  }, [api, conversationId, continues]);

  const changed = useCallback(
    (what: What, text: string, mail: Mail) => {
      waiting.current.set(what, { text, mail });
      clearTimeout(timer.current);
      unsavedSince.current ??= performance.now();
      const left = LONGEST_MS - (performance.now() - unsavedSince.current);
      timer.current = setTimeout(() => void flush(), Math.max(0, Math.min(PAUSE_MS, left)));
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
