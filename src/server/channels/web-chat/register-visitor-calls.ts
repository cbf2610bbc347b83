/**
 * The widget's HTTP calls: settings before a chat, files in and out, the offline form. Every call is judged by Origin and
 * limit before its body is read; a visitor reaches only files of their own thread.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cleanFileName, toStorableText } from '../../../shared/domain/clean-text.ts';
import {
  MAX_FILE_BYTES,
  offlineFormSchema,
  uploadHeadersSchema,
  visitorNameSchema,
  type WidgetSettings,
} from '../../../shared/widget-protocol.ts';
import type { FindAccount } from './admit-visitor.ts';
import { isOpenAt } from './is-open-at.ts';
import { judgeFile } from './judge-file.ts';
import { countedAddress, judgeOrigin, visitorIdOf } from './judge-visitor.ts';
import { receiveFromVisitor } from './receive-from-visitor.ts';
import type { Buckets } from '../../../shared/domain/token-bucket.ts';
import { visitsOf, type WebChatAccount } from './web-chat-account.ts';

type AccountParams = { Params: { accountKey: string } };
type Call = { account: WebChatAccount; address: string };

/** The largest `seq` there can be: asks whether a thread exists without reading it. */
const AFTER_EVERYTHING = 2_147_483_647;

/** Registers `/widget/accounts/:accountKey/…`. */
export function registerVisitorCalls(http: FastifyInstance, find: FindAccount): void {
  void http.register(async (calls) => {
    // In this scope only: a file is bytes, whatever it says it is.
    calls.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    const opened = new WeakMap<FastifyRequest, Call>();

    /** Runs before the body is read. A hook that refuses does not call `done`: the request ends there. */
    function open(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
      const { accountKey } = request.params as { accountKey: string };
      const account = find(accountKey);
      if (account === 'unknown') return void refuse(reply, 404, 'unknown-account', 'There is no chat under this key.');
      if (account === 'not-running') {
        return void refuse(reply, 503, 'not-running', 'The chat is not running now. Try again later.');
      }
      const { origin, host } = request.headers;
      const verdict = judgeOrigin(origin, host, account.settings.allowedOrigins);
      if (verdict === 'foreign') {
        return void refuse(reply, 403, 'foreign-origin', 'This site is not among the allowedOrigins of the account.');
      }
      if (verdict === 'allowed' && origin !== undefined) {
        reply.header('access-control-allow-origin', origin).header('vary', 'origin');
      }
      opened.set(request, { account, address: countedAddress(request.ip) });
      done();
    }
    function callOf(request: FastifyRequest): Call {
      const call = opened.get(request);
      if (call === undefined) throw new Error('a call of the widget was answered before it was opened');
      return call;
    }
    /** Whether the buckets hold enough; if not, the request has been refused. */
    function mayGoOn(reply: FastifyReply, takes: [Buckets, string][]): boolean {
      for (const [buckets, key] of takes) {
        const taken = buckets.take(key);
        if (taken.ok) continue;
        const { retryAfterMs } = taken;
        void reply
          .header('retry-after', String(Math.ceil(retryAfterMs / 1000)))
          .code(429)
          .send({ error: { why: 'too-fast', detail: 'Too many in a short time. Wait a moment.', retryAfterMs } });
        return false;
      }
      return true;
    }

    calls.options<AccountParams>('/widget/accounts/:accountKey/*', { onRequest: open }, async (_request, reply) =>
      reply
        .header('access-control-allow-methods', 'GET, POST')
        .header(
          'access-control-allow-headers',
          'authorization, content-type, x-client-message-id, x-file-name, x-visitor-name',
        )
        .header('access-control-max-age', '600')
        .code(204)
        .send(),
    );

    calls.get<AccountParams>('/widget/accounts/:accountKey/settings', { onRequest: open }, async (request, reply) => {
      const { account } = callOf(request);
      const settings: WidgetSettings = {
        name: account.settings.title ?? account.context.account.name,
        colour: account.settings.colour,
        greeting: account.settings.greeting,
        isOpen: isOpenAt(account.settings, account.context.clock.now()),
        isDemo: account.context.account.isDemo,
      };
      return reply.header('cache-control', 'no-store').send(settings);
    });

    calls.post<AccountParams>(
      '/widget/accounts/:accountKey/files',
      {
        bodyLimit: MAX_FILE_BYTES,
        onRequest: [
          open,
          (request, reply, done) => {
            const { account, address } = callOf(request);
            const token = tokenOf(request);
            if (token === null) return void noToken(reply);
            const visitorId = visitorIdOf(account.context.account.id, token);
            const takes: [Buckets, string][] = [
              [account.buckets.filesPerVisitor, visitorId],
              [account.buckets.filesPerAddress, address],
            ];
            if (mayGoOn(reply, takes)) done();
          },
        ],
      },
      async (request, reply) => {
        const { account } = callOf(request);
        const headers = uploadHeadersSchema.safeParse(request.headers);
        if (!headers.success) return badInput(reply, headers.error.issues[0]);
        const name = decoded(headers.data['x-file-name']);
        const visitorName = visitorNameSchema.safeParse(decoded(headers.data['x-visitor-name']));
        if (name === null || !visitorName.success || !Buffer.isBuffer(request.body)) {
          return refuse(
            reply,
            400,
            'bad-input',
            'x-file-name and x-visitor-name are percent-encoded UTF-8, the body application/octet-stream.',
          );
        }
        const visitorId = visitorIdOf(account.context.account.id, headers.data.authorization.slice('Bearer '.length));
        if ((await account.context.listForVisitor(visitorId, AFTER_EVERYTHING)) === null) {
          return refuse(reply, 409, 'no-conversation', 'Write a message first, then send the file.');
        }
        const fileName = cleanFileName(name);
        const verdict = await judgeFile(fileName, request.body);
        if (!verdict.ok)
          return refuse(
            reply,
            verdict.why === 'file-too-large' ? 413 : 415,
            verdict.why,
            'This file cannot be sent here.',
          );
        await receiveFromVisitor(account, {
          visitorId,
          name: visitorName.data,
          mail: null,
          clientMessageId: headers.data['x-client-message-id'],
          text: '',
          file: {
            name: fileName,
            declaredType: verdict.type,
            bytes: request.body,
            inlineCid: null,
            isImage: verdict.isImage,
          },
        });
        for (const visit of visitsOf(account, visitorId)) visit.nudge();
        return reply.send({ ok: true });
      },
    );

    calls.get<{ Params: { accountKey: string; attachmentId: string } }>(
      '/widget/accounts/:accountKey/files/:attachmentId',
      { onRequest: open },
      async (request, reply) => {
        const { account, address } = callOf(request);
        const token = tokenOf(request);
        if (token === null) return noToken(reply);
        if (!mayGoOn(reply, [[account.buckets.messagesPerAddress, address]])) return reply;
        const visitorId = visitorIdOf(account.context.account.id, token);
        const { attachmentId } = request.params;
        const file = isUuid(attachmentId) ? await account.context.readFile(visitorId, attachmentId) : null;
        if (file === null) return refuse(reply, 404, 'no-file', 'There is no such file in this chat.');
        return reply
          .header('content-type', 'application/octet-stream')
          .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(cleanFileName(file.name))}`)
          .header('x-content-type-options', 'nosniff')
          .header('content-security-policy', "default-src 'none'; sandbox")
          .header('cache-control', 'private, no-store')
          .send(Buffer.from(file.bytes));
      },
    );

    calls.post<AccountParams>(
      '/widget/accounts/:accountKey/offline',
      {
        bodyLimit: 64 * 1024,
        onRequest: [
          open,
          (request, reply, done) => {
            const { account, address } = callOf(request);
            if (mayGoOn(reply, [[account.buckets.offlineFormsPerAddress, address]])) done();
          },
        ],
      },
      async (request, reply) => {
        const { account } = callOf(request);
        const form = offlineFormSchema.safeParse(request.body);
        if (!form.success) return badInput(reply, form.error.issues[0]);
        const mail = form.data.mail.toLowerCase();
        await account.context.receiveMessage({
          externalId: `offline:${form.data.clientMessageId}`,
          threadId: `offline:${form.data.clientMessageId}`,
          author: { address: mail, displayName: toStorableText(form.data.name), isVerified: false, claimedMail: mail },
          text: toStorableText(form.data.text),
          html: null,
          detail: { kind: 'text' },
          subject: form.data.language === 'ja' ? 'サイトからのお問い合わせ' : 'Question from the site',
          sentAt: account.context.clock.now(),
          files: [],
          answersExternalIds: [],
          replyToken: null,
          visibility: 'private',
          answerByMail: mail,
        });
        return reply.send({ ok: true });
      },
    );
  });
}

function tokenOf(request: FastifyRequest): string | null {
  return /^Bearer ([A-Za-z0-9_-]{43})$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

function noToken(reply: FastifyReply): FastifyReply {
  return refuse(reply, 401, 'no-token', 'Send the visitor token as "Authorization: Bearer …".');
}

function refuse(reply: FastifyReply, code: number, why: string, detail: string): FastifyReply {
  return reply.code(code).send({ error: { why, detail } });
}

function badInput(reply: FastifyReply, issue: { path: PropertyKey[]; message: string } | undefined): FastifyReply {
  const field = issue?.path.join('.') ?? '';
  return reply
    .code(400)
    .send({ error: { why: 'bad-input', detail: `${field}: ${issue?.message ?? 'not readable'}`, field } });
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}
