/**
 * What narrows a search, one chip for each part: it opens the choices with what each of them would give, and is taken off
 * with one press. What was typed as an operator is shown here too.
 */
import { ChevronDown, X } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import type { SearchCounts } from '../../shared/console-shapes.ts';
import { channels } from '../../shared/domain/channel.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import { type SearchFilter, searchKinds, searchStates } from '../../shared/domain/search-filter.ts';
import { Menu, type MenuLine, Popover } from '../design/overlays.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { isPartOn, partOff, timeName, valueName } from './filter-words.ts';
import type { FilterPart, Person } from './read-typed.ts';
import { TimeChoice } from './time-choice.tsx';

const PARTS = ['kind', 'channel', 'state', 'agentId', 'time'] as const satisfies readonly FilterPart[];

type Props = {
  filter: SearchFilter;
  /** Undefined while they are being counted, or while there is nothing to count. */
  counts: SearchCounts | undefined;
  people: readonly Person[];
  me: AgentId;
  /** The customer on screen, to whom the search can be narrowed. */
  customer: { readonly id: NonNullable<SearchFilter['customerId']>; readonly name: string } | null;
  onChoose: (part: FilterPart, choice: Partial<SearchFilter>) => void;
  onOff: (part: FilterPart) => void;
  onCustomer: (customerId: SearchFilter['customerId']) => void;
};

/** See the file's head. */
export function FilterChips({ filter, counts, people, me, customer, onChoose, onOff, onCustomer }: Props) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();

  const valuesOf = (part: Exclude<FilterPart, 'time'>): readonly string[] => {
    if (part === 'kind') return searchKinds;
    if (part === 'state') return searchStates;
    const of: Partial<Record<string, number>> = counts?.[part] ?? {};
    if (part === 'channel') return of.other === undefined ? channels : [...channels, 'other'];
    const ids = people.map(({ id }) => id as string);
    const there = counts === undefined ? ids : ids.filter((id) => of[id] !== undefined || id === filter.agentId);
    return there.toSorted((a, b) => Number(b === me) - Number(a === me) || (of[b] ?? 0) - (of[a] ?? 0));
  };
  const linesOf = (part: Exclude<FilterPart, 'time'>): MenuLine[] => [
    {
      ...{ kind: 'item', id: 'all', label: t('search.every'), isOn: filter[part] === null },
      onAction: () => onChoose(part, partOff(part)),
    },
    { kind: 'rule' },
    ...valuesOf(part).map((value): MenuLine => {
      const there = counts === undefined ? undefined : ((counts[part] as Partial<Record<string, number>>)[value] ?? 0);
      return {
        ...{ kind: 'item', id: value, label: valueName(part, value, people, t), isOn: filter[part] === value },
        ...(there === undefined ? {} : { count: format.number(there) }),
        onAction: () => onChoose(part, { [part]: value }),
      };
    }),
  ];
  const wordsOf = (part: FilterPart): string | null => {
    if (part === 'time') return timeName(filter, now, t, format);
    const value = filter[part];
    return value === null ? null : valueName(part, value, people, t);
  };

  return (
    <div role="group" aria-label={t('search.filters')} className="flex flex-wrap gap-1 px-3 pb-2">
      {PARTS.map((part) => {
        const label = t(`search.part.${part}`);
        const words = wordsOf(part);
        const trigger = (
          <AriaButton
            aria-label={words === null ? label : t('search.partIs', { part: label, value: words })}
            className="inline-flex h-6 min-w-0 items-center gap-0.5 pr-1 pl-2 text-12 data-[hovered]:underline"
          >
            <span className="truncate">{words ?? label}</span>
            {words === null && <ChevronDown size={12} aria-hidden className="shrink-0" />}
          </AriaButton>
        );
        return (
          <Chip key={part} isOn={isPartOn(filter, part)} label={label} onOff={() => onOff(part)}>
            {part === 'time' ? (
              <Popover label={label} width="18.5rem" placement="bottom start" trigger={trigger}>
                {(close) => (
                  <TimeChoice
                    filter={filter}
                    onChoose={(choice) => {
                      close();
                      onChoose('time', choice);
                    }}
                  />
                )}
              </Popover>
            ) : (
              <Menu label={label} placement="bottom start" trigger={trigger} lines={linesOf(part)} />
            )}
          </Chip>
        );
      })}
      {customer !== null && (
        <Chip isOn={filter.customerId !== null} label={t('search.part.customer')} onOff={() => onCustomer(null)}>
          <AriaButton
            aria-pressed={filter.customerId !== null}
            onPress={() => onCustomer(filter.customerId === null ? customer.id : null)}
            className="inline-flex h-6 min-w-0 items-center px-2 text-12 data-[hovered]:underline"
          >
            <span className="max-w-40 truncate">{t('search.onlyCustomer', { name: customer.name })}</span>
          </AriaButton>
        </Chip>
      )}
    </div>
  );
}

function Chip({
  isOn,
  label,
  onOff,
  children,
}: {
  isOn: boolean;
  label: string;
  onOff: () => void;
  children: React.ReactNode;
}) {
  const t = useText();
  return (
    <span
      className={`edge-forced inline-flex h-6 max-w-full items-center rounded-full ${isOn ? 'bg-accent-tint font-medium text-accent-ink' : 'bg-chip text-ink2'}`}
    >
      {children}
      {isOn && (
        <AriaButton
          aria-label={t('search.partOff', { part: label })}
          onPress={onOff}
          className="grid size-6 shrink-0 place-items-center rounded-full data-[hovered]:bg-hover"
        >
          <X size={12} aria-hidden />
        </AriaButton>
      )}
    </span>
  );
}
