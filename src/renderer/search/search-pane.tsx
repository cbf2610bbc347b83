/**
 * Search over customers, subjects and messages, in the place of the list: it stays open beside the conversation that is
 * opened from it. Typed, walked through and left with the keys alone; it reads only the local index.
 */
import { Search, SearchX, X } from 'lucide-react';
import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { SearchCounts } from '../../shared/console-shapes.ts';
import type { ConversationId, CustomerId, MessageId } from '../../shared/domain/ids.ts';
import { useQuery } from '../console/use-query.ts';
import { codeOf } from '../console/words-for-refusal.ts';
import { Button, IconButton } from '../design/button.tsx';
import { isCommittingEnter, isImeKey } from '../design/ime.ts';
import { EmptyState, ErrorState } from '../design/states.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { type Text, useText } from '../i18n/text.ts';
import { HitRow } from './hit-row.tsx';
import { type Hit, hitsOf } from './search-hits.ts';

export type SearchHandle = { focus(): void };
type Props = {
  handle: Ref<SearchHandle>;
  onOpenCustomer: (customerId: CustomerId) => void;
  onOpenConversation: (conversationId: ConversationId, customerId: CustomerId) => void;
  onOpenMessage: (messageId: MessageId, conversationId: ConversationId, customerId: CustomerId) => void;
  onLeave: () => void;
};

const FIRST_LIMIT = 30;
const MORE_LIMIT = 200;
/** A pause between two keys; short enough to feel immediate, long enough to skip half-typed words. */
const PAUSE_MS = 90;

