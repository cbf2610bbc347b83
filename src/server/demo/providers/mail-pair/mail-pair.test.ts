import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../../../../tests/support/eventually.ts';
import { fakeChannelContext } from '../../../../../tests/support/fake-channel-context.ts';
import { seededRandom } from '../../../../shared/domain/clock.ts';
import { createMailAdapter } from '../../../channels/mail/mail-adapter.ts';
import { type MailPair, type SentMail, startMailPair } from './mail-pair.ts';

const clock = { now: () => Date.parse('2026-11-23T01:02:03Z') };
let pair: MailPair;
let client: ImapFlow;

beforeEach(async () => {
  pair = await startMailPair({ address: 'support@haruka.example', password: 'pw', clock, random: seededRandom(1) });
  client = connect('pw');
});
afterEach(async () => {
  client.close();
  await pair.stop();
});

function connect(password: string): ImapFlow {
  const { host, port, user } = pair.imap;
  const made = new ImapFlow({
    host,
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: password },
    logger: false,
  });
  made.on('error', () => undefined);
  return made;
}

const mail = (id: string, text = 'こんにちは'): Buffer =>
  Buffer.from(
    `From: 山田 <hanako@customer.test>\r\nTo: support@haruka.example\r\nSubject: ${id}\r\nMessage-ID: <${id}@customer.test>\r\n\r\n${text}\r\n`,
  );

describe('the demo’s IMAP server, asked by imapflow', () => {
  test('lets in with the right password only', async () => {
    await expect(connect('wrong').connect()).rejects.toMatchObject({ authenticationFailed: true });
    await client.connect();
    expect(client.authenticated).toBeTruthy();
  });
  test('gives mails whole, in part and by header, and finds them', async () => {
    await pair.deliver(mail('one'));
    await pair.deliver(mail('two', 'x'.repeat(100_000)));
    await client.connect();
    const opened = await client.mailboxOpen('INBOX', { readOnly: true });
    expect(opened).toMatchObject({ exists: 2, uidNext: 3, readOnly: true });
    expect(opened.uidValidity).toBeGreaterThan(0n);
    const all = await client.fetchAll(
      '1:*',
      { uid: true, size: true, flags: true, internalDate: true, source: true, headers: ['message-id'] },
      { uid: true },
    );
    expect(all.map((one) => [one.uid, one.size === one.source?.length, String(one.headers)])).toEqual([
      [1, true, 'Message-ID: <one@customer.test>\r\n\r\n'],
      [2, true, 'Message-ID: <two@customer.test>\r\n\r\n'],
    ]);
    expect(String(all[0]?.source)).toBe(`Return-Path: <hanako@customer.test>\r\n${String(mail('one'))}`);
    expect(new Date(all[0]?.internalDate ?? 0).getTime()).toBe(clock.now());
    const part = await client.fetchOne('2', { uid: true, source: { start: 0, maxLength: 50 } }, { uid: true });
    expect(part === false ? 0 : part.source?.length).toBe(50);
    expect(await client.search({ header: { 'message-id': '<two@customer.test>' } }, { uid: true })).toEqual([2]);
    expect(await client.search({ seen: false, uid: '2:*' }, { uid: true })).toEqual([2]);
    expect(await client.search({ since: new Date(clock.now() - 86_400_000) }, { uid: true })).toEqual([1, 2]);
    expect(await client.search({ since: new Date(clock.now() + 86_400_000) }, { uid: true })).toEqual([]);
  });
  test('tells of new mail during IDLE', async () => {
    await client.connect();
    await client.mailboxOpen('INBOX');
    const told = new Promise((resolve) => client.once('exists', resolve));
    const idling = client.idle();
    await eventually(() => client.idling);
    await pair.deliver(mail('news'));
    expect(await told).toMatchObject({ count: 1, prevCount: 0 });
    await client.noop();
    await idling;
  });
  test('keeps flags, files copies in Sent and refuses what it does not know', async () => {
    await pair.deliver(mail('one'));
    await client.connect();
    expect((await client.list()).find((folder) => folder.specialUse === '\\Sent')?.path).toBe('Sent');
    expect(await client.append('Sent', mail('copy'), ['\\Seen'])).toMatchObject({ uid: 1 });
    expect(await client.status('Sent', { messages: true, unseen: true })).toMatchObject({ messages: 1, unseen: 0 });
    await client.mailboxOpen('INBOX');
    await client.messageFlagsAdd('1', ['\\Seen', '\\Answered'], { uid: true });
    const one = await client.fetchOne('1', { flags: true }, { uid: true });
    expect(one === false ? [] : [...(one.flags ?? [])].sort()).toEqual(['\\Answered', '\\Seen']);
    await expect(client.fetchAll('1:*', { envelope: true })).rejects.toMatchObject({ responseStatus: 'BAD' });
    await client.messageDelete('1', { uid: true });
    expect(await client.search({ all: true }, { uid: true })).toEqual([]);
    await client.logout();
  });
  test('lives on after a client that sends rubbish', async () => {
    const { connect: dial } = await import('node:net');
    const socket = dial(pair.imap.port, '127.0.0.1');
    const said: string[] = [];
    socket.on('data', (bytes) => said.push(String(bytes)));
    socket.write('\r\n((((\r\na1 FETCH 1 (BODY[])\r\na2 LOGIN "x\r\na3 LOGIN {5}\r\n');
    await eventually(() => said.join('').includes('+ go on'));
    socket.destroy();
    await client.connect();
  });
});

