/**
 * Templates, approved answers and articles for the text that is being written: searched, read as they would stand there, and put in
 * where the caret is. By keys alone; without a line too.
 */
import { BookText, SearchX } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { KnowledgeItem } from '../../shared/console-knowledge.ts';
import type { ConversationDetail } from '../../shared/console-shapes.ts';
import { type KnowledgeKind, knowledgeKinds } from '../../shared/domain/knowledge.ts';
import { fillPlaceholders, openPlaceholders } from '../../shared/domain/placeholders.ts';
import { codeOf } from '../console/words-for-refusal.ts';
import { useQuery } from '../console/use-query.ts';
import { Button } from '../design/button.tsx';
import { Chip } from '../design/chip.tsx';
import { isCommittingEnter, isImeKey } from '../design/ime.ts';
import { MarkedText } from '../design/marked-text.tsx';
import { Dialog } from '../design/overlays.tsx';
import { EmptyState, ErrorState } from '../design/states.tsx';
import { Tabs } from '../design/tabs.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { usePlaceholderValues } from './use-placeholder-values.ts';

const LIMIT = 50;
const PAUSE_MS = 90;
const TABS = ['all', ...knowledgeKinds] as const;

type Props = {
  detail: ConversationDetail;
  /** A note is not for the customer: what is for another channel may be quoted there. */
  isNote: boolean;
  onPick: (text: string) => void;
  onClose: () => void;
};

/** See the file's head. */
export function KnowledgePicker({ detail, isNote, onPick, onClose }: Props) {
  const t = useText();
  const values = usePlaceholderValues(detail);
  const list = useRef<HTMLDivElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text, setText] = useState('');
  const [tab, setTab] = useState<'all' | KnowledgeKind>('all');
  const [cursor, setCursor] = useState(0);
  const answer = useQuery(
    'knowledge.list',
    {
      text,
      kinds: tab === 'all' ? [] : [tab],
      use: { channel: isNote ? null : detail.conversation.channel },
      limit: LIMIT,
    },
    { keepPrevious: true },
  );
  const items = answer.data?.items ?? [];
  const at = Math.min(cursor, Math.max(0, items.length - 1));
  const active = items[at];
  const filled = (item: KnowledgeItem): string => fillPlaceholders(item.item.body, values);

  const onInput = (now: string): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setText(now.trim().slice(0, 200));
      setCursor(0);
    }, PAUSE_MS);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isImeKey(event)) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const to = Math.max(0, Math.min(items.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)));
      setCursor(to);
      list.current?.querySelector(`[data-item="${to}"]`)?.scrollIntoView({ block: 'nearest' });
    } else if (isCommittingEnter(event) && active !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      onPick(filled(active));
    }
  };

  return (
    <Dialog
      title={t('knowledge.title')}
      isOpen
      onClose={onClose}
      width="52rem"
      footer={
        <Button
          kind="solid"
          size="normal"
          keys="Enter"
          isDisabled={active === undefined}
          onPress={() => active !== undefined && onPick(filled(active))}
        >
          {t('knowledge.insert')}
        </Button>
      }
    >
      <input
        // The dialog gives the focus to the first field that asks for it.
        autoFocus
        role="combobox"
        aria-expanded={items.length > 0}
        aria-controls="knowledge-items"
        aria-label={t('knowledge.search')}
        {...(active === undefined ? {} : { 'aria-activedescendant': `knowledge-${active.item.id}` })}
        placeholder={t('knowledge.search')}
        spellCheck={false}
        autoComplete="off"
        maxLength={200}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        className="h-8 w-full rounded-md border border-strong bg-surface px-2.5 text-13 text-ink placeholder:text-ink3"
      />
      <div className="py-2">
        <Tabs
          label={t('knowledge.kinds')}
          look="box"
          controls="knowledge-items"
          chosen={tab}
          onChoose={(next) => {
            setTab(next);
            setCursor(0);
          }}
          tabs={TABS.map((id) => ({ id, label: t(`knowledge.kind.${id}`) }))}
        />
      </div>
      <div className="grid h-80 grid-cols-[minmax(0,2fr)_minmax(0,3fr)] overflow-hidden rounded-lg border border-line">
        <div ref={list} className="scroll-thin overflow-y-auto border-r border-line">
          {answer.isError && answer.data === undefined ? (
            <ErrorState
              title={t('knowledge.failed')}
              code={codeOf(answer.error)}
              onRetry={() => void answer.refetch()}
            />
          ) : answer.data === undefined ? null : items.length === 0 ? (
            <EmptyState
              icon={text === '' ? BookText : SearchX}
              title={text === '' ? t('knowledge.empty') : t('search.none', { text })}
            >
              {t(text === '' ? 'knowledge.emptyMore' : 'knowledge.noneMore')}
            </EmptyState>
          ) : null}
          <div id="knowledge-items" role="listbox" aria-label={t('knowledge.items')} hidden={items.length === 0}>
            {items.map((found, i) => (
              <div
                key={found.item.id}
                id={`knowledge-${found.item.id}`}
                data-item={i}
                role="option"
                aria-selected={i === at}
                onClick={() => setCursor(i)}
                onDoubleClick={() => onPick(filled(found))}
                className={`border-b border-line/70 px-3 py-1.5 ${i === at ? 'bg-selected outline-2 -outline-offset-2 outline-focus' : 'hover:bg-hover'}`}
              >
                <span className="flex items-center gap-2">
                  <span className="min-w-0 flex-1 truncate text-14 font-medium">
                    <MarkedText marked={found.title} />
                  </span>
                  <Chip>{t(`knowledge.kind.${found.item.kind}`)}</Chip>
                </span>
                <span className="line-clamp-2 text-12 text-ink3">
                  <MarkedText marked={found.snippet} />
                </span>
              </div>
            ))}
          </div>
        </div>
        {active === undefined ? <div /> : <Preview key={active.item.id} item={active} text={filled(active)} />}
      </div>
    </Dialog>
  );
}

function Preview({ item: { item }, text }: { item: KnowledgeItem; text: string }) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const open = openPlaceholders(text);
  const signs: string[] = [
    ...item.tags,
    ...(item.expiresAt === null ? [] : [t('knowledge.until', { day: format.day(item.expiresAt, now) })]),
    t('knowledge.changed', { day: format.shortDay(item.changedAt, now), name: item.changedByName }),
  ];
  return (
    <section
      aria-label={t('knowledge.preview')}
      tabIndex={0}
      className="scroll-thin overflow-y-auto bg-subtle px-3.5 py-2.5 outline-offset-[-2px]"
    >
      <h3 className="text-14 font-bold">{item.title}</h3>
      <p className="num pb-2 text-12 text-ink3">{signs.join(' · ')}</p>
      {open.length > 0 && (
        <p className="pb-2 text-12 text-amber">{t('knowledge.willBeOpen', { names: open.join('、') })}</p>
      )}
      <p className="message-text text-14 whitespace-pre-wrap">{text}</p>
    </section>
  );
}
