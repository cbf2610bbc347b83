import { describe, expect, test } from 'vitest';
import { parseMailSettings } from './mail-settings.ts';

const server = { host: 'mail.example.test', port: 993, tls: 'implicit', user: 'support', password: 'top-secret' };
const good = { imap: server, smtp: { ...server, port: 465 }, fromName: 'Support', address: 'Support@Example.test' };

describe('settings of a mail account', () => {
  test('that are good are taken, with the address in lower case and DMARC by DNS', () => {
    expect(parseMailSettings(good)).toMatchObject({
      address: 'support@example.test',
      mailbox: 'INBOX',
      firstFetch: 'unseen',
      sentCopy: 'append',
      dmarc: { mode: 'dns' },
    });
  });
  test('of a server on this machine ask no DNS', () => {
    const local = { ...server, host: '127.0.0.1', tls: 'none' };
    expect(parseMailSettings({ ...good, imap: local, smtp: local }).dmarc).toEqual({ mode: 'off' });
  });
  test.each([
    ['imap.port', { imap: { ...server, port: 0 } }],
    ['imap.host', { imap: { ...server, host: ' ' } }],
    ['imap.tls', { imap: { ...server, tls: 'maybe' } }],
    ['smtp.tls', { smtp: { ...server, tls: 'none' } }],
    ['address', { address: 'support' }],
    ['fromName', { fromName: '' }],
    ['dmarc.authServId', { dmarc: { mode: 'trustedHeader', authServId: '' } }],
    ['smtp', { smtp: undefined }],
  ])('that are bad name the field %s and never a password', (field, wrong) => {
    const parse = () => parseMailSettings({ ...good, ...wrong });
    expect(parse).toThrow(`${field}: `);
    expect(parse).not.toThrow('top-secret');
  });
});
