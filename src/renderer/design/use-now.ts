/**
 * The one clock of the window: a single timer, running only while something on screen reads it, aligned to the full
 * second so that all countdowns change together. Times shown are server times: `setClockOffset` is told how far off
 * the PC's clock is. Nothing decides by this clock; it is for showing.
 */
import { useSyncExternalStore } from 'react';

let offsetMs = 0;
let second = Math.floor(Date.now() / 1000);
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Server time minus PC time, in milliseconds. */
export function setClockOffset(ms: number): void {
  offsetMs = ms;
}

/** The server's time now, epoch milliseconds, as well as we know it. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

function arm(): void {
  timer = setTimeout(tick, 1000 - (serverNow() % 1000) + 5);
}
function tick(): void {
  second = Math.floor(serverNow() / 1000);
  for (const tell of listeners) tell();
  if (listeners.size > 0) arm();
}
function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  if (listeners.size === 1) {
    second = Math.floor(serverNow() / 1000);
    arm();
  }
  return () => {
    listeners.delete(changed);
    if (listeners.size === 0) clearTimeout(timer);
  };
}

/** While nobody listens the timer rests, so the second kept from then is old: read the clock instead. */
const currentSecond = (): number => (listeners.size === 0 ? Math.floor(serverNow() / 1000) : second);

/** Epoch milliseconds, rounded down to the second; the component is drawn again each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, currentSecond) * 1000;
}

/** The same, rounded down to the minute: for "today", "3 minutes ago", and everything that need not tick. */
export function useMinute(): number {
  return useSyncExternalStore(subscribe, () => Math.floor(currentSecond() / 60)) * 60_000;
}
