/** What this agent was writing when the conversation left the device: the words are theirs, to read, copy or throw away. */
import { Copy, FileText, Trash2 } from 'lucide-react';
import type { ConsoleApi } from '../../shared/console-api.ts';
import { useOrder } from '../console/use-order.ts';
import { IconButton } from '../design/button.tsx';
import { useText } from '../i18n/text.ts';

type Left = Awaited<ReturnType<ConsoleApi['drafts']['left']>>['drafts'];

/** See the file's head. */
export function LeftDrafts({ drafts }: { drafts: Left }) {
  const t = useText();
  const order = useOrder();
  return (
    <section aria-label={t('draft.left')} className="border-t border-line bg-amber-tint px-4 py-2">
      <h3 className="text-13 font-bold text-amber">{t('draft.left')}</h3>
      <p className="text-12 text-ink2">{t('draft.leftMore')}</p>
      <ul>
        {drafts.map(({ conversationId, what, text, customerName, conversationNumber }) => (
          <li key={`${conversationId} ${what}`} className="mt-1.5 flex items-start gap-2 text-13">
            <FileText size={16} aria-hidden className="mt-0.5 shrink-0 text-ink3" />
            <div className="min-w-0 flex-1">
              <p className="truncate text-12 text-ink3">
                {[customerName, conversationNumber === null ? null : `#${conversationNumber}`]
                  .filter(Boolean)
                  .join(' ')}
              </p>
              <p className="message-text line-clamp-3">{text}</p>
            </div>
            <IconButton
              size="tiny"
              iconSize={14}
              icon={Copy}
              label={t('draft.copy')}
              onPress={() => void navigator.clipboard.writeText(text).catch(() => undefined)}
            />
            <IconButton
              size="tiny"
              iconSize={14}
              icon={Trash2}
              label={t('draft.discard')}
              onPress={() => void order((api) => api.drafts.save({ conversationId, what, text: '', mail: null }))}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
