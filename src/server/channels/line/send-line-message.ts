/**
 * Sends one text to LINE: by the reply token while it lives, else by push with the retry key. What it answers is what is
 * known for sure; a call whose answer was lost is `unknown`, and only push has a key under which it may go again.
 */
import { HTTPFetchError } from '@line/bot-sdk';
import { z } from 'zod';
import { limitsOf } from '../../../shared/domain/channel.ts';
import type { OutgoingMessage, SendOutcome } from '../channel-adapter.ts';
import type { LineApi } from './open-line-api.ts';

/** Wait after 429 when LINE does not say how long, in ms. */
const SLOW_DOWN_MS = 10_000;

/** Errors of a call that never left this machine, so the same message may go again without a key. */
const neverLeft = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Never throws: everything that LINE or the network does is an outcome. */
export async function sendLineMessage(
  api: Pick<LineApi, 'reply' | 'push'>,
  message: OutgoingMessage,
): Promise<SendOutcome> {
  const { maxCharacters } = limitsOf('line');
  // LINE counts UTF-16 units too (docs/messaging-api/text-character-count). A text is never split: an agent decides how.
  if (maxCharacters !== null && message.text.length > maxCharacters)
    return { outcome: 'refused', reason: 'text-too-long' };
  if (message.files.length > 0) return { outcome: 'refused', reason: 'file-not-allowed' };
  if (message.text.trim() === '') return { outcome: 'refused', reason: 'text-empty' };

  if (message.replyToken !== null) {
    try {
      return { outcome: 'sent', externalId: await api.reply(message.replyToken, message.text), state: 'sent' };
    } catch (error) {
      // A dead token is refused before anything is sent, so the push below is the first sending and not a second.
      if (!isDeadReplyToken(error)) return outcomeOf(error, false);
    }
  }
  try {
    const externalId = await api.push(message.threadId, message.text, message.idempotencyKey);
    return { outcome: 'sent', externalId, state: 'sent' };
  } catch (error) {
    return outcomeOf(error, true);
  }
}

function isDeadReplyToken(error: unknown): boolean {
  return error instanceof HTTPFetchError && error.status === 400 && /invalid reply token/i.test(messageOf(error));
}

function outcomeOf(error: unknown, hadKey: boolean): SendOutcome {
  if (!(error instanceof HTTPFetchError)) {
    const reason = error instanceof Error && error.name === 'LineTimeout' ? 'line-timeout' : 'line-unreachable';
    if (reason === 'line-unreachable' && hasNeverLeft(error)) return { outcome: 'retry', reason, afterMs: 0 };
    return { outcome: 'unknown', reason, hadKey };
  }
  const { status } = error;
  // "Already accepted": an earlier try of this very message arrived. https://developers.line.biz, retrying-api-request.
  if (status === 409 && hadKey) return { outcome: 'sent', externalId: sentIdOf(error), state: 'sent' };
  if (status >= 500) return { outcome: 'unknown', reason: 'line-server-error', hadKey };
  if (status === 429) {
    if (/monthly limit/i.test(messageOf(error))) return { outcome: 'refused', reason: 'line-monthly-limit' };
    const seconds = Number(error.headers.get('retry-after') ?? Number.NaN);
    return {
      outcome: 'retry',
      reason: 'line-too-fast',
      afterMs: Number.isFinite(seconds) ? seconds * 1000 : SLOW_DOWN_MS,
    };
  }
  return { outcome: 'refused', reason: reasonOf(status, messageOf(error)) };
}

function reasonOf(status: number, words: string): string {
  if (status === 401) return 'line-token-invalid';
  if (status === 403) return 'line-not-permitted';
  if (status === 400 && /'to'/.test(words)) return 'line-unknown-recipient';
  if (status === 400 && /failed to send/i.test(words)) return 'line-recipient-unreachable';
  if (status === 400) return 'line-bad-request';
  return `line-refused-${status}`;
}

function hasNeverLeft(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(hasNeverLeft);
  if (!(error instanceof Error)) return false;
  const { code } = error as Error & { code?: unknown };
  if (typeof code === 'string' && neverLeft.has(code)) return true;
  return error.cause !== undefined && hasNeverLeft(error.cause);
}

const errorBodySchema = z.object({
  message: z.string().default(''),
  sentMessages: z.array(z.object({ id: z.string() })).default([]),
});

function bodyOf(error: HTTPFetchError): z.output<typeof errorBodySchema> {
  try {
    return errorBodySchema.parse(JSON.parse(error.body));
  } catch {
    return { message: '', sentMessages: [] };
  }
}
function messageOf(error: HTTPFetchError): string {
  return bodyOf(error).message;
}
function sentIdOf(error: HTTPFetchError): string | null {
  return bodyOf(error).sentMessages[0]?.id ?? null;
}
