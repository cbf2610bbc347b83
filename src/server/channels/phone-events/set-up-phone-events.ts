/** How an administrator sets telephone events up: the secret is made here, and told once. */
import type { SetUp } from '../channel-adapter.ts';
import { parsePhoneEventsSettings } from './phone-events-settings.ts';
import { signEvent } from './verify-event.ts';

/** 32 bytes are as long as the hash that they key. */
const SECRET_BYTES = 32;

const webhookPath = (accountKey: string): string => `/cti/${accountKey}/events`;

export const setUpPhoneEvents: SetUp = {
  webhookPath,
  show(stored) {
    const { secrets } = parsePhoneEventsSettings('', stored);
    return {
      form: { channel: 'phone', address: '' },
      stored: secrets.length > 1 ? ['secret', 'oldSecret'] : ['secret'],
    };
  },
  take(form, stored, random) {
    if (form.channel !== 'phone') throw new Error(`not a form of telephone events: ${form.channel}`);
    if (stored !== undefined) return { ok: true, settings: parsePhoneEventsSettings('', stored), madeSecret: null };
    const madeSecret = Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url');
    return { ok: true, settings: { secrets: [madeSecret] }, madeSecret };
  },
  changeSecret: {
    make(stored, random) {
      const { secrets } = parsePhoneEventsSettings('', stored);
      const madeSecret = Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url');
      // Two are valid at once; the oldest goes when a third is made.
      return { settings: { secrets: [madeSecret, ...secrets.slice(0, 1)] }, madeSecret };
    },
    endOld(stored) {
      return { secrets: parsePhoneEventsSettings('', stored).secrets.slice(0, 1) };
    },
  },
  /** Calls our own address with a signed body that is no event: it is refused for its content once its signature is good. */
  async test(settings, { accountKey, isRunning, http, clock }) {
    const step = 'ownWebhook';
    if (accountKey === null) return [{ step, outcome: 'skipped', reason: 'save-first', facts: {} }];
    if (!isRunning) return [{ step, outcome: 'skipped', reason: 'is-paused', facts: {} }];
    const [secret = ''] = parsePhoneEventsSettings('', settings).secrets;
    const body = 'a test, and no event';
    const timestamp = String(clock.now());
    const { statusCode } = await http.inject({
      method: 'POST',
      url: webhookPath(accountKey),
      headers: {
        'content-type': 'application/json',
        'x-kanade-timestamp': timestamp,
        'x-kanade-signature': signEvent(Buffer.from(body), secret, timestamp),
      },
      payload: body,
    });
    return statusCode === 400
      ? [{ step, outcome: 'ok', reason: 'ok', facts: {} }]
      : [{ step, outcome: 'failed', reason: 'not-running', facts: { status: String(statusCode) } }];
  },
};
