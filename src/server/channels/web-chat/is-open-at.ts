/** Tells whether somebody answers the chat at a given time. Pure. */
import type { WebChatSettings } from './web-chat-settings.ts';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** @param now epoch ms; hours are read in the time zone of the account, so summer time moves them as people expect */
export function isOpenAt(settings: Pick<WebChatSettings, 'isAway' | 'hours'>, now: number): boolean {
  if (settings.isAway) return false;
  if (settings.hours === null) return true;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: settings.hours.timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(now));
  const part = (type: string): string => parts.find((found) => found.type === type)?.value ?? '';
  const day = weekdays.indexOf(part('weekday'));
  const timeOfDay = `${part('hour')}:${part('minute')}`;
  return settings.hours.spans.some((span) => span.days.includes(day) && span.from <= timeOfDay && timeOfDay < span.to);
}
