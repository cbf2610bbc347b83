/** Tells the server that this device has destroyed what it held. Kept in `device.db` until the server has heard it. */
import { z } from 'zod';
import { deviceWipeSchema } from '../../../shared/sync-protocol.ts';
import type { DbFile, Writer } from '../db/connection.ts';
import { dropSetting, putSetting, readSetting } from '../db/settings-of-device.ts';
import { write } from '../db/write.ts';
import type { AskHttp } from './ask-http.ts';

const KEY = 'wipeReceipts';
export type WipeReceipt = z.output<typeof deviceWipeSchema>;

/** Remembers a receipt in the transaction that ends the session. */
export function keepReceipt(writer: Writer, before: readonly WipeReceipt[], receipt: WipeReceipt): void {
  putSetting(writer, KEY, [...before, receipt]);
}

/** What the server has not heard yet. */
export function readReceipts(device: DbFile): WipeReceipt[] {
  return readSetting(device, KEY, z.array(deviceWipeSchema)) ?? [];
}

/** Sends what waits. True when nothing waits any more; a server that does not want a receipt is not asked again. */
export async function sendReceipts(device: DbFile, askHttp: AskHttp): Promise<boolean> {
  for (const receipt of readReceipts(device)) {
    const answer = await askHttp({ method: 'POST', path: '/api/device-wipes', body: receipt }).catch(() => null);
    if (answer === null || answer.status >= 500 || answer.status === 429) return false;
    write(device, (writer) => {
      const rest = readReceipts(device).filter(({ refreshToken }) => refreshToken !== receipt.refreshToken);
      if (rest.length === 0) dropSetting(writer, KEY);
      else putSetting(writer, KEY, rest);
    });
  }
  return true;
}
