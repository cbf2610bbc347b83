/**
 * Search over customers, subjects, calls, orders and messages, in the place of the list: it stays open beside the
 * conversation that is opened from it. Typed, narrowed, walked through and left with the keys alone; it reads only what is
 * on this device.
 */
import { Search, X } from 'lucide-react';
import { type KeyboardEvent, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { AgentId, ConversationId, CustomerId, MessageId } from '../../shared/domain/ids.ts';
import { noSearchFilter, type SearchFilter } from '../../shared/domain/search-filter.ts';
import { useQuery } from '../console/use-query.ts';
import { IconButton } from '../design/button.tsx';
import { afterComposition, isCommittingEnter, isImeKey } from '../design/ime.ts';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { FilterChips } from './filter-chips.tsx';
import { isPartOn, partOff } from './filter-words.ts';
import { type FilterPart, readTyped, withoutPart } from './read-typed.ts';
import { type Hit, hitsOf } from './search-hits.ts';
import { SearchResults } from './search-results.tsx';
import { UnsettledLine } from './typed-hints.tsx';

export type SearchHandle = { focus(): void };
type Props = {
  handle: Ref<SearchHandle>;
  me: AgentId;
  /** The customer on screen. */
  customerId: CustomerId | null;
  onOpenCustomer: (customerId: CustomerId) => void;
  onOpenConversation: (conversationId: ConversationId, customerId: CustomerId) => void;
  onOpenMessage: (messageId: MessageId, conversationId: ConversationId, customerId: CustomerId) => void;
  onLeave: () => void;
};

const FIRST_LIMIT = 30;
const MORE_LIMIT = 200;
/** A pause between two keys; short enough to feel immediate, long enough to skip half-typed words. */
const PAUSE_MS = 90;
/** What the core takes, and room for operators beside it. */
const LONGEST = { words: 200, typed: 400 } as const;
const PARTS = ['kind', 'channel', 'state', 'agentId', 'time'] as const satisfies readonly FilterPart[];

/** See the file's head. */
export function SearchPane(props: Props) {
  const { handle, me, customerId, onOpenCustomer, onOpenConversation, onOpenMessage, onLeave } = props;
  const t = useText();
  const { zone } = useFormat();
  const now = useMinute();
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<SearchFilter>(noSearchFilter);
  const [limit, setLimit] = useState(FIRST_LIMIT);
  const [cursor, setCursor] = useState(0);
  const [openedId, setOpenedId] = useState<string | null>(null);
  const people = useQuery('settings.get', {}).data?.agents ?? [];
  const typed = readTyped(text, { people, me, now, zone });
  const words = typed.words.slice(0, LONGEST.words);
  const filter: SearchFilter = { ...chosen, ...typed.filter };
  // The chip stays with the customer who was chosen, whoever is opened meanwhile.
  const narrowTo = filter.customerId ?? customerId;
  const sheet = useQuery('customers.sheet', { customerId: narrowTo ?? '' }, { enabled: narrowTo !== null }).data;
  const asked = { text: words === '' ? ' ' : words, filter };
  const isAsking = words !== '';
  const answer = useQuery('search.all', { ...asked, limit }, { enabled: isAsking, keepPrevious: true });
  const counted = useQuery('search.counts', asked, { enabled: isAsking }).data;
  const counts = isAsking ? counted : undefined;
  const result = isAsking ? answer.data : undefined;
  const hits = result === undefined ? [] : hitsOf(result);
  const at = Math.min(cursor, Math.max(0, hits.length - 1));
  const active = hits[at];

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

  const fromTheTop = (): void => {
    setLimit(FIRST_LIMIT);
    setCursor(0);
  };
  const take = (): void => {
    clearTimeout(timer.current);
    setText((field.current?.value ?? '').trim());
    fromTheTop();
  };
  const onInput = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(take, PAUSE_MS);
  };
  /** Only on a press of the agent's own, never while they type. */
  const write = (make: (now: string) => string): void =>
    afterComposition(() => {
      if (field.current !== null) field.current.value = make(field.current.value);
      take();
    });
  const goOnTyping = (): void =>
    afterComposition(() => {
      const input = field.current;
      input?.focus();
      input?.setSelectionRange(input.value.length, input.value.length);
    });
  /** What was typed for the same part would stand over the choice, so it leaves the field. */
  const choose = (part: FilterPart, choice: Partial<SearchFilter>): void => {
    setChosen((before) => ({ ...before, ...choice }));
    write((before) => {
      const rest = withoutPart(before, part);
      return rest === '' ? '' : `${rest} `;
    });
  };
  const settle = (part: FilterPart, choice: Partial<SearchFilter>): void => {
    choose(part, choice);
    goOnTyping();
  };
  const narrowToCustomer = (id: CustomerId | null): void => {
    setChosen((before) => ({ ...before, customerId: id }));
    fromTheTop();
  };
  const clear = (): void => {
    setChosen(noSearchFilter);
    write(() => (words === '' ? '' : `${typed.words} `));
    goOnTyping();
  };
  const open = (hit: Hit): void => {
    setOpenedId(hit.id);
    if (hit.kind === 'customer' || hit.kind === 'order') onOpenCustomer(hit.hit.customerId);
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
      moveTo(at + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (isCommittingEnter(event)) {
      event.preventDefault();
      if (active !== undefined) open(active);
    } else if (event.key === 'Backspace' && field.current?.value === '') {
      const last = PARTS.findLast((part) => isPartOn(chosen, part));
      if (filter.customerId !== null) narrowToCustomer(null);
      else if (last !== undefined) setChosen((before) => ({ ...before, ...partOff(last) }));
    } else if (event.key === 'Escape') {
      event.preventDefault();
      onLeave();
    }
  };

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
            maxLength={LONGEST.typed}
            onInput={onInput}
            onKeyDown={onKeyDown}
            className="min-w-0 flex-1 bg-transparent text-13 outline-none placeholder:text-ink3"
          />
        </div>
        <IconButton icon={X} label={t('search.leave')} onPress={onLeave} />
      </div>
      {typed.unsettled.map((one) => (
        <UnsettledLine key={one.operator + one.value} unsettled={one} people={people} onChoose={settle} />
      ))}
      <FilterChips
        filter={filter}
        counts={counts}
        people={people}
        me={me}
        customer={sheet === undefined || narrowTo === null ? null : { id: narrowTo, name: sheet.customer.displayName }}
        onChoose={choose}
        onOff={(part) => settle(part, partOff(part))}
        onCustomer={narrowToCustomer}
      />
      <SearchResults
        listRef={list}
        words={words}
        isNarrowed={filter.customerId !== null || PARTS.some((part) => isPartOn(filter, part))}
        kind={filter.kind}
        result={result}
        counts={counts}
        error={isAsking && answer.isError ? answer.error : null}
        hits={hits}
        cursor={at}
        openedId={openedId}
        canShowMore={limit < MORE_LIMIT}
        onRetry={() => void answer.refetch()}
        onMore={() => setLimit(MORE_LIMIT)}
        onPoint={setCursor}
        onOpen={open}
        onClear={clear}
        onOperator={(operator) => {
          write((before) => `${before.trim()} ${operator}`.trimStart());
          goOnTyping();
        }}
      />
    </section>
  );
}
