/** Writes an internal note anew, in its place in the thread. What stood there when the editing began travels along. */
import { Check } from 'lucide-react';
import { useRef } from 'react';
import type { MessageRow } from '../../shared/domain/rows.ts';
import { useOrder } from '../console/use-order.ts';
import { Button } from '../design/button.tsx';
import { TextArea, type TextHandle } from '../design/fields.tsx';
import { firstKey } from '../design/hotkey-table.ts';
import { isCommittingEnter } from '../design/ime.ts';
import { useText } from '../i18n/text.ts';

/** `onDone`: saved or left. */
export function EditNote({ message, onDone }: { message: MessageRow; onDone: () => void }) {
  const t = useText();
  const order = useOrder();
  const field = useRef<TextHandle>(null);
  const seenText = useRef(message.text).current;
  const save = async (): Promise<void> => {
    const text = (field.current?.text() ?? '').trim();
    if (text === '' || text === seenText) return onDone();
    if ((await order((api) => api.notes.edit({ messageId: message.id, text, seenText }))) !== null) onDone();
  };
  return (
    <div
      className="w-[26rem] max-w-full"
      onKeyDown={(event) => {
        if (event.key === 'Escape') return onDone();
        if (!isCommittingEnter(event) || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        void save();
      }}
    >
      <TextArea
        label={t('note.edit')}
        initial={seenText}
        minLines={2}
        maxLines={10}
        areaRef={field}
        onText={() => undefined}
        placeholder={t('composer.notePlaceholder')}
      />
      <div className="mt-1.5 flex justify-end gap-1.5">
        <Button kind="quiet" onPress={onDone}>
          {t('note.leave')}
        </Button>
        <Button kind="amber" icon={Check} keys={firstKey('send')} onPress={() => void save()}>
          {t('note.save')}
        </Button>
      </div>
    </div>
  );
}
