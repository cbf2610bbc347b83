import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { fakeChannelContext } from '../../../../tests/support/fake-channel-context.ts';
import { createMailReader } from './mail-reader.ts';
import { parseMailSettings } from './mail-settings.ts';
import { type FoundMail, takeInMail } from './take-in-mail.ts';

const reader = createMailReader();
afterAll(() => reader.stop());

const recorded = (name: string): Buffer => readFileSync(new URL(`./recorded/${name}.eml`, import.meta.url));
const now = Date.parse('2026-11-23T02:00:00Z');
const login = { host: '127.0.0.1', port: 1, tls: 'none', user: 'a', password: 'b' };
const settings = parseMailSettings({ imap: login, smtp: login, fromName: 'x', address: 'support@centre.test' });

function open() {
  const fake = fakeChannelContext({ channel: 'mail', address: 'support@centre.test' }, { clock: { now: () => now } });
  const take = (raw: Buffer | string, more: Partial<FoundMail> = {}) => {
    const bytes = Buffer.from(raw as Buffer);
    const found = { raw: bytes, size: bytes.length, stubReason: null, arrivedAt: now, ...more };
    return takeInMail(
      { context: fake.context, settings, reader, resolve: () => Promise.reject(new Error('no DNS')) },
      found,
    );
  };
  return { fake, take };
}

describe('a mail from the mailbox', () => {
  test('is kept raw and received once, however often it is taken in', async () => {
    const { fake, take } = open();
    expect(await take(recorded('no-charset-jis'))).toBe('message');
    expect(await take(recorded('no-charset-jis'))).toBe('known');
    expect(fake.messages).toHaveLength(1);
    expect(fake.raws.get('<nocharset@customer.test>')).toEqual(recorded('no-charset-jis'));
  });
  test('without a Message-ID is known by its bytes', async () => {
    const { fake, take } = open();
    await take('From: a@b.test\r\n\r\none');
    await take('From: a@b.test\r\n\r\none');
    await take('From: a@b.test\r\n\r\ntwo');
    expect(fake.messages.map((message) => message.text)).toEqual(['one', 'two']);
    expect(fake.messages[0]?.externalId).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
  test('of a machine is shown and marked, so that nothing answers it by itself', async () => {
    const { fake, take } = open();
    expect(await take(recorded('absence-note'))).toBe('message');
    expect(fake.messages[0]).toMatchObject({
      isAutomatic: true,
      answersExternalIds: ['<0190a000-0000-7000-8000-00000000aaaa@centre.test>'],
    });
  });
  test('that is our own, come back by a list or Bcc, is no customer’s message', async () => {
    const { fake, take } = open();
    fake.noteOutgoing('<ours@centre.test>', 'm1', 'c1');
    expect(await take('From: support@centre.test\r\nMessage-ID: <ours@centre.test>\r\n\r\nx')).toBe('echo');
    expect(fake.messages).toEqual([]);
  });
  test('from the future has our time at most', async () => {
    const { fake, take } = open();
    await take('From: a@b.test\r\nDate: Fri, 1 Jan 2038 00:00:00 +0000\r\n\r\nx');
    await take('From: a@b.test\r\nDate: nonsense\r\n\r\ny', { arrivedAt: now - 5 });
    expect(fake.messages.map((message) => message.sentAt)).toEqual([now, now - 5]);
  });
  test('without a sender is shown under a name that nothing can be sent to, and as suspicious', async () => {
    const { fake, take } = open();
    await take('Subject: who\r\n\r\nx');
    expect(fake.messages[0]).toMatchObject({
      author: { address: 'unknown-sender@mail.invalid', displayName: null },
      detail: { head: { suspicious: true } },
    });
  });
});

describe('a report about a mail of ours', () => {
  test('makes that mail failed with its reason and is not shown as a message', async () => {
    const { fake, take } = open();
    fake.noteOutgoing('<0190a000-0000-7000-8000-00000000aaaa@centre.test>', 'm1', 'c1');
    expect(await take(recorded('dsn-postfix-japanese'))).toBe('report');
    expect(fake.deliveries).toEqual([
      {
        messageId: 'm1',
        externalId: '<0190a000-0000-7000-8000-00000000aaaa@centre.test>',
        state: 'failed',
        reason: 'mail-recipient-unknown',
        at: now,
      },
    ]);
    expect(fake.messages).toEqual([]);
  });
  test('of a mail that we never sent changes nothing and is not shown', async () => {
    const { fake, take } = open();
    expect(await take(recorded('dsn-postfix-japanese'))).toBe('report');
    expect(await take(recorded('bounce-qmail'))).toBe('report');
    expect([fake.deliveries, fake.messages]).toEqual([[], []]);
    expect(fake.raws.size).toBe(2);
  });
  test('that only says "later" leaves the mail as it is', async () => {
    const { fake, take } = open();
    fake.noteOutgoing('<0190a000-0000-7000-8000-00000000aaaa@centre.test>', 'm1', 'c1');
    const delayed = recorded('dsn-postfix-japanese').toString('latin1').replace('Action: failed', 'Action: delayed');
    expect(await take(Buffer.from(delayed, 'latin1'))).toBe('report');
    expect(fake.deliveries).toEqual([]);
  });
});

describe('a mail that is not read', () => {
  test('stands as a stub with its sender and subject, and says why', async () => {
    const { fake, take } = open();
    const head = 'From: =?UTF-8?B?5bGx55Sw?= <a@b.test>\r\nSubject: huge\r\nMessage-ID: <huge@b.test>\r\n\r\n';
    expect(await take(head, { stubReason: 'mail-too-large', size: 30 * 1024 * 1024 })).toBe('stub');
    expect(fake.messages[0]).toMatchObject({
      externalId: '<huge@b.test>',
      subject: 'huge',
      author: { address: 'a@b.test', displayName: '山田' },
      text: expect.stringMatching(/30\.0 MB.*25\.0 MB/) as unknown,
    });
  });
  test('because of its header alone still says who wrote', async () => {
    const { fake, take } = open();
    expect(await take(`From: a@b.test\r\n${'X: y\r\n'.repeat(20_000)}Subject: late\r\n\r\nx`)).toBe('stub');
    expect(fake.messages[0]).toMatchObject({
      author: { address: 'a@b.test' },
      subject: 'late',
      text: expect.stringContaining('mime-too-many-headers') as unknown,
    });
  });
});
