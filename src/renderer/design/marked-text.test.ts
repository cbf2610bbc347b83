import { expect, test } from 'vitest';
import { piecesOf } from './marked-text.tsx';

test('the text is cut at its marks and nothing is lost', () => {
  const pieces = piecesOf({
    text: '返品と返金について',
    marks: [
      [0, 2],
      [3, 5],
    ],
  });
  expect(pieces.map((piece) => piece.text).join('')).toBe('返品と返金について');
  expect(pieces.filter((piece) => piece.isFound).map((piece) => piece.text)).toEqual(['返品', '返金']);
});
test('marks that overlap, stand out of order or lie outside do no harm', () => {
  const pieces = piecesOf({
    text: 'abcdef',
    marks: [
      [4, 99],
      [1, 3],
      [2, 4],
      [50, 60],
    ],
  });
  expect(pieces.map((piece) => piece.text).join('')).toBe('abcdef');
  expect(
    pieces
      .filter((piece) => piece.isFound)
      .map((piece) => piece.text)
      .join(''),
  ).toBe('bcdef');
});
