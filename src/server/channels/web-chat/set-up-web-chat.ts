/** How an administrator sets a web chat up, and what is looked at when they press the button. */
import type { Finding } from '../../../shared/administration/channel-findings.ts';
import type { SetUp, Trial } from '../channel-adapter.ts';
import { isOpenAt } from './is-open-at.ts';
import { parseWebChatSettings, type WebChatSettings } from './web-chat-settings.ts';

export const setUpWebChat: SetUp = {
  webhookPath: () => null,
  show(stored) {
    const { allowedOrigins, title, colour, greeting, isAway, hours } = parseWebChatSettings('', stored);
    return {
      form: { channel: 'webChat', address: '', allowedOrigins, title, colour, greeting, isAway, hours },
      stored: [],
    };
  },
  take(form, stored) {
    if (form.channel !== 'webChat') throw new Error(`not a form of the web chat: ${form.channel}`);
    const before = stored === undefined ? {} : parseWebChatSettings('', stored);
    const { channel: _channel, address: _address, ...fields } = form;
    return { ok: true, settings: parseWebChatSettings('', { ...before, ...fields }), madeSecret: null };
  },
  async test(settings, trial) {
    const parsed = parseWebChatSettings('', settings);
    return [await lookAtWidget(trial), lookAtSites(parsed), lookAtHours(parsed, trial.clock.now())];
  },
};

async function lookAtWidget({ accountKey, isRunning, http }: Trial): Promise<Finding> {
  const step = 'widget';
  const script = await http.inject({ method: 'GET', url: '/widget.js' });
  if (script.statusCode !== 200)
    return { step, outcome: 'failed', reason: 'widget-not-built', facts: { status: String(script.statusCode) } };
  if (accountKey === null) return { step, outcome: 'skipped', reason: 'save-first', facts: {} };
  if (!isRunning) return { step, outcome: 'skipped', reason: 'is-paused', facts: {} };
  const frame = await http.inject({ method: 'GET', url: `/widget/frame?account=${accountKey}` });
  return frame.statusCode === 200
    ? { step, outcome: 'ok', reason: 'ok', facts: {} }
    : { step, outcome: 'failed', reason: 'not-running', facts: { status: String(frame.statusCode) } };
}

function lookAtSites({ allowedOrigins }: WebChatSettings): Finding {
  return allowedOrigins.length === 0
    ? { step: 'sites', outcome: 'notice', reason: 'no-sites', facts: {} }
    : { step: 'sites', outcome: 'ok', reason: 'ok', facts: { sites: allowedOrigins.join(', ').slice(0, 300) } };
}

function lookAtHours(settings: WebChatSettings, now: number): Finding {
  const isOpen = isOpenAt(settings, now);
  return { step: 'hours', outcome: isOpen ? 'ok' : 'notice', reason: isOpen ? 'open-now' : 'closed-now', facts: {} };
}