/** See the file's head. */
export function SearchPane({ handle, onOpenCustomer, onOpenConversation, onOpenMessage, onLeave }: Props) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text, setText] = useState('');
  const [limit, setLimit] = useState(FIRST_LIMIT);
  const [cursor, setCursor] = useState(0);
  const [openedId, setOpenedId] = useState<string | null>(null);
  const answer = useQuery(
    'search.all',
    { text: text === '' ? ' ' : text, limit },
    { enabled: text !== '', keepPrevious: true },
  );
  const counts = useQuery('search.counts', { text: text === '' ? ' ' : text }, { enabled: text !== '' }).data;
  const result = text === '' ? undefined : answer.data;
  const hits = result === undefined ? [] : hitsOf(result);

  useImperativeHandle(handle, () => ({
    focus() {
      field.current?.focus();
      field.current?.select();
    },
  }));
  useEffect(() => {
    field.current?.focus();
    return () => clearTimeout(timer.current);
  }, []);

  const typed = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setText((field.current?.value ?? '').trim().slice(0, 200));
      setLimit(FIRST_LIMIT);
      setCursor(0);
    }, PAUSE_MS);
  };
  const open = (hit: Hit): void => {
    setOpenedId(hit.id);
    if (hit.kind === 'customer') onOpenCustomer(hit.hit.customerId);
    else if (hit.kind === 'order') onOpenCustomer(hit.hit.customerId);
    else if (hit.kind !== 'message') onOpenConversation(hit.hit.conversationId, hit.hit.customerId);
    else onOpenMessage(hit.hit.messageId, hit.hit.conversationId, hit.hit.customerId);
  };
  const moveTo = (index: number): void => {
    const to = Math.max(0, Math.min(hits.length - 1, index));
    setCursor(to);
    list.current?.querySelector(`[data-hit="${to}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isImeKey(event)) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      moveTo(cursor + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (isCommittingEnter(event)) {
      event.preventDefault();
      const hit = hits[cursor];
      if (hit !== undefined) open(hit);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      onLeave();
    }
  };

  const active = hits[cursor];
  return (
    <section aria-label={t('search.pane')} className="flex h-full min-w-0 flex-col bg-surface">
      <div className="flex h-12 shrink-0 items-center gap-1 pr-2 pl-3">
        <div className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md border border-strong px-2.5 focus-within:border-focus focus-within:ring-1 focus-within:ring-focus">
          <Search size={15} aria-hidden className="shrink-0 text-ink3" />
          <input
            ref={field}
            data-pane-focus="list"
            role="combobox"
            aria-expanded={hits.length > 0}
            aria-controls="search-hits"
            aria-label={t('search.field')}
            {...(active === undefined ? {} : { 'aria-activedescendant': active.id })}
            placeholder={t('search.field')}
            spellCheck={false}
            autoComplete="off"
            maxLength={200}
            onInput={typed}
            onKeyDown={onKeyDown}
            className="min-w-0 flex-1 bg-transparent text-13 outline-none placeholder:text-ink3"
          />
        </div>
        <IconButton icon={X} label={t('search.leave')} onPress={onLeave} />
      </div>
      <div role="status" className="sr-only">
        {counts === undefined ? '' : countWords(counts, t)}
      </div>
      <div ref={list} className="scroll-thin min-h-0 flex-1 overflow-y-auto border-t border-line">
        {text === '' ? (
          <EmptyState icon={Search} title={t('search.begin')}>
            {t('search.beginMore')}
          </EmptyState>
        ) : answer.isError && result === undefined ? (
          <ErrorState title={t('search.failed')} code={codeOf(answer.error)} onRetry={() => void answer.refetch()} />
        ) : result === undefined ? null : hits.length === 0 ? (
          <EmptyState icon={SearchX} title={t('search.none', { text })}>
            {result.unindexed > 0
              ? t('search.unindexed', { count: format.number(result.unindexed) })
              : t('search.noneMore')}
          </EmptyState>
        ) : (
          <div id="search-hits" role="listbox" aria-label={t('search.hits')}>
            {hits.map((hit, i) => (
              <div key={hit.id} role="presentation">
                {hits[i - 1]?.kind !== hit.kind && <Head kind={hit.kind} counts={counts} />}
                <div
                  id={hit.id}
                  data-hit={i}
                  role="option"
                  aria-selected={i === cursor}
                  onClick={() => open(hit)}
                  onPointerMove={() => i !== cursor && setCursor(i)}
                >
                  <HitRow hit={hit} isActive={i === cursor} isOpen={hit.id === openedId} />
                </div>
              </div>
            ))}
          </div>
        )}
        {result !== undefined && limit < MORE_LIMIT && result.more.length > 0 && (
          <div className="flex justify-center py-3">
            <Button onPress={() => setLimit(MORE_LIMIT)}>{t('search.more')}</Button>
          </div>
        )}
        {result !== undefined && result.missingUpto !== null && (
          <p className="num px-3.5 py-2 text-12 text-ink3">
            {t('search.missing', { day: format.shortDay(result.missingUpto, now) })}
          </p>
        )}
        {result !== undefined && hits.length > 0 && result.unindexed > 0 && (
          <p className="num px-3.5 py-2 text-12 text-ink3">
            {t('search.unindexed', { count: format.number(result.unindexed) })}
          </p>
        )}
      </div>
    </section>
  );
}

function countOf(counts: SearchCounts, kind: Hit['kind']): number {
  return (counts.kind[kind] ?? 0) + (kind === 'message' ? (counts.kind.note ?? 0) : 0);
}

function countWords(counts: SearchCounts, t: Text): string {
  return t('search.counts', {
    customers: countOf(counts, 'customer'),
    conversations: countOf(counts, 'conversation'),
    messages: countOf(counts, 'message'),
  });
}

function Head({ kind, counts }: { kind: Hit['kind']; counts: SearchCounts | undefined }) {
  const t = useText();
  const format = useFormat();
  return (
    <div
      role="presentation"
      className="sticky top-0 z-10 flex h-7 items-center gap-1.5 border-b border-line/70 bg-subtle px-3.5 text-12 font-bold text-ink2"
    >
      {t(`search.head.${kind}`)}
      <span className="num font-normal text-ink3">
        {counts === undefined ? '…' : format.number(countOf(counts, kind))}
      </span>
    </div>
  );
}
