/** A mail account that an administrator makes while the server runs: tried against Dovecot and Postfix, then at work with them. */
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { channelAccount, message } from '../../src/server/db/schema.ts';
import type { FormOf, MailServerForm } from '../../src/shared/administration/channel-forms.ts';
import type { ChannelAccountId, MessageId } from '../../src/shared/domain/ids.ts';
import { addAdministrators, administratorOf } from '../support/administrators.ts';
import { describeWithMailPeers } from '../support/describe-with-mail-peers.ts';
import { eventually } from '../support/eventually.ts';
import { type MailPeers, passwordOf, startMailPeers } from '../support/mail-peers.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';
import { openConsole } from '../support/test-console.ts';
import { plainMail } from './mail-house.ts';

describeWithMailPeers('a mail account made at run time', () => {
  let peers: MailPeers;
  let server: TestServer;
  let admin: Awaited<ReturnType<typeof administratorOf>>;
  beforeAll(async () => {
    [peers, server] = await Promise.all([startMailPeers(), startTestServer()]);
    admin = await administratorOf(server, (await addAdministrators(server)).abe);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([server.stop(), peers.stop()]);
  });

  type Changes = { imap?: Partial<MailServerForm>; smtp?: Partial<MailServerForm>; mailbox?: string };
  function formWith({ imap = {}, smtp = {}, ...more }: Changes = {}): FormOf<'mail'> {
    const login = { host: '127.0.0.1', tls: 'implicit', user: 'support', ca: peers.ca } as const;
    const password = passwordOf('support');
    return {
      channel: 'mail',
      address: 'support@centre.test',
      fromName: 'ハルカ家電 お客様窓口',
      imap: { ...login, port: peers.ports.imaps, password, ...imap },
      smtp: { ...login, port: peers.ports.smtps, password, ...smtp },
      mailbox: 'INBOX',
      firstFetch: 'unseen',
      sentCopy: 'append',
      plusAddressing: false,
      ...more,
    };
  }
  async function found(form: FormOf<'mail'>): Promise<Record<string, string>> {
    const id = randomUUID() as string as ChannelAccountId;
    const { findings } = await admin.ask('channelAccounts.test', { id, form });
    return Object.fromEntries(findings.map((one) => [one.step, one.reason]));
  }

  test('is tried before it is saved, and every mistake is told by its own name', async () => {
    expect(await found(formWith())).toMatchObject({ imap: 'ok', smtp: 'ok' });
    const both = (change: Partial<MailServerForm>) => formWith({ imap: change, smtp: change });
    expect(await found(both({ password: 'wrong' }))).toEqual({
      imap: 'authentication-failed',
      smtp: 'authentication-failed',
    });
    expect(await found(both({ ca: null }))).toEqual({
      imap: 'certificate-not-trusted',
      smtp: 'certificate-not-trusted',
    });
    expect(await found(both({ host: 'localhost' }))).toEqual({
      imap: 'certificate-wrong-name',
      smtp: 'certificate-wrong-name',
    });
    expect(await found(both({ host: 'no-such-host.invalid' }))).toEqual({
      imap: 'host-not-found',
      smtp: 'host-not-found',
    });
    expect(await found(both({ port: 1 }))).toEqual({ imap: 'connection-refused', smtp: 'connection-refused' });
    expect(await found(formWith({ imap: { port: peers.ports.imap }, smtp: { port: peers.ports.smtp } }))).toEqual({
      imap: 'tls-on-plain-port',
      smtp: 'tls-on-plain-port',
    });
    // Such a server waits in silence; the account itself would only say that it took too long.
    const starttls = { tls: 'starttls' } as const;
    expect(await found(formWith({ imap: starttls, smtp: starttls }))).toEqual({
      imap: 'plain-on-tls-port',
      smtp: 'plain-on-tls-port',
    });
    expect((await found(formWith({ mailbox: 'そんな箱はない' }))).imap).toBe('mailbox-missing');
  }, 60_000);

  test('receives a mail and sends the reply, without a restart of the server, and its copy lies in the Sent folder', async () => {
    const id = randomUUID() as string as ChannelAccountId;
    const { database } = server.running;
    const account = { id, name: 'サポート', queueId: server.centre.queues.support };
    const wrong = formWith({ imap: { password: 'wrong' } });
    await admin.ask('channelAccounts.save', { ...account, seen: null, form: wrong });
    const rowOf = async () => (await database.orm.select().from(channelAccount).where(eq(channelAccount.id, id)))[0];
    await eventually(async () => expect((await rowOf())?.lastError).toContain('imap-authentication-failed'));
    await admin.ask('channelAccounts.save', { ...account, seen: 1, form: formWith() });
    await eventually(async () => expect((await rowOf())?.state).toBe('running'));
    expect((await rowOf())?.lastSuccessAt).toBeGreaterThan(0);

    await peers.deliver(plainMail('run-time', '充電できません。'));
    const question = await eventually(
      async () => (await database.orm.select().from(message).where(eq(message.channelAccountId, id)))[0],
      { what: 'the question' },
    );
    const console = await openConsole(server.url, server.centre.agents.suzuki);
    await console.hello();
    const answer = await console.submit(1, {
      kind: 'reply.send',
      messageId: randomUUID() as string as MessageId,
      conversationId: question.conversationId,
      text: '交換品をお送りします。',
      mail: null,
      seenSeq: question.seq,
      seenStatus: 'new',
    });
    expect(answer).toMatchObject({ ok: true, verdict: { outcome: 'applied' } });
    await eventually(async () => expect(await textsIn('hanako', 'INBOX')).toContainEqual('Re: test run-time'), {
      what: 'the reply in the customer’s mailbox',
    });
    await eventually(async () => expect(await textsIn('support', 'Sent')).toContainEqual('Re: test run-time'), {
      what: 'the copy in the Sent folder',
    });
    console.close();

    await admin.ask('channelAccounts.setPaused', { id, seen: 2, isPaused: true });
    await eventually(async () => expect((await rowOf())?.state).toBe('off'));
    await peers.deliver(plainMail('while-paused', '届いていますか。'));
    await admin.ask('channelAccounts.setPaused', { id, seen: 3, isPaused: false });
    await eventually(
      async () =>
        expect(await database.orm.select().from(message).where(eq(message.channelAccountId, id))).toHaveLength(3),
      { what: 'the mail that came while the account was paused' },
    );
  }, 120_000);

  async function textsIn(user: string, mailbox: string): Promise<(string | undefined)[]> {
    const program = new ImapFlow({
      host: '127.0.0.1',
      port: peers.ports.imaps,
      secure: true,
      auth: { user, pass: passwordOf(user) },
      tls: { ca: peers.ca },
      logger: false,
    });
    try {
      await program.connect();
      await program.mailboxOpen(mailbox);
      return (await program.fetchAll('1:*', { envelope: true })).map((mail) => mail.envelope?.subject);
    } catch {
      // Not there yet.
      return [];
    } finally {
      program.close();
    }
  }
});
