import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startFaultySmtp, type FaultySmtp } from '../../../../tests/support/faulty-smtp.ts';
import type { OutgoingMessage } from '../channel-adapter.ts';
import { deliverBySmtp } from './deliver-by-smtp.ts';
import { parseMailSettings } from './mail-settings.ts';
import { readMail } from './read-mail.ts';
import { composeMail, sendMail } from './send-mail.ts';

const clock = { now: () => Date.parse('2026-11-23T01:00:00Z') };
const key = '0190a000-0000-7000-8000-00000000aaaa';

let server: FaultySmtp;
beforeEach(async () => {
  server = await startFaultySmtp();
});
afterEach(async () => {
  await server.stop();
});

function settings(more: Record<string, unknown> = {}) {
  const login = { host: '127.0.0.1', port: server.port, tls: 'none', user: 'support', password: 'pw' };
  return parseMailSettings({
    imap: login,
    smtp: login,
    fromName: 'ハルカ家電',
    address: 'Support@centre.test',
    ...more,
  });
}

function message(mail: Partial<NonNullable<OutgoingMessage['mail']>> = {}): OutgoingMessage {
  return {
    messageId: '0190a000-0000-7000-8000-000000000001',
    attempt: 1,
    idempotencyKey: key,
    conversationId: '0190a000-0000-7000-8000-000000000002',
    threadId: '<root@customer.test>',
    to: { address: 'hanako@customer.test', displayName: '山田 花子' },
    text: 'お問い合わせありがとうございます。\n.\n①㈱髙﨑𠮷',
    mail: {
      to: ['hanako@customer.test'],
      cc: [],
      subject: 'Re: 【重要】二重請求',
      inReplyTo: '<c@x>',
      references: ['<a@x>', '<b@x>'],
      ...mail,
    },
    files: [],
    replyToken: null,
    authorName: '佐藤',
  };
}

const send = (mail: Partial<NonNullable<OutgoingMessage['mail']>> = {}) =>
  sendMail(message(mail), settings(), 'account-1', clock, (to, envelope, raw) =>
    deliverBySmtp(to, envelope, raw, { connectMs: 2_000, answerMs: 1_000, wholeMs: 10_000 }),
  );

