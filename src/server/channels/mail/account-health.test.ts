import { expect, test } from 'vitest';
import type { AccountHealth } from '../channel-adapter.ts';
import { createMailHealth } from './account-health.ts';
import { nameMailError } from './name-mail-error.ts';

test('an account runs when it can read and send, and says which half fails', async () => {
  let now = 0;
  const told: AccountHealth[] = [];
  const health = createMailHealth({ now: () => now }, async (state) => void told.push(state));
  await health.works('smtp');
  await health.works('imap');
  await health.works('imap');
  const refused = nameMailError('smtp', { code: 'EAUTH', responseCode: 535 });
  await health.fails('smtp', refused);
  await health.fails('smtp', refused);
  await health.works('imap');
  await health.works('smtp');
  now += 59_999;
  await health.works('imap');
  now += 1;
  await health.works('imap');
  expect(told).toEqual([
    { state: 'starting' },
    { state: 'running' },
    { state: 'failing', error: 'smtp-authentication-failed: The server refused user and password; check both.' },
    { state: 'running' },
    { state: 'running' },
  ]);
});

test.each([
  [{ authenticationFailed: true }, 'imap-authentication-failed'],
  [{ mailboxMissing: true, responseStatus: 'NO' }, 'imap-mailbox-missing'],
  [{ code: 'CERT_HAS_EXPIRED' }, 'imap-certificate-expired'],
  [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'imap-certificate-not-trusted'],
  [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'imap-certificate-wrong-name'],
  [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED' }, 'imap-connection-refused'],
  [{ code: 'EDNS' }, 'imap-host-not-found'],
  [{ code: 'ENOTFOUND' }, 'imap-host-not-found'],
  [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'imap-tls-on-plain-port'],
  [{ code: 'ETLS' }, 'imap-tls-failed'],
  [{ code: 'ETIMEOUT' }, 'imap-timeout'],
  [{ code: 'ECONNRESET' }, 'imap-connection-lost'],
  [{ code: 'NoConnection' }, 'imap-connection-lost'],
  [{ code: 'ParserError3' }, 'imap-protocol-error'],
  ['not even an error', 'imap-protocol-error'],
])('%o has the name %s', (error, name) => {
  expect(nameMailError('imap', error).name).toBe(name);
});
