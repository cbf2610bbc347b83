/** What a search gave: how much there is, the hits by kind, and what to say while there is nothing, not yet, or not all. */
import { Hourglass, Search, SearchX } from 'lucide-react';
import type { Ref } from 'react';
import type { SearchCounts, SearchResult } from '../../shared/console-shapes.ts';
import type { SearchKind } from '../../shared/domain/search-filter.ts';
import { codeOf } from '../console/words-for-refusal.ts';
import { Button, TextButton } from '../design/button.tsx';
import { EmptyState, ErrorState, SkeletonRows, useSlow } from '../design/states.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { HitRow } from './hit-row.tsx';
import type { Hit } from './search-hits.ts';
import { OperatorHints } from './typed-hints.tsx';

type Props = {
  listRef: Ref<HTMLDivElement>;
  words: string;
  isNarrowed: boolean;
  kind: SearchKind | null;
  result: SearchResult | undefined;
  counts: SearchCounts | undefined;
  error: unknown;
  hits: readonly Hit[];
  cursor: number;
  openedId: string | null;
  canShowMore: boolean;
  onRetry: () => void;
  onMore: () => void;
  onPoint: (index: number) => void;
  onOpen: (hit: Hit) => void;
  onClear: () => void;
  onOperator: (typed: string) => void;
};

/** See the file's head. */
export function SearchResults(props: Props) {
  const { listRef, words, isNarrowed, result, counts, error, hits, onClear } = props;
  const t = useText();
  const format = useFormat();
  const isSlow = useSlow(words !== '' && result === undefined && error === null);
  return (
    <>
      <div
        className={`flex shrink-0 items-center gap-2 border-b border-line px-3.5 text-12 ${words === '' && !isNarrowed ? '' : 'min-h-7'}`}
      >
        <span role="status" className="num min-w-0 flex-1 truncate text-ink2">
          {words === '' || error !== null
            ? ''
            : counts === undefined
              ? t('search.counting')
              : t('search.total', { count: format.number(counts.total) })}
        </span>
        {isNarrowed && <TextButton onPress={onClear}>{t('search.clear')}</TextButton>}
      </div>
      <div ref={listRef} className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        {words === '' ? (
          <Begin {...props} />
        ) : error !== null && result === undefined ? (
          <ErrorState title={t('search.failed')} code={codeOf(error)} onRetry={props.onRetry} />
        ) : result === undefined ? (
          isSlow && <SkeletonRows count={8} height="3.875rem" />
        ) : hits.length === 0 ? (
          <EmptyState
            icon={SearchX}
            title={t('search.none', { text: words })}
            actions={isNarrowed ? <Button onPress={onClear}>{t('search.clear')}</Button> : undefined}
          >
            {t(isNarrowed ? 'search.noneNarrowed' : 'search.noneMore')}
          </EmptyState>
        ) : (
          <HitList {...props} />
        )}
        {result !== undefined && <Missing result={result} />}
      </div>
    </>
  );
}

function Begin({ isNarrowed, onOperator }: Props) {
  const t = useText();
  return (
    <>
      <div className="h-48">
        <EmptyState icon={Search} title={t(isNarrowed ? 'search.beginWords' : 'search.begin')}>
          {t('search.beginMore')}
        </EmptyState>
      </div>
      <OperatorHints onOperator={onOperator} />
    </>
  );
}

function HitList({ kind, counts, result, hits, cursor, openedId, canShowMore, onMore, onPoint, onOpen }: Props) {
  const t = useText();
  return (
    <>
      <div id="search-hits" role="listbox" aria-label={t('search.hits')}>
        {hits.map((hit, i) => (
          <div key={hit.id} role="presentation">
            {hits[i - 1]?.kind !== hit.kind && <Head kind={hit.kind} count={countOf(counts, hit.kind, kind)} />}
            <div
              id={hit.id}
              data-hit={i}
              role="option"
              aria-selected={i === cursor}
              onClick={() => onOpen(hit)}
              onPointerMove={() => i !== cursor && onPoint(i)}
            >
              <HitRow hit={hit} isActive={i === cursor} isOpen={hit.id === openedId} />
            </div>
          </div>
        ))}
      </div>
      {canShowMore && (result?.more.length ?? 0) > 0 && (
        <div className="flex justify-center py-3">
          <Button onPress={onMore}>{t('search.more')}</Button>
        </div>
      )}
    </>
  );
}

/** What may not have been found, and why. */
function Missing({ result }: { result: SearchResult }) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  return (
    <>
      {result.unindexed > 0 && (
        <p className="num flex items-start gap-1.5 px-3.5 py-2 text-12 text-ink3">
          <Hourglass size={13} aria-hidden className="mt-0.5 shrink-0" />
          {t('search.unindexed', { count: format.number(result.unindexed) })}
        </p>
      )}
      {result.missingUpto !== null && (
        <p className="num px-3.5 py-2 text-12 text-ink3">
          {t('search.missing', { day: format.shortDay(result.missingUpto, now) })}
        </p>
      )}
    </>
  );
}

/** Messages and notes stand under one head, unless one of them is asked for. */
function countOf(counts: SearchCounts | undefined, kind: Hit['kind'], asked: SearchKind | null): number | null {
  if (counts === undefined) return null;
  if (asked !== null) return counts.total;
  return (counts.kind[kind] ?? 0) + (kind === 'message' ? (counts.kind.note ?? 0) : 0);
}

function Head({ kind, count }: { kind: Hit['kind']; count: number | null }) {
  const t = useText();
  const format = useFormat();
  return (
    <div
      role="presentation"
      className="sticky top-0 z-10 flex h-7 items-center gap-1.5 border-b border-line/70 bg-subtle px-3.5 text-12 font-bold text-ink2"
    >
      {t(`search.head.${kind}`)}
      <span className="num font-normal text-ink3">{count === null ? '…' : format.number(count)}</span>
    </div>
  );
}
