/** How the parts of a filter and their values are called on screen. */
import type { ChannelOnWire } from '../../shared/domain/channel.ts';
import type { SearchFilter, SearchKind, SearchState } from '../../shared/domain/search-filter.ts';
import { channelName } from '../console/channel-name.ts';
import type { Format } from '../i18n/format.ts';
import type { Text } from '../i18n/text.ts';
import type { FilterPart, Person } from './read-typed.ts';

/** The name of one value. Somebody who is not known here any more has the word for a colleague. */
export function valueName(part: FilterPart, value: string, people: readonly Person[], t: Text): string {
  switch (part) {
    case 'kind':
      return t(`search.kind.${value as SearchKind}`);
    case 'channel':
      return channelName(value as ChannelOnWire, t);
    case 'state':
      return t(`search.state.${value as SearchState}`);
    case 'agentId':
      return people.find(({ id }) => id === value)?.displayName ?? t('search.ours');
    case 'time':
      return value;
  }
}

/** The days in words; null while no time is asked for. */
export function timeName({ from, until }: SearchFilter, now: number, t: Text, format: Format): string | null {
  const first = from === null ? '' : format.shortDay(from, now);
  const last = until === null ? '' : format.shortDay(until - 1, now);
  if (first === last) return first === '' ? null : first;
  if (last === '') return t('search.daysFrom', { first });
  return first === '' ? t('search.daysUntil', { last }) : t('search.days', { first, last });
}

/** Whether the filter narrows by a part. */
export function isPartOn(filter: SearchFilter, part: FilterPart): boolean {
  return part === 'time' ? filter.from !== null || filter.until !== null : filter[part] !== null;
}

/** A filter that asks nothing of a part. */
export function partOff(part: FilterPart): Partial<SearchFilter> {
  return part === 'time' ? { from: null, until: null } : { [part]: null };
}
