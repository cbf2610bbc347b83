/** `device.get` and `device.set`: how this installation looks and behaves, for whoever sits at it. Never leaves the device. */
import type { Device } from '../../../shared/console-shapes.ts';
import { consoleContract } from '../../../shared/console-api.ts';
import type { z } from 'zod';
import { DEFAULT_HOLDS } from '../../../shared/domain/hold.ts';
import { DEFAULT_STORAGE_GB } from '../../../shared/domain/retention.ts';
import type { DbFile } from '../db/connection.ts';
import { putSetting, readSetting } from '../db/settings-of-device.ts';
import { write } from '../db/write.ts';

const changeSchema = consoleContract.device.set.input;

const FIRST: Device = {
  language: 'ja',
  theme: 'system',
  textSize: 100,
  enterSends: false,
  storageGb: DEFAULT_STORAGE_GB,
  holds: DEFAULT_HOLDS,
};

/** The settings, with the first ones for what was never set. */
export function getDevice(device: DbFile): Device {
  return { ...FIRST, ...readSetting(device, 'device', changeSchema) } as Device;
}

/** Changes the settings that are given and leaves the others. */
export function setDevice(device: DbFile, change: z.output<typeof changeSchema>): { ok: true } {
  write(device, (writer, touch) => {
    putSetting(writer, 'device', { ...getDevice(device), ...change });
    touch('device');
  });
  return { ok: true };
}
