import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { simpleParser } from 'mailparser';
import { ImapFlow } from 'imapflow';
import { describeWithMailPeers } from '../support/describe-with-mail-peers.ts';
import { eventually } from '../support/eventually.ts';
import { type MailPeers, passwordOf, startMailPeers } from '../support/mail-peers.ts';
import { composedMail, type MailHouse, matching, openMailHouse, plainMail, reply, settingsOf } from './mail-house.ts';

describeWithMailPeers('mail that goes out through a real server', () => {
  let peers: MailPeers;
  let house: MailHouse | null = null;
  let users = 0;

  beforeAll(async () => {
    peers = await startMailPeers();
  });
  afterAll(async () => {
    await peers.stop();
  });
  afterEach(async () => {
    await house?.channel.stop();
    house = null;
  });

  async function open(more: Record<string, unknown> = {}) {
    const user = `desk${++users}`;
    const opened = await openMailHouse(settingsOf(peers, user, more));
    house = opened;
    await eventually(() => opened.health.some((health) => health.state === 'running'), { what: 'running' });
    return { ...opened, user, address: `${user}@centre.test` };
  }

  /** All mails of a folder as a colleague's mail program sees them. */
  async function mailsOf(user: string, folder = 'INBOX') {
    const auth = { user, pass: passwordOf(user) };
    const program = new ImapFlow({
      host: '127.0.0.1',
      port: peers.ports.imaps,
      secure: true,
      auth,
      tls: { ca: peers.ca },
      logger: false,
    });
    await program.connect();
    await program.mailboxOpen(folder, { readOnly: true });
    const found = await program.fetchAll('1:*', { source: true, flags: true });
    await program.logout();
    return Promise.all(
      found.map(async (one) => ({ ...(await simpleParser(one.source ?? Buffer.alloc(0))), flags: one.flags })),
    );
  }

  test('a mail in, the reply out with the right headers, the customer’s answer in the same conversation', async () => {
    const { messages, channel, address, noteOutgoing, conversationOf } = await open();
    await peers.deliver(plainMail('question', '二重に請求されています。'), address);
    const question = await eventually(() => messages[0], { what: 'the question' });
    const conversationId = conversationOf(question.threadId) ?? '';
    const customer = `hanako${users}`;
    const sending = reply(`${customer}@customer.test`, '確認いたします。①㈱髙﨑', {
      threadId: question.threadId,
      mail: {
        to: [`${customer}@customer.test`],
        cc: [],
        subject: 'Re: test question',
        inReplyTo: question.externalId,
        references: [question.externalId],
      },
    });
    const outcome = await channel.send?.(sending);
    const externalId = `<${sending.idempotencyKey}@centre.test>`;
    expect(outcome).toEqual({ outcome: 'sent', externalId, state: 'sent' });
    noteOutgoing(externalId, sending.messageId, conversationId);
    const got = await eventually(async () => (await mailsOf(customer))[0], {
      what: 'the reply in the mailbox of the customer',
    });
    expect(got).toMatchObject({
      messageId: externalId,
      inReplyTo: '<question@customer.test>',
      references: '<question@customer.test>',
      subject: 'Re: test question',
      text: '確認いたします。①㈱髙﨑',
      from: { value: [{ name: 'ハルカ家電 お客様窓口', address }] },
    });
    await peers.deliver(
      await composedMail({
        from: 'hanako@customer.test',
        to: address,
        subject: 'Re: Re: test question',
        inReplyTo: externalId,
        references: ['<question@customer.test>', externalId],
        text: 'ありがとうございます。',
      }),
      address,
    );
    const answer = await eventually(() => messages[1], { what: 'the answer' });
    expect(answer.answersExternalIds).toEqual([externalId, '<question@customer.test>']);
    expect(answer.threadId).toBe(question.threadId);
    expect(conversationOf(answer.threadId)).toBe(conversationId);
  });

  test('a file under a Japanese name arrives whole, and the copy in the Sent folder has it too', async () => {
    const { channel, user } = await open();
    const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(3_000_000, '.\r\n')]);
    const name = 'お見積書（2026年11月）㈱髙﨑.pdf';
    const file = { name, type: 'application/pdf', size: bytes.length, read: () => Promise.resolve(bytes) };
    const customer = `files${users}`;
    expect(await channel.send?.(reply(`${customer}@customer.test`, '', { files: [file] }))).toMatchObject({
      outcome: 'sent',
    });
    for (const [who, folder] of [
      [customer, 'INBOX'],
      [user, 'Sent'],
    ] as const) {
      const got = await eventually(async () => (await mailsOf(who, folder))[0], { what: `the mail in ${folder}` });
      const [attached, ...others] = got.attachments;
      expect(others).toEqual([]);
      expect(attached).toMatchObject({ filename: name, contentType: 'application/pdf' });
      expect(attached?.content.equals(bytes)).toBe(true);
    }
  });

  test('an answer whose program forgets References is found by the address that the reply asked for', async () => {
    const { messages, channel, user } = await open({ plusAddressing: true });
    const sending = reply('taro@customer.test', 'hello');
    expect(await channel.send?.(sending)).toMatchObject({ outcome: 'sent' });
    const [sent] = await eventually(async () => {
      const mails = await mailsOf('taro');
      return mails.length > 0 && mails;
    });
    const to = sent?.replyTo?.value[0]?.address ?? '';
    expect(to).toBe(`${user}+k${sending.idempotencyKey.replaceAll('-', '')}@centre.test`);
    await peers.deliver(
      `From: taro@customer.test\r\nTo: ${to}\r\nMessage-ID: <bare@customer.test>\r\n\r\nfrom a telephone`,
      to,
    );
    const answer = await eventually(() => messages[0], { what: 'the answer' });
    expect(answer.answersExternalIds).toEqual([`<${sending.idempotencyKey}@centre.test>`]);
  });

  test('a mail that comes back makes the reply failed, with the reason, and is not shown as a message', async () => {
    const { messages, deliveries, channel, noteOutgoing, raws } = await open();
    const sending = reply('gone@customer.test', 'hello');
    const outcome = await channel.send?.(sending);
    expect(outcome).toMatchObject({ outcome: 'sent' });
    const externalId = `<${sending.idempotencyKey}@centre.test>`;
    noteOutgoing(externalId, sending.messageId, sending.conversationId);
    const report = await eventually(() => deliveries[0], { withinMs: 20_000, what: 'the report' });
    expect(report).toMatchObject({
      messageId: sending.messageId,
      externalId,
      state: 'failed',
      reason: 'mail-domain-unknown',
    });
    expect(messages).toEqual([]);
    // In Japanese, as a Japanese Postfix writes it.
    expect([...raws.values()].some((raw) => Buffer.from(raw).includes('配送できませんでした'))).toBe(true);
  });

  test('a recipient of a domain that is not there is refused at once', async () => {
    const { channel } = await open();
    expect(await channel.send?.(reply('x@elsewhere.test', 'hello'))).toEqual({
      outcome: 'refused',
      reason: 'mail-domain-unknown',
    });
  });

  test('a copy stands in the Sent folder, once and read', async () => {
    const { channel, user } = await open();
    const sending = reply('jiro@customer.test', 'for the file');
    await channel.send?.(sending);
    const copies = await eventually(async () => {
      const mails = await mailsOf(user, 'Sent');
      return mails.length > 0 && mails;
    });
    await channel.stop();
    expect(copies).toHaveLength(1);
    expect(copies[0]?.messageId).toBe(`<${sending.idempotencyKey}@centre.test>`);
    expect(copies[0]?.flags?.has('\\Seen')).toBe(true);
  });

  test('a wrong SMTP password is named although reading works, and the reply waits', async () => {
    const settings = settingsOf(peers, `desk${++users}`);
    house = await openMailHouse({ ...settings, smtp: { ...(settings['smtp'] as object), password: 'wrong' } });
    const { health, channel } = house;
    await eventually(() => health.at(-1)?.state === 'failing', { what: 'failing' });
    expect(health.at(-1)).toMatchObject({ error: matching(/^smtp-authentication-failed: /) });
    expect(await channel.send?.(reply('a@customer.test', 'x'))).toEqual({
      outcome: 'retry',
      reason: 'smtp-authentication-failed',
      afterMs: 60_000,
    });
  });

  test('after a crash a mail is never repeated by itself', async () => {
    const { channel } = await open();
    expect(channel.isSafeToRepeat({ idempotencyKey: 'any', usedReplyToken: false })).toBe(false);
  });
});
