/** The server's time as this device knows it, remembered over restarts so that an offline start shows the right due times. */
import { z } from 'zod';
import type { Clock } from '../../../shared/domain/clock.ts';
import type { DbFile } from '../db/connection.ts';
import { putSetting, readSetting } from '../db/settings-of-device.ts';
import { write } from '../db/write.ts';
import { measureClock } from './measure-clock.ts';

export type ServerTime = {
  /** Device clock minus server clock, in ms. */
  skewMs(): number;
  /** Epoch ms. */
  now(): number;
  /** The server said its time just now. */
  hear(serverTime: number): void;
};

/** @param announce told when due times and rings must be looked at again */
export function keepServerTime(device: DbFile, clock: Clock, announce: (topics: string[]) => void): ServerTime {
  const measure = measureClock(() => clock.now(), readSetting(device, 'clockSkew', z.number()) ?? 0);
  return {
    skewMs: measure.skewMs,
    now: () => clock.now() - measure.skewMs(),
    hear(serverTime) {
      if (!measure.hear(serverTime)) return;
      write(device, (writer) => putSetting(writer, 'clockSkew', Math.round(measure.skewMs())));
      announce(['connection', 'inbox', 'calls']);
    },
  };
}
