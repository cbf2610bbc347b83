/** Now and the end of today as the inbox needs them: by the server's clock and the workspace's time zone. */
import type { Desk } from '../desk.ts';
import { endOfDay } from './end-of-day.ts';

/** Server time in epoch ms, and the last millisecond of the workspace's day. */
export function today(desk: Desk): { now: number; endOfToday: number } {
  const now = desk.serverNow();
  const timeZone = desk.cache.reader.value<string>('select time_zone from workspace where id = ?', desk.me.workspaceId);
  return { now, endOfToday: endOfDay(now, timeZone ?? 'Asia/Tokyo') };
}
