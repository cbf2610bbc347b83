/** One mail account in memory for these suites: the real adapter, real servers, a ChannelContext that remembers. */
import { readFileSync } from 'node:fs';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import { expect } from 'vitest';
import type { OutgoingMessage, RunningChannel } from '../../src/server/channels/channel-adapter.ts';
import type { Timers } from '../../src/server/channels/mail/bell.ts';
import { createMailAdapter, type MailParts } from '../../src/server/channels/mail/mail-adapter.ts';
import { type FakeChannelContext, fakeChannelContext } from '../support/fake-channel-context.ts';
import { type MailPeers, passwordOf } from '../support/mail-peers.ts';

export type MailHouse = FakeChannelContext & { channel: RunningChannel };

/** A mail that lies beside the code of the channel, as it came over the wire. */
export const recorded = (name: string): Buffer =>
  readFileSync(new URL(`../../src/server/channels/mail/recorded/${name}.eml`, import.meta.url));

/** Settings of `user`@centre.test on the peers, both over TLS. */
export function settingsOf(
  peers: MailPeers,
  user: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const login = { host: '127.0.0.1', tls: 'implicit', user, password: passwordOf(user), ca: peers.ca };
  return {
    imap: { ...login, port: peers.ports.imaps },
    smtp: { ...login, port: peers.ports.smtps },
    fromName: 'ハルカ家電 お客様窓口',
    address: `${user}@centre.test`,
    ...more,
  };
}

/**
 * Opens an account.
 * @param state what an earlier run saved, to go on from there
 */
export async function openMailHouse(
  settings: Record<string, unknown>,
  { parts = {}, state = null }: { parts?: Partial<MailParts>; state?: unknown } = {},
): Promise<MailHouse> {
  const fake = fakeChannelContext({ channel: 'mail', address: String(settings['address']), settings });
  fake.state = state;
  const channel = await createMailAdapter({ ...parts }).start(fake.context);
  return Object.assign(fake, { channel });
}

/** A reply as the dispatcher gives it. */
export function reply(to: string, text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const key = crypto.randomUUID();
  return {
    messageId: crypto.randomUUID(),
    attempt: 1,
    idempotencyKey: key,
    conversationId: crypto.randomUUID(),
    threadId: '<root@customer.test>',
    to: { address: to, displayName: null },
    text,
    mail: { to: [to], cc: [], subject: 'Re: test', inReplyTo: null, references: [] },
    files: [],
    replyToken: null,
    authorName: '佐藤',
    ...more,
  };
}

/** A plain mail with an id of its own. */
export function plainMail(id: string, text: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `From: =?UTF-8?B?${Buffer.from('山田 花子').toString('base64')}?= <hanako@customer.test>\r\nTo: support@centre.test\r\n` +
    `Subject: test ${id}\r\nMessage-ID: <${id}@customer.test>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0900\r\n` +
    `${lines.join('')}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}\r\n`
  );
}

/** A mail that nodemailer writes, as another desk's program would. */
export async function composedMail(mail: SendMailOptions): Promise<Buffer> {
  const built = await nodemailer
    .createTransport({ streamTransport: true, buffer: true, newline: '\r\n' })
    .sendMail(mail);
  return built.message as Buffer;
}

/** `expect.stringMatching`, typed: vitest gives `any`. */
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern) as unknown;

/** Back-offs of at most 50 ms, so that an outage costs no time; the look every ten minutes stays: IDLE must do its work. */
export function hasty(onWait: (ms: number) => void = () => undefined) {
  const timers: Timers = {
    after(ms, run) {
      onWait(ms);
      const timer = setTimeout(run, ms > 60_000 ? ms : Math.min(ms, 50));
      return () => clearTimeout(timer);
    },
  };
  return { timers };
}
