/** The days that a search is narrowed to: a press for the usual ones, two dates for any other. */
import { useId, useState } from 'react';
import type { SearchFilter } from '../../shared/domain/search-filter.ts';
import { dayAfter, dayOf, startOfDay } from '../../shared/domain/work-day.ts';
import { Button } from '../design/button.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';

/** First and last day counted back from today. */
const USUAL = { today: [0, 0], yesterday: [1, 1], week: [6, 0], month: [29, 0] } as const;

/** See the file's head. */
export function TimeChoice({
  filter,
  onChoose,
}: {
  filter: SearchFilter;
  onChoose: (choice: Pick<SearchFilter, 'from' | 'until'>) => void;
}) {
  const t = useText();
  const { zone } = useFormat();
  const today = dayOf(useMinute(), zone);
  const [first, setFirst] = useState(filter.from === null ? '' : dayOf(filter.from, zone));
  const [last, setLast] = useState(filter.until === null ? '' : dayOf(filter.until - 1, zone));
  const choose = (from: string, to: string): void =>
    onChoose({
      from: from === '' ? null : startOfDay(from, zone),
      until: to === '' ? null : startOfDay(dayAfter(to, 1), zone),
    });
  const isTurned = first !== '' && last !== '' && first > last;
  return (
    <div className="grid gap-3 p-3">
      <div className="flex flex-wrap gap-1">
        {(['today', 'yesterday', 'week', 'month'] as const).map((id) => (
          <Button key={id} onPress={() => choose(dayAfter(today, -USUAL[id][0]), dayAfter(today, -USUAL[id][1]))}>
            {t(`search.time.${id}`)}
          </Button>
        ))}
      </div>
      <div className="grid grid-cols-2 gap-2">
        <DayField label={t('search.time.first')} day={first} onDay={setFirst} />
        <DayField label={t('search.time.last')} day={last} onDay={setLast} />
      </div>
      {isTurned && (
        <p role="alert" className="text-12 text-red">
          {t('search.time.turned')}
        </p>
      )}
      <div className="flex justify-end gap-1">
        <Button kind="quiet" onPress={() => choose('', '')}>
          {t('search.time.always')}
        </Button>
        <Button kind="solid" isDisabled={isTurned} onPress={() => choose(first, last)}>
          {t('search.time.take')}
        </Button>
      </div>
    </div>
  );
}

function DayField({ label, day, onDay }: { label: string; day: string; onDay: (day: string) => void }) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-12 font-medium text-ink2">
        {label}
      </label>
      <input
        id={id}
        type="date"
        defaultValue={day}
        max="9999-12-31"
        onInput={(event) => onDay(event.currentTarget.value)}
        className="num h-8 w-full rounded-md border border-strong bg-surface px-1.5 text-13 text-ink"
      />
    </div>
  );
}
