import { describe, expect, test } from 'vitest';
import { trustProxies } from './trusted-proxies.ts';

describe('the address of a caller', () => {
  const proxies = trustProxies(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
  test.each([
    ['the connection, when nobody is named', trustProxies([]), '127.0.0.1', '198.51.100.1', '127.0.0.1'],
    ['the connection of a stranger, whatever it claims', proxies, '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['what a named proxy says', proxies, '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    [
      'the last stranger before our own proxies, not the first claim',
      proxies,
      '10.1.2.3',
      '1.2.3.4, 198.51.100.1, 10.9.9.9',
      '198.51.100.1',
    ],
    ['a named proxy itself that names nobody', proxies, '10.1.2.3', undefined, '10.1.2.3'],
    ['a named proxy itself that writes nonsense', proxies, '10.1.2.3', 'unknown', '10.1.2.3'],
    ['plain, also where the socket speaks IPv6', proxies, '::ffff:127.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
    ['of IPv6', proxies, 'fd00::1', '2001:db8::7', '2001:db8::7'],
  ] as const)('is %s', (_title, trusted, from, forwardedFor, caller) => {
    expect(trusted.callerOf(from, forwardedFor)).toBe(caller);
  });

  test.each(['proxy.example.jp', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/8/8', ''])(
    '%j is no proxy to name',
    (entry) => {
      expect(() => trustProxies([entry])).toThrow(RangeError);
    },
  );
});
