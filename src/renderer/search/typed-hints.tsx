/** What can be typed into the search field: how to narrow, told while it is empty, and the values that a half-typed operator fits. */
import { CircleAlert } from 'lucide-react';
import type { SearchFilter } from '../../shared/domain/search-filter.ts';
import { Button } from '../design/button.tsx';
import { KeyCap } from '../design/key-cap.tsx';
import { useLanguage, useText } from '../i18n/text.ts';
import { operatorWords, type SearchOperator } from '../i18n/words/search-operators.ts';
import { valueName } from './filter-words.ts';
import type { FilterPart, Person, Unsettled } from './read-typed.ts';

const TAUGHT = ['agentId', 'channel', 'state', 'kind', 'from', 'until'] as const satisfies readonly SearchOperator[];
/** More than these are typed on rather than read. */
const MOST_OFFERED = 8;

/** A press writes the operator into the field. */
export function OperatorHints({ onOperator }: { onOperator: (typed: string) => void }) {
  const t = useText();
  const language = useLanguage();
  return (
    <section aria-label={t('search.ways')} className="px-3.5 pb-4 text-12 text-ink2">
      <h2 className="pb-1.5 font-bold">{t('search.ways')}</h2>
      <ul className="grid gap-1">
        {TAUGHT.map((operator) => {
          const typed = `${operatorWords[operator][language][0]}:`;
          return (
            <li key={operator} className="flex items-center gap-2">
              <Button className="w-24 !justify-start" onPress={() => onOperator(typed)}>
                {typed}
              </Button>
              <span className="min-w-0 flex-1">{t(`search.way.${operator}`)}</span>
            </li>
          );
        })}
        <li className="flex min-h-7 items-center gap-2">
          <span className="w-24 shrink-0 px-2 text-13 text-ink">{t('search.way.phraseTyped')}</span>
          <span className="min-w-0 flex-1">{t('search.way.phrase')}</span>
        </li>
        <li className="flex min-h-7 items-center gap-2">
          <span className="w-24 shrink-0 px-2 text-13 text-ink">{t('search.way.withoutTyped')}</span>
          <span className="min-w-0 flex-1">{t('search.way.without')}</span>
        </li>
        <li className="flex min-h-7 items-center gap-2">
          <span className="flex w-24 shrink-0 items-center gap-1 px-2">
            <KeyCap keys="↑" />
            <KeyCap keys="↓" />
            <KeyCap keys="Enter" />
          </span>
          <span className="min-w-0 flex-1">{t('search.way.keys')}</span>
        </li>
      </ul>
    </section>
  );
}

/** What an operator could mean; a press settles it. */
export function UnsettledLine({
  unsettled,
  people,
  onChoose,
}: {
  unsettled: Unsettled;
  people: readonly Person[];
  onChoose: (part: FilterPart, choice: Partial<SearchFilter>) => void;
}) {
  const t = useText();
  const { part, operator, value, fits } = unsettled;
  if (fits.length === 0 && value === '') return null;
  if (fits.length === 0)
    return (
      <p role="status" className="flex items-start gap-1.5 px-3.5 pb-2 text-12 text-amber">
        <CircleAlert size={14} aria-hidden className="mt-0.5 shrink-0" />
        {t(part === 'time' ? 'search.noDay' : 'search.noValue', { operator, value })}
      </p>
    );
  return (
    <div role="group" aria-label={t('search.whichValue', { operator })} className="flex flex-wrap gap-1 px-3 pb-2">
      {fits.slice(0, MOST_OFFERED).map((fit) => (
        <Button key={fit} onPress={() => onChoose(part, { [part]: fit })}>
          {valueName(part, fit, people, t)}
        </Button>
      ))}
    </div>
  );
}
