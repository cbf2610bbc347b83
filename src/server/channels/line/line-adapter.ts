/** LINE as a channel: one webhook route for all accounts, and for each account sending, contents, quota and health. */
import type { ChannelAdapter } from '../channel-adapter.ts';
import { openContentFetcher } from './fetch-contents.ts';
import { openNames } from './know-names.ts';
import { parseLineSettings, type LineSettings } from './line-settings.ts';
import { openLineState } from './line-state.ts';
import { openLineApi } from './open-line-api.ts';
import { readWebhook } from './read-webhook.ts';
import { type LineReceiver, receiveLineEvent } from './receive-line-event.ts';
import { setUpLine } from './set-up-line.ts';
import { sendLineMessage } from './send-line-message.ts';
import { watchAccount } from './watch-account.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * @param options.contentPausesMs waits between tries for a content; tests give shorter ones
 * @param options.apiUrl where new accounts call instead of LINE; for a stand-in
 */
export function lineAdapter(
  options: { contentPausesMs?: readonly number[]; apiUrl?: string | undefined } = {},
): ChannelAdapter {
  const receivers = new Map<string, { settings: LineSettings; receiver: LineReceiver }>();

  return {
    channel: 'line',
    setUp: setUpLine(options.apiUrl),

    registerRoutes(http, _sockets, find) {
      void http.register(async (hooks) => {
        // In this scope only: the signature is over the bytes, so nothing may parse them before.
        hooks.removeAllContentTypeParsers();
        hooks.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
        hooks.post<{ Params: { accountKey: string } }>(
          '/hooks/line/:accountKey',
          { bodyLimit: MAX_BODY_BYTES },
          async (request, reply) => {
            const context = find(request.params.accountKey);
            const account = context === null ? undefined : receivers.get(context.account.id);
            if (context === null || account === undefined) {
              return reply
                .code(404)
                .send({ error: { why: 'unknown-account', detail: 'There is no LINE account under this key.' } });
            }
            const signature = request.headers['x-line-signature'];
            const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
            const read = readWebhook(account.settings, body, typeof signature === 'string' ? signature : undefined);
            if (!read.ok) {
              context.log.warn('line.webhook-refused', { why: read.why, bytes: body.length });
              return reply.code(read.status).send({ error: { why: read.why, detail: read.detail } });
            }
            // Answered only when everything is stored: until then LINE is the one that keeps it.
            for (const event of read.events) await receiveLineEvent(account.receiver, event);
            return reply.code(200).send({});
          },
        );
      });
    },

    async start(context) {
      const settings = parseLineSettings(context.account.name, context.account.settings);
      const api = openLineApi(settings);
      const state = await openLineState(context);
      const fetcher = openContentFetcher(context, settings, state, options.contentPausesMs);
      const receiver: LineReceiver = {
        context,
        state,
        nameOf: openNames(api, context.clock),
        fetchContents: () => fetcher.wake(),
      };
      receivers.set(context.account.id, { settings, receiver });
      await context.reportHealth({ state: 'starting' });
      const watch = watchAccount(context, api, settings);
      fetcher.wake();

      return {
        async send(message) {
          const outcome = await sendLineMessage(api, message);
          if (outcome.outcome === 'sent') watch.soon();
          if (outcome.outcome === 'refused' && outcome.reason === 'line-token-invalid') watch.soon();
          return outcome;
        },
        // Push carries the retry key: a repeat is answered 409. A reply has no key at all.
        isSafeToRepeat: ({ usedReplyToken }) => !usedReplyToken,
        async stop() {
          receivers.delete(context.account.id);
          await Promise.all([watch.stop(), fetcher.stop()]);
        },
      };
    },
  };
}
