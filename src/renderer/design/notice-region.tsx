/** Draws the notices of `notices.tsx` at the bottom right. Stands once, in the window; fetched after the first paint. */
import { CircleCheck, type LucideIcon, TriangleAlert, X } from 'lucide-react';
import {
  Button as AriaButton,
  Text as AriaText,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import { useText } from '../i18n/text.ts';
import { firstKey } from './hotkey-table.ts';
import { KeyCap } from './key-cap.tsx';
import { type Notice, notices } from './notices.ts';
import { useHotkeys } from './use-hotkeys.ts';

const SIGNS: Record<Notice['tone'], [LucideIcon, string]> = {
  done: [CircleCheck, 'text-green'],
  failed: [TriangleAlert, 'text-red'],
};

type Shown = (typeof notices.visibleToasts)[number];

/** See the file's head. */
export function NoticeRegion() {
  const t = useText();
  useHotkeys({
    undo() {
      const last = notices.visibleToasts.find((toast) => toast.content.action?.isUndo === true);
      if (last === undefined) return false;
      last.content.action?.onAction();
      notices.close(last.key);
      return true;
    },
  });
  return (
    // As wide as the karte that they cover; where that is a strip they hang from the top: the send button stays free.
    <ToastRegion
      queue={notices}
      aria-label={t('notices.label')}
      data-notices
      className="fixed right-2 bottom-2 z-50 flex w-[19.25rem] max-w-[calc(100vw-1rem)] flex-col gap-2 outline-none compact:w-[16.5rem] narrow:top-26 narrow:bottom-auto narrow:w-[19.25rem]"
    >
      {({ toast }) => <NoticeCard toast={toast} />}
    </ToastRegion>
  );
}

function NoticeCard({ toast }: { toast: Shown }) {
  const t = useText();
  const { tone, title, detail, action } = toast.content;
  const [Icon, colour] = SIGNS[tone];
  return (
    <Toast
      toast={toast}
      className="fade-in edge-forced flex items-center gap-2.5 rounded-lg bg-raised px-3 py-2.5 shadow-2"
    >
      <Icon size={18} aria-hidden className={`shrink-0 ${colour}`} />
      <ToastContent className="min-w-0 flex-1">
        <AriaText slot="title" className="block text-13 font-bold">
          {title}
        </AriaText>
        {detail !== undefined && (
          <AriaText slot="description" className="block text-12 text-ink2">
            {detail}
          </AriaText>
        )}
      </ToastContent>
      {action !== undefined && (
        <AriaButton
          onPress={() => {
            action.onAction();
            notices.close(toast.key);
          }}
          className="flex min-h-6 shrink-0 items-center gap-1.5 rounded-sm text-13 font-bold text-accent"
        >
          {action.label}
          {action.isUndo === true && <KeyCap keys={firstKey('undo')} />}
        </AriaButton>
      )}
      <AriaButton
        slot="close"
        aria-label={t('action.close')}
        className="-mr-2 grid size-6 shrink-0 place-items-center rounded-sm text-ink3 data-[hovered]:bg-hover"
      >
        <X size={14} aria-hidden />
      </AriaButton>
    </Toast>
  );
}
