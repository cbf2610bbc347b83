/** The tags of a conversation: each can be taken away, a new one typed. Only the difference is ordered. */
import { Plus, X } from 'lucide-react';
import { useRef } from 'react';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { useOrder } from '../console/use-order.ts';
import { Button, IconButton } from '../design/button.tsx';
import { TextField, type TextHandle } from '../design/fields.tsx';
import { isCommittingEnter } from '../design/ime.ts';
import { Popover } from '../design/overlays.tsx';
import { useText } from '../i18n/text.ts';

const LONGEST_TAG = 30;

/** See the file's head. */
export function TagBar({ conversationId, tags }: { conversationId: ConversationId; tags: readonly string[] }) {
  const t = useText();
  const order = useOrder();
  return (
    <span className="flex min-w-0 items-center gap-1" role="group" aria-label={t('tags.label')}>
      {tags.map((tag) => (
        <span
          key={tag}
          className="edge-forced inline-flex h-5 items-center rounded-sm bg-chip pl-1.5 text-12 text-ink2"
        >
          {tag}
          <button
            type="button"
            aria-label={t('tags.remove', { tag })}
            className="grid size-6 place-items-center rounded-sm hover:bg-hover"
            onClick={() => void order((api) => api.conversations.tag({ conversationId, add: [], remove: [tag] }))}
          >
            <X size={12} aria-hidden />
          </button>
        </span>
      ))}
      <Popover
        label={t('tags.add')}
        width="15rem"
        placement="bottom start"
        trigger={<IconButton icon={Plus} size="tiny" iconSize={13} label={t('tags.add')} />}
      >
        {(close) => (
          <NewTag
            onAdd={(tag) => {
              close();
              void order((api) => api.conversations.tag({ conversationId, add: [tag], remove: [] }));
            }}
          />
        )}
      </Popover>
    </span>
  );
}

function NewTag({ onAdd }: { onAdd: (tag: string) => void }) {
  const t = useText();
  const field = useRef<TextHandle>(null);
  const add = (): void => {
    const tag = (field.current?.text() ?? '').trim().slice(0, LONGEST_TAG);
    if (tag !== '') onAdd(tag);
  };
  return (
    <div
      className="flex items-end gap-2 p-3"
      onKeyDown={(event) => {
        if (!isCommittingEnter(event)) return;
        event.preventDefault();
        add();
      }}
    >
      <div className="flex-1">
        <TextField label={t('tags.name')} inputRef={field} />
      </div>
      <Button size="normal" onPress={add}>
        {t('tags.put')}
      </Button>
    </div>
  );
}
