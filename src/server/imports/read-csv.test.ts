import { expect, test } from 'vitest';
import { BrokenCsv, readCsv } from './read-csv.ts';

async function* cut(text: string, at: number): AsyncGenerator<string> {
  for (let from = 0; from < text.length; from += at) yield text.slice(from, from + at);
}
async function rowsOf(text: string, delimiter = ',', at = 1): Promise<[number, ...string[]][]> {
  const rows: [number, ...string[]][] = [];
  for await (const { line, cells } of readCsv(cut(text, at), delimiter)) rows.push([line, ...cells]);
  return rows;
}

test('cells, quotes, every line end and the line of each row are the same wherever the file is cut', async () => {
  const text = 'a,b\r\n"x, ""y""",\r\n\r\n"two\r\nlines",3\nlast,"4"';
  const rows = [
    [1, 'a', 'b'],
    [2, 'x, "y"', ''],
    [4, 'two\r\nlines', '3'],
    [6, 'last', '4'],
  ];
  for (const at of [1, 2, 3, 7, 1_000]) expect(await rowsOf(text, ',', at), String(at)).toEqual(rows);
  expect(await rowsOf('a;b\rc;"d;e"\r', ';')).toEqual([
    [1, 'a', 'b'],
    [2, 'c', 'd;e'],
  ]);
});

test('quotes that do not fit are refused with their line, and a quote that is never closed does not take in the file', async () => {
  for (const [text, line] of [
    ['a,b\n1,2"3\n', 2],
    ['a\n"b"c\n', 2],
    ['a\nb\n"never closed\nand on', 3],
    [`a\n"${'x'.repeat(30_000)}`, 2],
  ] as const)
    await expect(rowsOf(text, ',', 5_000), text.slice(0, 20)).rejects.toMatchObject({ why: 'quotes', line });
  await expect(rowsOf(','.repeat(300))).rejects.toBeInstanceOf(BrokenCsv);
});
