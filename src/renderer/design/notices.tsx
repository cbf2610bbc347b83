/**
 * Short news at the bottom right: done, undo, failed. At most three at a time; they never take the focus and can be
 * reached by F6. What must be acted on does not live here: it stands on the row and in the outbox.
 */
import { CircleCheck, type LucideIcon, TriangleAlert, X } from 'lucide-react';
import { Button as AriaButton, Text as AriaText, UNSTABLE_Toast as Toast, UNSTABLE_ToastContent as ToastContent, UNSTABLE_ToastQueue as ToastQueue, UNSTABLE_ToastRegion as ToastRegion } from 'react-aria-components';
import { useText } from '../i18n/text.ts';
import { firstKey } from './hotkey-table.ts';
import { KeyCap } from './key-cap.tsx';
import { useHotkeys } from './use-hotkeys.ts';

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

const queue = new ToastQueue<Notice>({ maxVisibleToasts: 3 });

/** Tells the agent something. Returns the way to take it back. */
export function notify(notice: Notice): () => void {
  const key = queue.add(notice, notice.tone === 'failed' ? {} : { timeout: notice.action?.isUndo === true ? UNDO_MS : SHOWN_MS });
  return () => queue.close(key);
}

const SIGNS: Record<Notice['tone'], [LucideIcon, string]> = {
  done: [CircleCheck, 'text-green'],
  failed: [TriangleAlert, 'text-red'],
};

/** The region itself: stands once, in the screen. */
export function NoticeRegion() {
  const t = useText();
  useHotkeys({
    undo() {
      const last = queue.visibleToasts.find((toast) => toast.content.action?.isUndo === true);
      if (last === undefined) return false;
      last.content.action?.onAction();
      queue.close(last.key);
      return true;
    },
  });
  return (
    <ToastRegion queue={queue} aria-label={t('notices.label')} className="fixed right-4 bottom-4 z-50 flex w-[23rem] max-w-[calc(100vw-2rem)] flex-col gap-2 outline-none">
      {({ toast }) => <NoticeCard toast={toast} />}
    </ToastRegion>
  );
}

function NoticeCard({ toast }: { toast: (typeof queue.visibleToasts)[number] }) {
  const t = useText();
  const { tone, title, detail, action } = toast.content;
  const [Icon, colour] = SIGNS[tone];
  return (
    <Toast toast={toast} className="fade-in edge-forced flex items-center gap-3 rounded-lg bg-raised px-4 py-2.5 shadow-2">
      <Icon size={18} aria-hidden className={`shrink-0 ${colour}`} />
      <ToastContent className="min-w-0 flex-1">
        <AriaText slot="title" className="block text-13 font-bold">
          {title}
        </AriaText>
        {detail !== undefined && (
          <AriaText slot="description" className="block truncate text-12 text-ink2">
            {detail}
          </AriaText>
        )}
      </ToastContent>
      {action !== undefined && (
        <AriaButton
          onPress={() => {
            action.onAction();
            queue.close(toast.key);
          }}
          className="flex min-h-6 shrink-0 items-center gap-1.5 rounded-sm text-13 font-bold text-accent"
        >
          {action.label}
          {action.isUndo === true && <KeyCap keys={firstKey('undo')} />}
        </AriaButton>
      )}
      <AriaButton slot="close" aria-label={t('action.close')} className="-mr-2 grid size-6 shrink-0 place-items-center rounded-sm text-ink3 data-[hovered]:bg-hover">
        <X size={14} aria-hidden />
      </AriaButton>
    </Toast>
  );
}
