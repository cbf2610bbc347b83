import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDsn, reasonOfStatus } from './read-dsn.ts';
import { splitMime } from './split-mime.ts';

const recorded = (name: string): Buffer => readFileSync(new URL(`./recorded/${name}.eml`, import.meta.url));
const dsnOf = (raw: Buffer) => readDsn(raw, splitMime(raw));

describe('a notification about a mail of ours', () => {
  test('from Postfix in Japanese names the mail, the recipient and the reason', () => {
    expect(dsnOf(recorded('dsn-postfix-japanese'))).toEqual({
      reports: [
        { recipient: 'nobody@customer.test', action: 'failed', status: '5.1.1', reason: 'mail-recipient-unknown' },
      ],
      originalIds: ['<0190a000-0000-7000-8000-00000000aaaa@centre.test>'],
      envelopeId: '0190a000-0000-7000-8000-00000000aaaa',
    });
  });
  test('of the old kind, which only quotes the mail, is understood too', () => {
    expect(dsnOf(recorded('bounce-qmail'))).toEqual({
      reports: [{ recipient: null, action: 'failed', status: '5.1.1', reason: 'mail-recipient-unknown' }],
      originalIds: ['<0190a000-0000-7000-8000-00000000bbbb@centre.test>'],
      envelopeId: null,
    });
  });
  test('is not seen in a mail of a person or in an absence note', () => {
    expect(dsnOf(recorded('iso-2022-jp-multipart'))).toBeNull();
    expect(dsnOf(recorded('absence-note'))).toBeNull();
  });
  test('whose action is unknown counts as failed, never as delivered', () => {
    const raw = Buffer.from(
      'Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n' +
        'Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b.test\r\nAction: exploded\r\n\r\n--b--',
    );
    expect(dsnOf(raw)?.reports).toEqual([
      { recipient: 'a@b.test', action: 'failed', status: null, reason: 'mail-not-delivered' },
    ]);
  });
});

test.each([
  ['5.1.1', 'mail-recipient-unknown'],
  ['5.1.10', 'mail-recipient-unknown'],
  ['5.4.4', 'mail-domain-unknown'],
  ['5.2.2', 'mail-recipient-mailbox-full'],
  ['5.3.4', 'mail-too-large'],
  ['5.7.26', 'mail-refused-by-policy'],
  ['4.4.7', 'mail-expired'],
  ['5.4.1', 'mail-not-reachable'],
  ['5.0.0', 'mail-not-delivered'],
  [null, 'mail-not-delivered'],
])('status %s means %s', (status, reason) => {
  expect(reasonOfStatus(status)).toBe(reason);
});
