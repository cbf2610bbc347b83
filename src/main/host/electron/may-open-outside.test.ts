import { expect, test } from 'vitest';
import { mayOpenOutside } from './may-open-outside.ts';

test('a public link, also one of the many shops that still write http, is handed to the browser', () => {
  expect(mayOpenOutside('http://example.co.jp/')).toBe('http://example.co.jp/');
});

test('a public https link may be opened, with a Japanese host in its ASCII form', () => {
  expect(mayOpenOutside('https://example.co.jp/a?b=c#d')).toBe('https://example.co.jp/a?b=c#d');
  expect(mayOpenOutside('https://例え.jp/')).toBe('https://xn--r8jz45g.jp/');
});

test('other schemes, the own network, numbers and hidden passwords may not', () => {
  const refused = [
    'http://192.168.0.1/admin',
    'http://router/',
    'ftp://example.co.jp/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://x/y',
    'ms-msdt:/id',
    'https://localhost/',
    'https://printer.local/',
    'https://router/',
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://8.8.8.8/',
    'https://bank.example.jp@evil.example.com/',
    'https://user:pass@example.co.jp/',
    'https://localhost./',
    'nonsense',
    '',
  ];
  for (const link of refused) expect([link, mayOpenOutside(link)]).toEqual([link, undefined]);
});
