/**
 * Times, days, amounts and sizes as the agent reads them: in their language, in the time zone of the work (never of
 * the PC), with half-width digits. It reads no clock: whoever asks for "today" says when now is.
 */
import { useSyncExternalStore } from 'react';
import { type Language, useLanguage } from './text.ts';

export type Format = {
  /** 10:42 */
  time(at: number): string;
  /** 10:42:18 */
  timeWithSeconds(at: number): string;
  /** 11月23日(月), with the year when it is not this one */
  day(at: number, now: number): string;
  /** 11/23, or 2025/11/23 */
  shortDay(at: number, now: number): string;
  /** 11月23日 10:42 */
  dayAndTime(at: number, now: number): string;
  /** 10:42 today, 11/21 on any other day */
  stamp(at: number, now: number): string;
  /** Days of the work's calendar between two times: 0 today, 1 yesterday. */
  daysApart(earlier: number, later: number): number;
  /** 12,800円 */
  amount(value: number, currency: string): string;
  number(value: number): string;
  /** 184KB */
  size(bytes: number): string;
  /** 6分12秒 */
  duration(ms: number): string;
  /** 04:12, or 1:04:12 */
  clock(ms: number): string;
  readonly language: Language;
  readonly zone: string;
};

const made = new Map<string, Format>();

function makeFormat(language: Language, zone: string): Format {
  const locale = language === 'ja' ? 'ja-JP' : 'en-GB';
  const of = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  const time = of({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const seconds = of({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const day = of({ month: language === 'ja' ? 'long' : 'short', day: 'numeric', weekday: 'short' });
  const dayOfYear = of({
    year: 'numeric',
    month: language === 'ja' ? 'long' : 'short',
    day: 'numeric',
    weekday: 'short',
  });
  const shortDay =
    language === 'ja' ? of({ month: 'numeric', day: 'numeric' }) : of({ day: 'numeric', month: 'short' });
  const shortYear =
    language === 'ja'
      ? of({ year: 'numeric', month: 'numeric', day: 'numeric' })
      : of({ day: 'numeric', month: 'short', year: 'numeric' });
  const plainDay = language === 'ja' ? of({ month: 'long', day: 'numeric' }) : of({ day: 'numeric', month: 'short' });
  const plainYear =
    language === 'ja'
      ? of({ year: 'numeric', month: 'long', day: 'numeric' })
      : of({ day: 'numeric', month: 'short', year: 'numeric' });
  const number = new Intl.NumberFormat(locale);
  const iso = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const isoDay = (at: number): string => iso.format(at);
  const sameYear = (at: number, now: number): boolean => isoDay(at).slice(0, 4) === isoDay(now).slice(0, 4);
  const two = (n: number): string => String(n).padStart(2, '0');

  const format: Format = {
    language,
    zone,
    time: (at) => time.format(at),
    timeWithSeconds: (at) => seconds.format(at),
    day: (at, now) => (sameYear(at, now) ? day : dayOfYear).format(at),
    shortDay: (at, now) => (sameYear(at, now) ? shortDay : shortYear).format(at),
    dayAndTime: (at, now) => `${(sameYear(at, now) ? plainDay : plainYear).format(at)} ${time.format(at)}`,
    stamp: (at, now) => (isoDay(at) === isoDay(now) ? time.format(at) : format.shortDay(at, now)),
    daysApart: (earlier, later) => Math.round((Date.parse(isoDay(later)) - Date.parse(isoDay(earlier))) / 86_400_000),
    amount(value, currency) {
      if (currency === 'JPY') return language === 'ja' ? `${number.format(value)}円` : `¥${number.format(value)}`;
      const digits =
        new Intl.NumberFormat(locale, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
      return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(value / 10 ** digits);
    },
    number: (value) => number.format(value),
    size(bytes) {
      if (bytes < 1000) return `${bytes}B`;
      if (bytes < 1_000_000) return `${Math.round(bytes / 1000)}KB`;
      if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)}MB`;
      return `${Number((bytes / 1_000_000_000).toFixed(1))}GB`;
    },
    duration(ms) {
      const total = Math.max(0, Math.round(ms / 1000));
      const hours = Math.floor(total / 3600);
      const minutes = Math.floor((total % 3600) / 60);
      const rest = total % 60;
      const parts =
        language === 'ja'
          ? [hours > 0 ? `${hours}時間` : '', minutes > 0 ? `${minutes}分` : '', hours === 0 ? `${two(rest)}秒` : '']
          : [hours > 0 ? `${hours} h ` : '', minutes > 0 ? `${minutes} min ` : '', hours === 0 ? `${two(rest)} s` : ''];
      return parts
        .join('')
        .trim()
        .replace(/^0(\d)/, '$1');
    },
    clock(ms) {
      const total = Math.max(0, Math.floor(ms / 1000));
      const hours = Math.floor(total / 3600);
      const rest = `${two(Math.floor((total % 3600) / 60))}:${two(total % 60)}`;
      return hours > 0 ? `${hours}:${rest}` : rest;
    },
  };
  return format;
}

let zone = 'Asia/Tokyo';
const listeners = new Set<() => void>();

/** The time zone of the organisation at work, an IANA name. An unknown name is refused by leaving the last one. */
export function setTimeZone(name: string): void {
  if (name === zone) return;
  try {
    new Intl.DateTimeFormat('ja-JP', { timeZone: name });
  } catch {
    return;
  }
  zone = name;
  for (const tell of listeners) tell();
}

/** The format of one language and zone; the same object each time it is asked for. */
export function formatFor(language: Language, zoneName: string): Format {
  const key = `${language} ${zoneName}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const format = makeFormat(language, zoneName);
  made.set(key, format);
  return format;
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** How to write times and numbers now; the component is drawn again when the language or the zone changes. */
export function useFormat(): Format {
  const language = useLanguage();
  const zoneName = useSyncExternalStore(subscribe, () => zone);
  return formatFor(language, zoneName);
}
