/**
 * Short news: done, undo, failed. At most three at a time; they never take the focus and can be reached by F6. What must
 * be acted on does not live here: it stands on the row and in the outbox. Drawn by `notice-region.tsx`.
 */
import { UNSTABLE_ToastQueue as ToastQueue } from 'react-aria-components';

export type Notice = {
  tone: 'done' | 'failed';
  title: string;
  detail?: string | undefined;
  /** `isUndo` puts the undo key on it. */
  action?: { label: string; onAction: () => void; isUndo?: boolean } | undefined;
};

/** Long enough to read two lines; a failure stays until it is closed. */
const SHOWN_MS = 6000;
/** An undo is offered longer than it is read: the doubt comes after. */
const UNDO_MS = 10_000;

export const notices = new ToastQueue<Notice>({ maxVisibleToasts: 3 });

/** Tells the agent something. Returns the way to take it back. */
export function notify(notice: Notice): () => void {
  const timeout = notice.action?.isUndo === true ? UNDO_MS : SHOWN_MS;
  const key = notices.add(notice, notice.tone === 'failed' ? {} : { timeout });
  return () => notices.close(key);
}
