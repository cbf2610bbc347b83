/** How an administrator sets an account of LINE up, and what is tried when they press the button. */
import { HTTPFetchError } from '@line/bot-sdk';
import type { Finding, FindingReason } from '../../../shared/administration/channel-findings.ts';
import type { SetUp, Trial } from '../channel-adapter.ts';
import { type LineSettings, lineSettingsSchema, parseLineSettings } from './line-settings.ts';
import { type LineApi, LineTimeout, openLineApi } from './open-line-api.ts';
import { signLineBody } from './sign-line-body.ts';

const webhookPath = (accountKey: string): string => `/hooks/line/${accountKey}`;

/** @param apiUrl where new accounts call instead of LINE; for a stand-in on this machine */
export function setUpLine(apiUrl: string | undefined): SetUp {
  const ofNew =
    apiUrl === undefined
      ? {}
      : { apiBaseUrl: apiUrl, apiDataBaseUrl: apiUrl, allowedHosts: [new URL(apiUrl).hostname] };
  return {
    webhookPath,
    show(settings) {
      const { channelId } = parseLineSettings('', settings);
      return {
        form: { channel: 'line', address: '', channelId, channelSecret: null, channelAccessToken: null },
        stored: ['channelSecret', 'channelAccessToken'],
      };
    },
    take(form, stored) {
      if (form.channel !== 'line') throw new Error(`not a form of LINE: ${form.channel}`);
      const before = stored === undefined ? null : parseLineSettings('', stored);
      const channelSecret = form.channelSecret ?? before?.channelSecret;
      if (channelSecret === undefined) return { ok: false, missing: 'channelSecret' };
      const channelAccessToken = form.channelAccessToken ?? before?.channelAccessToken;
      if (channelAccessToken === undefined) return { ok: false, missing: 'channelAccessToken' };
      const settings: LineSettings = lineSettingsSchema.parse({
        ...(before ?? ofNew),
        channelId: form.channelId,
        channelSecret,
        channelAccessToken,
        // Webhooks that are on their way were signed with the secret of before.
        previousChannelSecret:
          before === null || before.channelSecret === channelSecret
            ? (before?.previousChannelSecret ?? null)
            : before.channelSecret,
        // Another token may be that of another account.
        botUserId: before?.channelAccessToken === channelAccessToken ? before.botUserId : null,
      });
      return { ok: true, settings, madeSecret: null };
    },
    async test(settings, trial) {
      const parsed = parseLineSettings('', settings);
      const api = openLineApi(parsed);
      const token = await tryToken(api);
      const secret = await trySecret(api, parsed);
      // Without a token that works LINE tells nothing of the webhook.
      const webhook = token.outcome === 'failed' ? [] : [await tryWebhook(api, trial)];
      return [token, secret, await tryOwnWebhook(parsed, trial), ...webhook];
    },
  };
}

async function tryToken(api: LineApi): Promise<Finding> {
  return await finding('lineToken', async () => {
    const { basicId, displayName } = await api.account();
    return { outcome: 'ok', reason: 'ok', facts: { basicId, displayName } };
  });
}

async function trySecret(api: LineApi, settings: LineSettings): Promise<Finding> {
  const { channelId, channelSecret } = settings;
  return await finding('lineSecret', async () => {
    if (channelId === '') return { outcome: 'skipped', reason: 'line-secret-unproven', facts: {} };
    if (!(await api.isSecretRight(channelId, channelSecret)))
      return { outcome: 'failed', reason: 'line-secret-wrong', facts: { channelId } };
    const other = await api.channelOfToken().catch(() => channelId);
    return other === channelId
      ? { outcome: 'ok', reason: 'ok', facts: { channelId } }
      : { outcome: 'failed', reason: 'line-other-channel', facts: { channelId, other } };
  });
}

/** Calls our own address as LINE would, with an empty webhook signed by the secret in the form. */
async function tryOwnWebhook(settings: LineSettings, trial: Trial): Promise<Finding> {
  const { accountKey } = trial;
  return await finding('ownWebhook', async () => {
    if (accountKey === null) return { outcome: 'skipped', reason: 'save-first', facts: {} };
    if (!trial.isRunning) return { outcome: 'skipped', reason: 'is-paused', facts: {} };
    const body = JSON.stringify({ destination: settings.botUserId ?? '', events: [] });
    const { statusCode } = await trial.http.inject({
      method: 'POST',
      url: webhookPath(accountKey),
      headers: {
        'content-type': 'application/json',
        'x-line-signature': signLineBody(body, settings.channelSecret),
      },
      payload: body,
    });
    // 400: its destination is not the account's. That is looked at after the signature, which was good.
    if (statusCode === 200 || statusCode === 400) return { outcome: 'ok', reason: 'ok', facts: {} };
    // It runs with the settings that are saved: another secret in the form is not in force yet.
    if (statusCode === 401) return { outcome: 'notice', reason: 'save-first', facts: {} };
    return { outcome: 'failed', reason: 'not-running', facts: { status: String(statusCode) } };
  });
}

async function tryWebhook(api: LineApi, { accountKey }: Trial): Promise<Finding> {
  return await finding('lineWebhook', async () => {
    if (accountKey === null) return { outcome: 'skipped', reason: 'save-first', facts: {} };
    const set = await api.webhook();
    if (set === null) return { outcome: 'failed', reason: 'line-webhook-missing', facts: {} };
    const facts = { endpoint: set.endpoint };
    if (!URL.canParse(set.endpoint) || new URL(set.endpoint).pathname !== webhookPath(accountKey))
      return { outcome: 'failed', reason: 'line-webhook-elsewhere', facts };
    if (!set.isActive) return { outcome: 'failed', reason: 'line-webhook-off', facts };
    const seen = await api.testWebhook();
    if (seen.isGood) return { outcome: 'ok', reason: 'ok', facts };
    const reason: FindingReason =
      seen.status === 401
        ? 'line-webhook-signature'
        : seen.status <= 0
          ? 'line-webhook-unreachable'
          : 'line-webhook-answered';
    return {
      outcome: 'failed',
      reason,
      facts: { ...facts, status: String(seen.status), why: seen.reason.slice(0, 100) },
    };
  });
}

/** What LINE does not answer, or answers with a refusal, is a finding too. */
async function finding(step: Finding['step'], tried: () => Promise<Omit<Finding, 'step'>>): Promise<Finding> {
  try {
    return { step, ...(await tried()) };
  } catch (error) {
    if (error instanceof HTTPFetchError)
      return error.status === 401
        ? { step, outcome: 'failed', reason: 'line-token-invalid', facts: {} }
        : { step, outcome: 'failed', reason: 'line-answered', facts: { status: String(error.status) } };
    const reason = error instanceof LineTimeout ? 'line-timeout' : 'line-unreachable';
    return { step, outcome: 'failed', reason, facts: {} };
  }
}
