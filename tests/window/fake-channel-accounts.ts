/** What the server answers about channel accounts, for looking at their pages: good, failing, paused, and every kind of form. */
import type { AdministrationCall } from '../../src/shared/administration/contract.ts';
import type { Finding } from '../../src/shared/administration/channel-findings.ts';
import type { AccountChannel, ChannelForm } from '../../src/shared/administration/channel-forms.ts';
import type { Answers } from './fake-administration.ts';
import { accounts as synced, queue } from './sample-rows.ts';

const server = { tls: 'implicit', user: 'support@haruka.example', password: null, ca: null } as const;

const forms: Record<AccountChannel, ChannelForm> = {
  mail: {
    channel: 'mail',
    address: 'support@haruka.example',
    fromName: 'ハルカ家電 サポート',
    imap: { ...server, host: 'sv1234.xserver.jp', port: 993 },
    smtp: { ...server, host: 'sv1234.xserver.jp', port: 465 },
    mailbox: 'INBOX',
    firstFetch: 'unseen',
    sentCopy: 'append',
    plusAddressing: false,
  },
  webChat: {
    channel: 'webChat',
    address: 'haruka.example',
    allowedOrigins: ['https://haruka.example', 'https://shop.haruka.example'],
    title: null,
    colour: '#3a4fc9',
    greeting: { ja: 'こんにちは。ご質問をお聞かせください。', en: 'Hello. How can we help?' },
    isAway: false,
    hours: { timeZone: 'Asia/Tokyo', spans: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }] },
  },
  line: {
    channel: 'line',
    address: '@haruka-kaden',
    channelId: '2000000001',
    channelSecret: null,
    channelAccessToken: null,
  },
  phone: { channel: 'phone', address: '0120-000-111' },
};

const accounts = (Object.keys(forms) as AccountChannel[]).map((channel, at) => ({
  id: synced[channel].id,
  version: at + 1,
  channel,
  name: { mail: 'サポート', webChat: 'サイトのチャット', line: 'LINE 公式アカウント', phone: '代表電話' }[channel],
  address: forms[channel].address,
  queueId: queue.id,
  isDemo: false,
  isPaused: channel === 'phone',
}));

const findings: Record<AccountChannel, Finding[]> = {
  mail: [
    {
      step: 'imap',
      outcome: 'failed',
      reason: 'authentication-failed',
      facts: { host: 'sv1234.xserver.jp', port: '993', user: 'support@haruka.example' },
    },
    { step: 'smtp', outcome: 'ok', reason: 'ok', facts: { host: 'sv1234.xserver.jp', port: '465' } },
  ],
  webChat: [
    { step: 'widget', outcome: 'ok', reason: 'ok', facts: {} },
    { step: 'sites', outcome: 'ok', reason: 'ok', facts: { sites: 'https://haruka.example' } },
    { step: 'hours', outcome: 'notice', reason: 'closed-now', facts: {} },
  ],
  line: [
    { step: 'lineToken', outcome: 'ok', reason: 'ok', facts: { basicId: '@haruka-kaden', displayName: 'ハルカ家電' } },
    { step: 'lineSecret', outcome: 'failed', reason: 'line-secret-wrong', facts: { channelId: '2000000001' } },
    { step: 'ownWebhook', outcome: 'ok', reason: 'ok', facts: {} },
    {
      step: 'lineWebhook',
      outcome: 'failed',
      reason: 'line-webhook-elsewhere',
      facts: { endpoint: 'https://old.example/line' },
    },
  ],
  phone: [{ step: 'ownWebhook', outcome: 'skipped', reason: 'is-paused', facts: {} }],
};

const SECRET = 'Jx4kq0m0m7O2yqzvXb1Zr3sT5uV7wY9aB1cD3eF5gH8';

type ChannelAccountCall = Extract<AdministrationCall, `channelAccounts.${string}`>;

export const channelAccountAnswers: Answers<ChannelAccountCall> = {
  'channelAccounts.list': () => ({ accounts }),
  'channelAccounts.get': ({ id }) => {
    const [first] = accounts;
    const found = accounts.find((one) => one.id === id) ?? first;
    if (found === undefined) throw new Error('the stage has no accounts');
    const form = forms[found.channel];
    return {
      ...found,
      form,
      stored: {
        mail: ['imap.password', 'smtp.password'],
        webChat: [],
        line: ['channelSecret', 'channelAccessToken'],
        phone: ['secret', 'oldSecret'],
      }[found.channel],
      accountKey: 'k7m2p9q4r8t3v6w5x2y7',
      webhookPath: { mail: null, webChat: null, line: '/hooks/line/k7m2p9q4r8t3v6w5x2y7', phone: '/cti/k7m2/events' }[
        found.channel
      ],
    };
  },
  'channelAccounts.save': ({ form }) => ({ version: 9, madeSecret: form.channel === 'phone' ? SECRET : null }),
  'channelAccounts.setPaused': () => ({ version: 9 }),
  'channelAccounts.remove': () => ({}),
  'channelAccounts.makeSecret': () => ({ version: 9, madeSecret: SECRET }),
  'channelAccounts.endOldSecret': () => ({ version: 9 }),
  'channelAccounts.test': ({ form }) => ({ findings: findings[form.channel] }),
};
