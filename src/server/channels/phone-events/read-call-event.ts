/**
 * Reads one telephone event from the body of the webhook: the shape of `docs/channels/phone-events.md`, numbers in E.164.
 * Pure: checks no signature and stores nothing.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { z } from 'zod';
import { callEventTypes } from '../../../shared/domain/call.ts';
import type { InboundCallEvent } from '../channel-adapter.ts';

const short = z.string().trim().min(1).max(200);
const number = z.string().trim().max(60).nullish();

const bodySchema = z.object({
  eventId: short,
  seq: z.number().int().nonnegative(),
  type: z.string().max(60),
  callId: short,
  linkedId: short.nullish(),
  /** Epoch milliseconds, or an ISO time with its zone. */
  at: z.union([z.number().int().positive(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))]),
  direction: z.enum(['in', 'out']),
  from: number,
  /** Why there is no number: `withheld` (184, anonymous) or what the telephone system says. */
  fromReason: short.nullish(),
  to: number,
  did: number,
  queue: short.nullish(),
  agentId: short.nullish(),
  cause: short.nullish(),
  ringForMs: z.number().int().positive().max(600_000).nullish(),
});

export type CallEventReading =
  | { is: 'event'; event: InboundCallEvent }
  /** A type of a newer telephone system: kept raw, changes nothing. */
  | { is: 'unknown'; eventId: string }
  | { is: 'bad'; field: string; detail: string };

/** Names that telephone systems write where there is no number. */
const WITHHELD = /^(anonymous|restricted|unavailable|private|withheld|非通知|表示圏外|公衆電話)$/i;

/** @param defaultCountry for numbers without a country, `JP` */
export function readCallEvent(body: unknown, defaultCountry: 'JP' = 'JP'): CallEventReading {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { is: 'bad', field: issue?.path.join('.') || 'body', detail: issue?.message ?? 'not an event' };
  }
  const given = parsed.data;
  const type = callEventTypes.find((known) => known === given.type);
  if (!type) return { is: 'unknown', eventId: given.eventId };
  const from = normalNumber(given.from ?? null, defaultCountry);
  return {
    is: 'event',
    event: {
      eventId: given.eventId,
      seq: given.seq,
      type,
      callId: given.callId,
      linkedId: given.linkedId ?? null,
      at: given.at,
      direction: given.direction,
      from: from.number,
      fromReason: from.number === null ? (given.fromReason ?? from.reason) : null,
      to: normalNumber(given.to ?? null, defaultCountry).number,
      did: normalNumber(given.did ?? null, defaultCountry).number,
      queue: given.queue ?? null,
      agentLogin: given.agentId ?? null,
      cause: given.cause ?? null,
      ringForMs: given.ringForMs ?? null,
    },
  };
}

/** E.164, or null with the reason; an extension of the house is no number of a customer. Never an empty text. */
function normalNumber(given: string | null, country: 'JP'): { number: string | null; reason: string } {
  if (given === null || given === '') return { number: null, reason: 'unknown' };
  // 184 before a Japanese number hides it; the digits that still came were not meant for us.
  if (WITHHELD.test(given) || /^184\d{9,}/.test(given)) return { number: null, reason: 'withheld' };
  const phone = parsePhoneNumberFromString(given, country);
  return phone?.isPossible() ? { number: phone.number, reason: '' } : { number: null, reason: 'unknown' };
}