describe('a reply as a mail', () => {
  test('carries its own id, what it answers, its thread and our mark, and reads as it was written', async () => {
    const raw = await composeMail(message(), settings(), 'account-1', clock);
    const head = raw.toString('utf8').split('\r\n\r\n')[0] ?? '';
    expect(head).toMatch(/^Message-ID: <0190a000-0000-7000-8000-00000000aaaa@centre\.test>$/m);
    expect(head).toMatch(/^In-Reply-To: <c@x>$/m);
    expect(head).toMatch(/^References: <a@x> <b@x> <c@x>$/m);
    expect(head).toMatch(/^X-Kanade-Account: account-1$/m);
    expect(head).not.toMatch(/^(Auto-Submitted|X-Mailer|Reply-To):/m);
    const read = await readMail(raw);
    expect(read).toMatchObject({
      subject: 'Re: 【重要】二重請求',
      from: { address: 'support@centre.test', name: 'ハルカ家電' },
      text: 'お問い合わせありがとうございます。\n.\n①㈱髙﨑𠮷',
      sentAt: clock.now(),
    });
  });
  test('carries its files under their Japanese names, each by its type, and never as a mail inside the mail', async () => {
    const file = (name: string, type: string, text: string) => ({
      name,
      type,
      size: text.length,
      read: () => Promise.resolve(Buffer.from(text)),
    });
    const files = [
      file('お見積書（2026年11月）㈱髙﨑.pdf', 'application/pdf', '%PDF-1.7'),
      file('note "x"; a=b.eml', 'message/rfc822', 'From: nobody@evil.test\r\n\r\nhi'),
    ];
    const raw = await composeMail({ ...message(), text: '', files }, settings(), 'a', clock);
    expect(raw.toString('latin1')).toMatch(/filename\*0\*=utf-8''%E3%81%8A%E8%A6%8B/i);
    const read = await readMail(raw);
    expect(raw.toString('latin1')).not.toMatch(/content-type: message/i);
    expect(read.files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()])).toEqual([
      ['お見積書（2026年11月）㈱髙﨑.pdf', '%PDF-1.7'],
      ['note _x_; a=b.eml', 'From: nobody@evil.test\r\n\r\nhi'],
    ]);
  });
  test('is refused before anything is sent when a file cannot be read any more', async () => {
    const read = () => Promise.reject(new Error('gone'));
    const files = [{ name: 'a.pdf', type: 'application/pdf', size: 9, read }];
    const { outcome } = await sendMail({ ...message(), files }, settings(), 'a', clock, () => {
      throw new Error('must not be called');
    });
    expect(outcome).toEqual({ outcome: 'refused', reason: 'file-not-readable' });
  });
  test('keeps the root and the latest of a long thread', async () => {
    const references = Array.from({ length: 500 }, (_, i) => `<${i}@x>`);
    const read = await readMail(await composeMail(message({ references }), settings(), 'a', clock));
    const ids = read.references.split(/\s+/);
    expect(ids).toHaveLength(20);
    expect([ids[0], ids.at(-2), ids.at(-1)]).toEqual(['<0@x>', '<499@x>', '<c@x>']);
  });
  test('asks for answers to an address with its key where the mailbox takes one', async () => {
    const raw = await composeMail(message(), settings({ plusAddressing: true }), 'a', clock);
    expect(raw.toString('utf8')).toMatch(/^Reply-To: support\+k0190a00000007000800000000000aaaa@centre\.test$/m);
  });
  test('a line break in a subject makes no header', async () => {
    const raw = await composeMail(message({ subject: 'a\r\nBcc: everybody@evil.test' }), settings(), 'a', clock);
    expect(raw.toString('utf8')).not.toMatch(/^Bcc:/m);
  });
});

