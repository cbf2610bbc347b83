import { expect, test } from 'vitest';
import { readServerAddress } from './server-address.ts';

test('a host name alone means https, and only the origin of an address is kept', () => {
  expect(readServerAddress(' desk.example.jp ')).toEqual({ origin: 'https://desk.example.jp' });
  expect(readServerAddress('desk.example.jp:8443/setup?x=1')).toEqual({ origin: 'https://desk.example.jp:8443' });
  expect(readServerAddress('https://Desk.Example.jp/')).toEqual({ origin: 'https://desk.example.jp' });
});

test('plain http is for this computer only', () => {
  expect(readServerAddress('http://localhost:4800/x')).toEqual({ origin: 'http://localhost:4800' });
  expect(readServerAddress('http://[::1]:4800')).toEqual({ origin: 'http://[::1]:4800' });
  expect(readServerAddress('http://desk.example.jp')).toEqual({ fault: 'not-encrypted' });
  expect(readServerAddress('http://127.0.0.1.example.jp')).toEqual({ fault: 'not-encrypted' });
});

test('what is no address of the web is refused', () => {
  for (const given of ['', '   ', 'file:///etc/passwd', 'ftp://desk.example.jp', 'https://', 'two words'])
    expect(readServerAddress(given), given).toEqual({ fault: 'not-an-address' });
});
