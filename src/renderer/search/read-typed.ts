/**
 * Reads the search field: words to look for, and operators such as `担当:伊藤` or `channel:line` that narrow. The field keeps
 * what was typed; an operator holds as soon as its value is understood. Pure.
 */
import { type Channel, channels } from '../../shared/domain/channel.ts';
import { foldText } from '../../shared/domain/fold-text.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import { type SearchFilter, searchKinds, searchStates } from '../../shared/domain/search-filter.ts';
import { closingQuotes } from '../../shared/domain/search-quotes.ts';
import { dayAfter, dayOf, startOfDay } from '../../shared/domain/work-day.ts';
import * as words from '../i18n/words/search-operators.ts';

/** What a chip stands for; the two ends of a time belong together. */
export type FilterPart = 'kind' | 'channel' | 'state' | 'agentId' | 'time';

export type Person = { readonly id: AgentId; readonly displayName: string; readonly kana: string };

export type TypingPlace = {
  readonly people: readonly Person[];
  readonly me: AgentId;
  /** Epoch ms. */
  readonly now: number;
  readonly zone: string;
};

/** An operator that does not narrow yet. `fits`: values that its beginning fits; none: nothing is called so. */
export type Unsettled = {
  readonly part: FilterPart;
  readonly operator: string;
  readonly value: string;
  readonly fits: readonly string[];
};

export type Typed = {
  /** What is looked for, without the operators. */
  readonly words: string;
  readonly filter: Partial<SearchFilter>;
  readonly unsettled: readonly Unsettled[];
};

type Found = { operator: words.SearchOperator; name: string; value: string; from: number; to: number };

const operators = new Map<string, words.SearchOperator>(
  words.searchOperators.flatMap((operator) =>
    [...words.operatorWords[operator].ja, ...words.operatorWords[operator].en].map((word) => [plain(word), operator]),
  ),
);

/** See the file's head. */
export function readTyped(text: string, place: TypingPlace): Typed {
  const filter: Partial<SearchFilter> = {};
  const unsettled: Unsettled[] = [];
  for (const found of findOperators(text)) {
    const part = partOf(found.operator);
    const fits = valuesOf(found, place);
    if (fits === 'settled' || (found.value !== '' && fits.length === 1)) settle(filter, found, fits, place);
    else unsettled.push({ part, operator: found.name, value: found.value, fits });
  }
  return { words: without(text, () => true), filter, unsettled };
}

/** The text without the operators of one part. */
export function withoutPart(text: string, part: FilterPart): string {
  return without(text, (operator) => partOf(operator) === part);
}

function without(text: string, isMeant: (operator: words.SearchOperator) => boolean): string {
  let left = '';
  let at = 0;
  for (const { operator, from, to } of findOperators(text)) {
    if (!isMeant(operator)) continue;
    left += text.slice(at, from);
    at = to;
  }
  return (left + text.slice(at)).replaceAll(/\s+/gu, ' ').trim();
}

function findOperators(text: string): Found[] {
  const found: Found[] = [];
  let at = 0;
  while (at < text.length) {
    const space = /^\s+/u.exec(text.slice(at));
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    const named = /^([^\s:：]{1,20})[:：]/u.exec(text.slice(at));
    const operator = operators.get(plain(named?.[1] ?? ''));
    const begin = at + (operator === undefined ? 0 : (named?.[0].length ?? 0));
    const { value, end } = readValue(text, begin);
    if (operator !== undefined) found.push({ operator, name: named?.[1] ?? '', value, from: at, to: end });
    at = end;
  }
  return found;
}

function readValue(text: string, begin: number): { value: string; end: number } {
  const closing = closingQuotes[text[begin] ?? ''];
  if (closing === undefined) {
    const value = /^\S*/u.exec(text.slice(begin))?.[0] ?? '';
    return { value, end: begin + value.length };
  }
  const close = text.indexOf(closing, begin + 1);
  const end = close === -1 ? text.length : close;
  return { value: text.slice(begin + 1, end), end: Math.min(text.length, end + 1) };
}

