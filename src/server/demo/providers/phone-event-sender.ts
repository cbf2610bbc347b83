/**
 * Plays a telephone system: sends signed call events to a server's webhook, for the demo and for tests. It is no product
 * code: a real centre's telephone system does this itself, by `docs/channels/phone-events.md`.
 */
import type { CallEventType } from '../../../shared/domain/call.ts';
import { type Clock, newId, type Random } from '../../../shared/domain/clock.ts';
import { signEvent } from '../../channels/phone-events/verify-event.ts';

export type CallEventFields = {
  callId: string;
  seq: number;
  type: CallEventType;
  from: string | null;
  fromReason?: string;
  queue?: string;
  agentId?: string;
  cause?: string;
  ringForMs?: number;
  at?: number;
};

export type PhoneEventSender = {
  /** Sends one event and gives the HTTP status with the answer. */
  send(fields: CallEventFields): Promise<{ status: number; answer: unknown }>;
};

/** @param url of the webhook: `http://127.0.0.1:4800/cti/demo-phone/events` */
export function phoneEventSender(url: string, secret: string, clock: Clock, random: Random): PhoneEventSender {
  return {
    async send(fields) {
      const at = fields.at ?? clock.now();
      const body = Buffer.from(JSON.stringify({ eventId: newId(clock, random), direction: 'in', ...fields, at }));
      const timestamp = String(Math.floor(clock.now() / 1_000));
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-kanade-timestamp': timestamp,
          'x-kanade-signature': signEvent(body, secret, timestamp),
        },
        body,
      });
      return { status: response.status, answer: await response.json().catch(() => null) };
    },
  };
}
