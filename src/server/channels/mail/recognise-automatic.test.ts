import { expect, test } from 'vitest';
import { OWN_HEADER, recogniseAutomatic } from './recognise-automatic.ts';

const recognise = (headers: Record<string, string>) => recogniseAutomatic((name) => headers[name] ?? null);

test.each([
  [{ 'auto-submitted': 'auto-replied' }, 'auto-submitted'],
  [{ 'auto-submitted': 'auto-generated (rejected)' }, 'auto-submitted'],
  [{ [OWN_HEADER.toLowerCase()]: 'x' }, 'own-header'],
  [{ 'return-path': '<>' }, 'null-return-path'],
  [{ 'return-path': ' < > ' }, 'null-return-path'],
  [{ 'list-id': '<news.shop.test>' }, 'list'],
  [{ precedence: 'Bulk' }, 'precedence'],
  [{ 'x-auto-response-suppress': 'DR, OOF, AutoReply' }, 'auto-response-suppress'],
  [{ 'x-autoreply': 'yes' }, 'auto-reply-header'],
])('a mail with %o was written by a machine', (headers, reason) => {
  expect(recognise(headers)).toBe(reason);
});

test.each([
  [{}],
  [{ 'auto-submitted': 'no' }],
  [{ 'auto-submitted': ' No (by hand)' }],
  [{ 'return-path': '<hanako@customer.test>' }],
  [{ precedence: 'first-class' }],
  [{ 'x-auto-response-suppress': 'DR' }],
])('a mail with %o may be a person’s', (headers) => {
  expect(recognise(headers)).toBeNull();
});
