/** Answers one call of the Messaging API as the reference documents it, with its error bodies. Changes only the world. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Fault } from './line-contract-fake.ts';
import type { LineWorld } from './line-world.ts';
import { sendWebhook } from './send-webhook.ts';

const messagesSchema = z
  .array(z.object({ type: z.literal('text'), text: z.string().min(1).max(5_000) }))
  .min(1)
  .max(5);
const replySchema = z.object({ replyToken: z.string(), messages: messagesSchema });
const pushSchema = z.object({ to: z.string(), messages: messagesSchema });
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** A retry key is remembered for a day: docs, "Retry failed API requests". */
const RETRY_KEY_LASTS_MS = 24 * 3_600_000;

type Answer = { status: number; body: object | Uint8Array; headers?: Record<string, string> };
const refused = (status: number, message: string): Answer => ({ status, body: { message } });

/** @param body the whole body of the request */
export async function answerApiCall(
  world: LineWorld,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://line.invalid');
  const header = request.headers['x-line-retry-key'];
  const retryKey = typeof header === 'string' ? header : null;
  world.calls.push({ method: request.method ?? '', path: pathname, retryKey });
  const call = `${request.method} ${pathname}`;
  const fault = takeFault(world, call);
  if (fault?.how === 'cut-before') return void request.socket.destroy();
  const answer =
    fault !== undefined && typeof fault.how === 'object'
      ? { status: fault.how.status, body: fault.how.body ?? { message: 'fault' } }
      : call in withoutToken
        ? withoutToken[call as keyof typeof withoutToken](world, new URLSearchParams(body.toString('utf8')))
        : request.headers.authorization !== `Bearer ${world.channelAccessToken}`
          ? refused(401, 'Authentication failed. Confirm that the access token in the authorization header is valid.')
          : call === 'POST /v2/bot/channel/webhook/test'
            ? await testWebhook(world)
            : answerOf(world, call, retryKey, body);
  // The call was carried out, and its answer is lost on the way.
  if (fault?.how === 'lost') return void request.socket.destroy();
  const isBytes = answer.body instanceof Uint8Array;
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'x-line-request-id': world.newWord(24),
    ...answer.headers,
  });
  response.end(isBytes ? answer.body : JSON.stringify(answer.body));
}

function takeFault(world: LineWorld, call: string): Fault | undefined {
  const kind: Fault['call'] | undefined = call.endsWith('/reply')
    ? 'reply'
    : call.endsWith('/push')
      ? 'push'
      : call.endsWith('/content')
        ? 'content'
        : call.includes('/profile/')
          ? 'profile'
          : call.includes('/quota')
            ? 'quota'
            : undefined;
  const index = world.faults.findIndex((fault) => fault.call === kind);
  return index === -1 ? undefined : world.faults.splice(index, 1)[0];
}

function answerOf(world: LineWorld, call: string, retryKey: string | null, body: Buffer): Answer {
  const content = /^GET \/v2\/bot\/message\/([^/]+)\/content$/.exec(call)?.[1];
  if (content !== undefined) return answerContent(world, content);
  const profile = /^GET \/v2\/bot\/profile\/([^/]+)$/.exec(call)?.[1];
  if (profile !== undefined) return answerProfile(world, profile);
  switch (call) {
    case 'POST /v2/bot/message/reply':
      return answerReply(world, retryKey, body);
    case 'POST /v2/bot/message/push':
      return answerPush(world, retryKey, body);
    case 'GET /v2/bot/message/quota':
      return {
        status: 200,
        body: world.quotaLimit === null ? { type: 'none' } : { type: 'limited', value: world.quotaLimit },
      };
    case 'GET /v2/bot/message/quota/consumption':
      return { status: 200, body: { totalUsage: world.used } };
    case 'GET /v2/bot/info':
      return {
        status: 200,
        body: {
          userId: world.botUserId,
          basicId: '@demo',
          displayName: 'demo',
          chatMode: 'bot',
          markAsReadMode: 'manual',
        },
      };
    case 'GET /v2/bot/channel/webhook/endpoint':
      return world.webhook.url === null
        ? refused(404, 'Not found')
        : { status: 200, body: { endpoint: world.webhook.url, active: world.webhook.isActive } };
    default:
      return refused(404, 'Not found');
  }
}