describe('the demo’s SMTP server, used by nodemailer', () => {
  const login = () => ({ host: pair.smtp.host, port: pair.smtp.port, secure: false, ignoreTLS: true });

  test('takes mail after login and tells of it', async () => {
    const sent: SentMail[] = [];
    const stop = pair.onSent((one) => sent.push(one));
    const transport = createTransport({ ...login(), auth: { user: 'support', pass: 'pw' } });
    await transport.sendMail({
      from: 'support@haruka.example',
      to: 'Hanako@customer.test',
      cc: 'taro@customer.test',
      subject: 'Re: ご注文の件について、折り返しご連絡いたします（長い件名です）',
      messageId: '<m@haruka.example>',
      references: ['<a@x>', '<b@x>'],
      text: 'はい',
    });
    stop();
    expect(sent).toMatchObject([
      {
        messageId: '<m@haruka.example>',
        to: ['hanako@customer.test', 'taro@customer.test'],
        subject: 'Re: ご注文の件について、折り返しご連絡いたします（長い件名です）',
        references: ['<a@x>', '<b@x>'],
      },
    ]);
  });
  test('takes nothing without login or with a wrong one', async () => {
    const mailOut = { from: 'a@b.test', to: 'c@d.test', text: 'x' };
    await expect(createTransport(login()).sendMail(mailOut)).rejects.toMatchObject({ responseCode: 530 });
    await expect(
      createTransport({ ...login(), auth: { user: 'support', pass: 'no' } }).sendMail(mailOut),
    ).rejects.toMatchObject({ code: 'EAUTH' });
  });
});

test('the real mail channel runs on the pair: mail in, reply out, copy filed', async () => {
  const settings = {
    imap: pair.imap,
    smtp: pair.smtp,
    fromName: 'ハルカ家電',
    address: pair.address,
    firstFetch: 'all',
  };
  const fake = fakeChannelContext({ channel: 'mail', address: pair.address, settings, isDemo: true });
  const channel = await createMailAdapter().start(fake.context);
  await pair.deliver(mail('question', 'いつ届きますか'));
  const question = await eventually(() => fake.messages[0], { what: 'the question' });
  expect(question).toMatchObject({
    text: 'いつ届きますか',
    author: { address: 'hanako@customer.test', displayName: '山田' },
    detail: { head: { dmarc: null } },
  });
  const sent: SentMail[] = [];
  pair.onSent((one) => sent.push(one));
  const outcome = await channel.send?.({
    messageId: 'm1',
    attempt: 1,
    idempotencyKey: 'key-1',
    conversationId: 'c1',
    threadId: question.threadId,
    to: { address: 'hanako@customer.test', displayName: null },
    text: '明日です',
    mail: {
      to: ['hanako@customer.test'],
      cc: [],
      subject: 'Re: question',
      inReplyTo: question.externalId,
      references: [question.externalId],
    },
    files: [],
    replyToken: null,
    authorName: '佐藤',
  });
  expect(outcome).toEqual({ outcome: 'sent', externalId: '<key-1@haruka.example>', state: 'sent' });
  expect(sent).toMatchObject([
    { messageId: '<key-1@haruka.example>', to: ['hanako@customer.test'], references: ['<question@customer.test>'] },
  ]);
  await client.connect();
  await eventually(
    async () => {
      const status = await client.status('Sent', { messages: true });
      return status !== false && status.messages === 1;
    },
    { what: 'the copy in Sent' },
  );
  await channel.stop();
});
