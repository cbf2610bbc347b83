import { expect, test } from 'vitest';
import { typedSince } from './typed-since.ts';

test.each([
  ['nothing was typed while it was sent', '承知しました', '承知しました', ''],
  ['a next sentence was begun', '承知しました', '承知しました\nまた', 'また'],
  ['the text itself was changed', '承知しました', '承知いたしました', '承知いたしました'],
  ['the field was emptied', '承知しました', '', ''],
])('what stays in the field when %s', (_what, sent, now, rest) => {
  expect(typedSince(sent, now)).toBe(rest);
});