/** The token endpoints prove the channel itself (reference, "Channel access token"); they take forms and no bearer token. */
const withoutToken = {
  'POST /oauth2/v3/token': (world: LineWorld, form: URLSearchParams): Answer =>
    form.get('client_id') === world.channelId && form.get('client_secret') === world.channelSecret
      ? { status: 200, body: { token_type: 'Bearer', access_token: world.newWord(40), expires_in: 900 } }
      : { status: 400, body: { error: 'invalid_client', error_description: 'invalid client_secret' } },
  'POST /v2/oauth/verify': (world: LineWorld, form: URLSearchParams): Answer =>
    form.get('access_token') === world.channelAccessToken
      ? {
          status: 200,
          body: { client_id: world.channelId, expires_in: 2_591_977, scope: 'profile chat_message.write' },
        }
      : { status: 400, body: { error: 'invalid_request', error_description: 'access token expired' } },
};

/** Sends an empty webhook to where all go; the names of the reasons are the reference's ("Test webhook endpoint"). */
async function testWebhook(world: LineWorld): Promise<Answer> {
  if (world.webhook.url === null) return refused(404, 'Not found');
  const timestamp = new Date(world.clock.now()).toISOString();
  try {
    const { status } = await sendWebhook(world.webhook.url, world, []);
    const [reason, detail] = status === 200 ? ['OK', '200'] : ['ERROR_STATUS_CODE', String(status)];
    return { status: 200, body: { success: status === 200, timestamp, statusCode: status, reason, detail } };
  } catch {
    const body = {
      success: false,
      timestamp,
      statusCode: 0,
      reason: 'COULD_NOT_CONNECT',
      detail: 'connection refused',
    };
    return { status: 200, body };
  }
}

function answerReply(world: LineWorld, retryKey: string | null, body: Buffer): Answer {
  // Only push, multicast, narrowcast and broadcast take a retry key.
  if (retryKey !== null) return refused(400, 'The retry key is not supported for this API');
  const parsed = replySchema.safeParse(jsonOf(body));
  if (!parsed.success) return refused(400, 'The request body has 1 error(s)');
  const token = world.replyTokens.get(parsed.data.replyToken);
  world.replyTokens.delete(parsed.data.replyToken);
  if (token === undefined || token.expiresAt < world.clock.now()) return refused(400, 'Invalid reply token');
  const sentMessages = world.deliver(
    world.user(token.userId),
    parsed.data.messages.map((one) => one.text),
    'reply',
  );
  return { status: 200, body: { sentMessages } };
}

function answerPush(world: LineWorld, retryKey: string | null, body: Buffer): Answer {
  if (retryKey !== null && !uuid.test(retryKey)) return refused(400, 'The retry key is invalid');
  const known = retryKey === null ? undefined : world.retryKeys.get(retryKey);
  if (known !== undefined && world.clock.now() - known.at < RETRY_KEY_LASTS_MS) {
    return {
      status: 409,
      body: { message: 'The retry key is already accepted', sentMessages: known.sentMessages },
      headers: { 'x-line-accepted-request-id': known.requestId },
    };
  }
  const parsed = pushSchema.safeParse(jsonOf(body));
  if (!parsed.success) return refused(400, 'The request body has 1 error(s)');
  const user = world.findUser(parsed.data.to);
  if (user === undefined)
    return refused(400, "The property, 'to', in the request body is invalid (line: -, column: -)");
  if (world.quotaLimit !== null && world.used >= world.quotaLimit)
    return refused(429, 'You have reached your monthly limit.');
  const sentMessages = world.deliver(
    user,
    parsed.data.messages.map((one) => one.text),
    'push',
  );
  world.used += 1;
  const requestId = world.newWord(24);
  if (retryKey !== null) world.retryKeys.set(retryKey, { requestId, sentMessages, at: world.clock.now() });
  return { status: 200, body: { sentMessages } };
}

function answerProfile(world: LineWorld, userId: string): Answer {
  const user = world.findUser(decodeURIComponent(userId));
  if (user === undefined || user.isBlocking) return refused(404, 'Not found');
  return { status: 200, body: { userId: user.userId, displayName: user.displayName, language: 'ja' } };
}

function answerContent(world: LineWorld, messageId: string): Answer {
  const content = world.contents.get(decodeURIComponent(messageId));
  if (content === undefined) return refused(404, 'Not found');
  if (content.notYet > 0) {
    content.notYet -= 1;
    return { status: 202, body: {} };
  }
  return { status: 200, body: content.bytes, headers: { 'content-type': content.type } };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
