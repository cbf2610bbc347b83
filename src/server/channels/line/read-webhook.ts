/** Decides whether a body is a webhook of LINE for this account: signature over the raw bytes first, everything else after. */
import { validateSignature } from '@line/bot-sdk';
import { type AnyLineEvent, webhookBodySchema } from './line-events.ts';
import type { LineSettings } from './line-settings.ts';

export type ReadWebhook =
  | { ok: true; events: AnyLineEvent[] }
  | {
      ok: false;
      status: 400 | 401;
      why: 'bad-signature' | 'not-utf8' | 'not-json' | 'bad-input' | 'foreign-destination';
      detail: string;
    };

/**
 * @param body exactly as it came: bytes that were parsed and written again have another signature
 * @param signature the x-line-signature header: base64 of HMAC-SHA-256 under the channel secret
 */
export function readWebhook(
  settings: Pick<LineSettings, 'channelSecret' | 'previousChannelSecret' | 'botUserId'>,
  body: Buffer,
  signature: string | undefined,
): ReadWebhook {
  const secrets = [settings.channelSecret, settings.previousChannelSecret].filter((secret) => secret !== null);
  // The SDK compares in constant time; every secret is tried, so that the time does not tell which one fits.
  const fits = secrets.map((secret) => signature !== undefined && validateSignature(body, secret, signature));
  if (!fits.includes(true)) {
    return refused(401, 'bad-signature', 'x-line-signature does not fit the body under the channel secret.');
  }
  let json: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return refused(400, 'not-utf8', 'The body is not UTF-8.');
  }
  try {
    json = JSON.parse(text);
  } catch {
    return refused(400, 'not-json', 'The body is not JSON.');
  }
  const parsed = webhookBodySchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refused(400, 'bad-input', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not readable'}`);
  }
  if (settings.botUserId !== null && parsed.data.destination !== settings.botUserId) {
    return refused(400, 'foreign-destination', 'destination is not the botUserId of this account.');
  }
  return { ok: true, events: parsed.data.events };
}

function refused(status: 400 | 401, why: Exclude<ReadWebhook, { ok: true }>['why'], detail: string): ReadWebhook {
  return { ok: false, status, why, detail };
}