function partOf(operator: words.SearchOperator): FilterPart {
  return operator === 'on' || operator === 'from' || operator === 'until' || operator === 'before' ? 'time' : operator;
}

/** Width, case, kana and spaces make no difference to names either. */
function plain(text: string): string {
  return foldText(text).replaceAll(/\s+/gu, '');
}

function valuesOf({ operator, value }: Found, place: TypingPlace): 'settled' | string[] {
  switch (operator) {
    case 'channel':
      return named(channels, words.channelWords, value);
    case 'state':
      return named(searchStates, words.stateWords, value);
    case 'kind':
      return named(searchKinds, words.kindWords, value);
    case 'agentId':
      return people(value, place);
    default:
      return readDay(value, place) === null ? [] : 'settled';
  }
}

function named<V extends string>(
  values: readonly V[],
  names: Readonly<Record<V, { ja: readonly string[]; en: readonly string[] }>>,
  value: string,
): V[] {
  const wanted = plain(value);
  const called = (one: V): string[] => [...names[one].ja, ...names[one].en].map(plain);
  const exact = values.filter((one) => called(one).includes(wanted));
  return exact.length > 0 ? exact : values.filter((one) => called(one).some((name) => name.startsWith(wanted)));
}

function people(value: string, { people: all, me }: TypingPlace): string[] {
  const wanted = plain(value);
  if ([...words.meWords.ja, ...words.meWords.en].some((word) => plain(word) === wanted)) return [me];
  const names = (person: Person): string[] => [plain(person.displayName), plain(person.kana)];
  const exact = all.filter((person) => names(person).includes(wanted));
  return (exact.length > 0 ? exact : all.filter((person) => names(person).some((name) => name.includes(wanted)))).map(
    ({ id }) => id,
  );
}

type Days = { first: string; last: string };

/** The day, or the days up to today, that were typed. */
function readDay(typed: string, { now, zone }: TypingPlace): Days | null {
  const value = typed.normalize('NFKC').toLowerCase();
  const today = dayOf(now, zone);
  const called = (day: { ja: readonly string[]; en: readonly string[] }) => [...day.ja, ...day.en].includes(value);
  if (called(words.todayWords)) return { first: today, last: today };
  if (called(words.yesterdayWords)) return { first: dayAfter(today, -1), last: dayAfter(today, -1) };
  const back = words.daysBack.exec(value);
  if (back !== null) return { first: dayAfter(today, -Number(back[1])), last: today };
  const date = /^(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})$/.exec(value) ?? words.japaneseDay.exec(value);
  if (date === null) return null;
  const [, year, month = '', day = ''] = date;
  const of = (ofYear: number): string => `${ofYear}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const thisYear = of(Number(today.slice(0, 4)));
  // A day without its year is the last one that was.
  const iso = year !== undefined ? of(Number(year)) : thisYear > today ? of(Number(today.slice(0, 4)) - 1) : thisYear;
  return startOfDay(iso, zone) === null ? null : { first: iso, last: iso };
}

function settle(
  filter: Partial<SearchFilter>,
  { operator, value }: Found,
  fits: 'settled' | string[],
  place: TypingPlace,
): void {
  const only = fits === 'settled' ? '' : (fits[0] ?? '');
  switch (operator) {
    case 'channel':
      filter.channel = only as Channel;
      return;
    case 'state':
      filter.state = only as (typeof searchStates)[number];
      return;
    case 'kind':
      filter.kind = only as (typeof searchKinds)[number];
      return;
    case 'agentId':
      filter.agentId = only as AgentId;
      return;
    default: {
      const days = readDay(value, place);
      if (days === null) return;
      const begin = (day: string): number | null => startOfDay(day, place.zone);
      if (operator === 'on' || operator === 'from') filter.from = begin(days.first);
      if (operator === 'on' || operator === 'until') filter.until = begin(dayAfter(days.last, 1));
      if (operator === 'before') filter.until = begin(days.first);
    }
  }
}