describe('what became of a sending', () => {
  test('accepted by the server is sent, under our own id', async () => {
    expect((await send()).outcome).toEqual({ outcome: 'sent', externalId: `<${key}@centre.test>`, state: 'sent' });
    expect(server.mails).toHaveLength(1);
  });
  test.each([
    ['RCPT', '550 5.1.1 no such user', { outcome: 'refused', reason: 'mail-recipient-unknown' }],
    ['RCPT', '550 no', { outcome: 'refused', reason: 'mail-recipient-refused' }],
    ['RCPT', '450 4.2.0 greylisted', { outcome: 'retry', reason: 'smtp-not-now', afterMs: 60_000 }],
    ['MAIL', '553 not you', { outcome: 'refused', reason: 'mail-sender-refused' }],
    ['MAIL', '421 4.3.2 shutting down', { outcome: 'retry', reason: 'smtp-not-now', afterMs: 60_000 }],
    ['dot', '552 5.3.4 too large', { outcome: 'refused', reason: 'mail-too-large' }],
    ['dot', '554 5.7.1 spam', { outcome: 'refused', reason: 'mail-refused-by-policy' }],
    ['dot', '451 4.3.0 later', { outcome: 'retry', reason: 'smtp-not-now', afterMs: 60_000 }],
    ['AUTH', '535 5.7.8 wrong', { outcome: 'retry', reason: 'smtp-authentication-failed', afterMs: 60_000 }],
    ['connect', 'cut', { outcome: 'retry', reason: 'smtp-connection-lost', afterMs: 20_000 }],
    ['EHLO', 'cut', { outcome: 'retry', reason: 'smtp-connection-lost', afterMs: 20_000 }],
    ['MAIL', 'cut', { outcome: 'retry', reason: 'smtp-connection-lost', afterMs: 20_000 }],
    ['RCPT', 'cut', { outcome: 'retry', reason: 'smtp-connection-lost', afterMs: 20_000 }],
    ['DATA', 'cut', { outcome: 'retry', reason: 'smtp-connection-lost', afterMs: 20_000 }],
    ['connect', 'silence', { outcome: 'retry', reason: 'smtp-timeout', afterMs: 20_000 }],
    ['dot', 'cut', { outcome: 'unknown', reason: 'smtp-outcome-unknown', hadKey: false }],
    ['dot', 'silence', { outcome: 'unknown', reason: 'smtp-outcome-unknown', hadKey: false }],
  ])('%s answered by "%s" is told as it is', async (step, fault, outcome) => {
    server.faults.set(step, fault);
    expect((await send()).outcome).toEqual(outcome);
  });
  test.each([
    [[], 'mail-recipient-missing'],
    [['unknown-sender@mail.invalid'], 'mail-recipient-missing'],
    [['a\r\nRCPT TO:<b@evil.test>'], 'mail-recipient-refused'],
  ])('to %j nothing is sent, and nothing is tried again', async (to, reason) => {
    expect((await send({ to })).outcome).toEqual({ outcome: 'refused', reason });
    expect(server.mails).toEqual([]);
  });
  test('a mail that the server says is too large for it is refused before it is sent', async () => {
    server.faults.set('EHLO', '250-faulty.test\r\n250-AUTH PLAIN\r\n250 SIZE 100');
    expect((await send()).outcome).toEqual({ outcome: 'refused', reason: 'mail-too-large' });
  });
  test('a line that breaks before the last dot went out means: not sent', async () => {
    server.faults.set('content', 'cut');
    const text = 'あ'.repeat(2_000_000);
    const sent = await sendMail({ ...message(), text }, settings(), 'a', clock);
    expect(sent.outcome).toMatchObject({ outcome: 'retry' });
    expect(server.mails).toEqual([]);
  });
  test('a server that answers each step just in time does not keep an agent waiting for ever', async () => {
    server.faults.set('RCPT', 'silence');
    const slow = await sendMail(message(), settings(), 'a', clock, (to, envelope, raw) =>
      deliverBySmtp(to, envelope, raw, { connectMs: 60_000, answerMs: 60_000, wholeMs: 300 }),
    );
    expect(slow.outcome).toEqual({ outcome: 'retry', reason: 'smtp-timeout', afterMs: 20_000 });
  });
  test('a server that is not there is tried again', async () => {
    await server.stop();
    expect((await send()).outcome).toEqual({ outcome: 'retry', reason: 'smtp-connection-refused', afterMs: 20_000 });
    server = await startFaultySmtp();
  });
  test.each(['', '\r\n250-PIPELINING'])(
    'one refused recipient among three: nobody gets it, so that nobody gets it twice %j',
    async (more) => {
      server.faults.set('EHLO', `250-faulty.test\r\n250-AUTH PLAIN${more}\r\n250 SIZE 30000000`);
      server.faults.set('RCPT cc2@customer.test', '550 5.1.1 no such user');
      const sent = await send({ cc: ['cc1@customer.test', 'cc2@customer.test'] });
      expect(sent.outcome).toEqual({ outcome: 'refused', reason: 'mail-recipient-unknown' });
      expect(server.mails).toEqual([]);
      server.faults.clear();
      expect((await send({ cc: ['cc1@customer.test'] })).outcome.outcome).toBe('sent');
      expect(server.mails.map((mail) => mail.recipients)).toEqual([['hanako@customer.test', 'cc1@customer.test']]);
    },
  );
  test('a password never goes over a plain line to another machine', () => {
    const login = { host: 'mail.example.test', port: 25, tls: 'none', user: 'a', password: 'secret' };
    expect(() => settings({ smtp: login })).toThrow(/smtp\.tls: plain text is allowed to this machine only/);
    expect(() => settings({ smtp: login })).not.toThrow(/secret/);
  });
});
