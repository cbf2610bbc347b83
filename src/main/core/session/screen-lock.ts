/**
 * The locked screen: nothing of customers leaves the core until the agent has shown their password, while sync, the outbox
 * and calls go on. Stands in `device.db`, so that ending the program does not open it. Time without a touch is counted here
 * and not in a window, because an agent may have several; it begins with the first touch that a window tells of.
 */
import { z } from 'zod';
import type { Clock } from '../../../shared/domain/clock.ts';
import type { DbFile } from '../db/connection.ts';
import { dropSetting, putSetting, readSetting } from '../db/settings-of-device.ts';
import { write } from '../db/write.ts';
import type { Schedule } from '../schedule.ts';

const lockedSchema = z.object({ since: z.number(), why: z.enum(['byHand', 'idle']) });
export type Locked = z.output<typeof lockedSchema>;

export type ScreenLock = {
  /** Since when and why, or null while the screen is open. */
  locked(): Locked | null;
  /** Somebody is here. */
  touch(): void;
  lock(why: Locked['why']): void;
  open(): void;
};

const KEY = 'screenLock';
const MINUTE_MS = 60_000;

/** @param idleMinutes after so many without a touch the screen locks; 0 = never */
export function keepScreenLock(
  device: DbFile,
  parts: { clock: Clock; schedule: Schedule; idleMinutes(): number; announce(): void },
): ScreenLock {
  const { clock, schedule, idleMinutes, announce } = parts;
  let now = readSetting(device, KEY, lockedSchema) ?? null;
  let touchedAt = 0;
  let isWatching = false;

  function watch(): void {
    if (isWatching || now !== null || idleMinutes() === 0) return;
    isWatching = true;
    // A PC that has slept comes here late, and locks then; a clock that was set back must not put it off for ever.
    const left = touchedAt + idleMinutes() * MINUTE_MS - clock.now();
    schedule.after(Math.min(Math.max(left, 0), idleMinutes() * MINUTE_MS), () => {
      isWatching = false;
      if (idleMinutes() > 0 && clock.now() - touchedAt >= idleMinutes() * MINUTE_MS) lock('idle');
      else watch();
    });
  }

  function lock(why: Locked['why']): void {
    if (now !== null) return;
    now = { since: clock.now(), why };
    write(device, (writer) => putSetting(writer, KEY, now));
    announce();
  }

  return {
    locked: () => now,
    touch() {
      touchedAt = clock.now();
      watch();
    },
    lock,
    open() {
      touchedAt = clock.now();
      if (now === null) return;
      now = null;
      write(device, (writer) => dropSetting(writer, KEY));
      announce();
    },
  };
}
