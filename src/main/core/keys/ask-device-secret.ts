/** Asks the server for its half of the key of an agent's files. Keeps nothing. */
import type { z } from 'zod';
import { deviceKeyReplySchema, type deviceKeySchema } from '../../../shared/sync-protocol.ts';
import { Refused } from '../refused.ts';
import { type AskHttp, type HttpAnswer, jsonOf } from '../session/ask-http.ts';

export type DeviceSecret = z.output<typeof deviceKeyReplySchema>;

/**
 * The secret, or null when the server has none for this key or has dropped it.
 * Refused with `offline` when it cannot be reached or cannot answer now.
 */
export async function askDeviceSecret(
  askHttp: AskHttp,
  accessToken: string,
  asked: z.input<typeof deviceKeySchema>,
): Promise<DeviceSecret | null> {
  let answer: HttpAnswer;
  try {
    answer = await askHttp({ method: 'POST', path: '/api/device-keys', body: asked, accessToken });
  } catch {
    throw new Refused('offline', 'the server cannot be reached');
  }
  if (answer.status === 404 || answer.status === 410) return null;
  const given = deviceKeyReplySchema.safeParse(jsonOf(answer));
  if (answer.status !== 200 || !given.success)
    throw new Refused('offline', 'the server did not give its secret of this device now');
  return given.data;
}
