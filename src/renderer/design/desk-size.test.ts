import { expect, test } from 'vitest';
import { deskSizeOf } from './desk-size.ts';

test('1440 × 900 is the full desk, 1366 × 768 the compact one with its karte', () => {
  expect(deskSizeOf(1440, 900, 1)).toMatchObject({ isCompact: false, isNarrow: false, isTight: false });
  expect(deskSizeOf(1366, 768, 1)).toMatchObject({ isCompact: true, isNarrow: false, isTight: false });
});
test('1366 px at 125 % scaling is 1093 px, and there the karte is a strip', () => {
  expect(deskSizeOf(1093, 614, 1)).toMatchObject({ isCompact: true, isNarrow: true, isTight: false });
});
test('text at 150 % takes the room of a narrower window', () => {
  expect(deskSizeOf(1440, 900, 1.5)).toMatchObject({ isNarrow: true, isTight: false });
});
test('at 200 % zoom the list becomes a strip as well', () => {
  expect(deskSizeOf(720, 450, 1)).toMatchObject({ isTight: true });
});
