/**
 * Telephone events of a centre that keeps its own telephone system: `POST /cti/:accountKey/events`, signed. Carries no
 * sound and answers no call; the softphone will be another road to the same call.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ChannelAdapter, ChannelContext } from '../channel-adapter.ts';
import { parsePhoneEventsSettings } from './phone-events-settings.ts';
import { readCallEvent } from './read-call-event.ts';
import { setUpPhoneEvents } from './set-up-phone-events.ts';
import { verifyEvent } from './verify-event.ts';

/** Largest body in bytes; an event has some hundred. */
const MAX_BODY = 64 * 1024;

/** The adapter; one for all accounts of the server. */
export function phoneEventsAdapter(): ChannelAdapter {
  const secretsOf = new WeakMap<ChannelContext, readonly string[]>();
  return {
    channel: 'phone',
    setUp: setUpPhoneEvents,
    registerRoutes(http, _sockets, find) {
      void http.register(async (scope) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY }, (_request, body, done) =>
          done(null, body),
        );
        scope.post<{ Params: { accountKey: string } }>('/cti/:accountKey/events', async (request, reply) => {
          const context = find(request.params.accountKey);
          const secrets = context ? secretsOf.get(context) : undefined;
          // One answer for an unknown account and a wrong signature: addresses cannot be tried out.
          if (!context || !secrets)
            return refuse(reply, 401, 'signature-wrong', 'sign the body with the secret of this account');
          return await hear(context, secrets, request, reply);
        });
      });
    },
    async start(context) {
      const { secrets } = parsePhoneEventsSettings(context.account.name, context.account.settings);
      secretsOf.set(context, secrets);
      await context.reportHealth({ state: 'running' });
      return {
        send: null,
        isSafeToRepeat: () => false,
        async stop() {
          secretsOf.delete(context);
        },
      };
    },
  };
}

async function hear(
  context: ChannelContext,
  secrets: readonly string[],
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const proof = verifyEvent(
    body,
    { timestamp: header('x-kanade-timestamp'), signature: header('x-kanade-signature') },
    secrets,
    context.clock.now(),
  );
  if (!proof.ok) {
    context.log.warn('phone-events.refused', { why: proof.why });
    return refuse(
      reply,
      401,
      proof.why,
      'sign `v1:{timestamp}:{body}` with HMAC-SHA-256 and send it within five minutes',
    );
  }
  const parsed = parseJson(body);
  if (parsed === undefined) return refuse(reply, 400, 'bad-input', 'the body is not JSON in UTF-8');
  const reading = readCallEvent(parsed);
  if (reading.is === 'bad') return refuse(reply, 400, 'bad-input', reading.detail, reading.field);
  const eventId = reading.is === 'event' ? reading.event.eventId : reading.eventId;
  await context.keepRaw(eventId, body);
  if (reading.is === 'unknown') {
    context.log.info('phone-events.unknown-type', {});
    return await reply.code(200).send({ ok: true, isNew: false });
  }
  // Also when the raw event was there before: a crash may have come between, and the call's `seq` makes it harmless.
  const { isNew } = await context.receiveCallEvent(reading.event);
  await context.reportHealth({ state: 'running' });
  return await reply.code(200).send({ ok: true, isNew });
}

/** Undefined for bytes that are not UTF-8 or not JSON. */
function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

async function refuse(
  reply: FastifyReply,
  code: number,
  why: string,
  detail: string,
  field?: string,
): Promise<FastifyReply> {
  return await reply.code(code).send({ error: { why, detail, ...(field ? { field } : {}) } });
}
