/**
 * Reads CSV as it comes (RFC 4180, with any one delimiter): memory holds one row, however long the file. Stops at quotes that
 * do not fit instead of guessing, because everything behind them would stand in the wrong cells.
 */

export type CsvRow = {
  /** Line of the file in which the row begins, from 1. */
  line: number;
  cells: string[];
};

/** The file is not CSV at this line. */
export class BrokenCsv extends Error {
  override name = 'BrokenCsv';
  readonly why: 'quotes' | 'tooLong';
  readonly line: number;
  constructor(why: 'quotes' | 'tooLong', line: number) {
    super(`line ${line}: ${why}`);
    this.why = why;
    this.line = line;
  }
}

/** A quote that is never closed would take in the whole file. */
const LONGEST_CELL = 20_000;
const MOST_CELLS = 200;

/**
 * Gives the rows, empty lines left out.
 * @param text parts of the file, cut anywhere
 * @throws BrokenCsv
 */
export async function* readCsv(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<CsvRow> {
  let cells: string[] = [];
  let cell = '';
  let line = 1;
  let began = 1;
  /** `quoted` inside quotes; `closed` right after the closing one; `plain` a cell without; `start` before its first sign. */
  let at: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  let isAfterReturn = false;
  const endCell = (): void => {
    if (cells.length >= MOST_CELLS) throw new BrokenCsv('tooLong', began);
    cells.push(cell);
    cell = '';
    at = 'start';
  };
  const endRow = (): CsvRow | null => {
    endCell();
    const row = { line: began, cells };
    cells = [];
    began = line;
    return row.cells.length === 1 && row.cells[0] === '' ? null : row;
  };
  for await (const part of text) {
    for (const sign of part) {
      const wasReturn = isAfterReturn;
      isAfterReturn = sign === '\r';
      if (sign === '\n' ? !wasReturn : sign === '\r') line += 1;
      if (at === 'quoted') {
        if (sign === '"') at = 'closed';
        else cell += sign;
        if (cell.length > LONGEST_CELL) throw new BrokenCsv('quotes', began);
        continue;
      }
      if (sign === '\n' && wasReturn) {
        // The second half of a line end whose row is done.
        began = line;
        continue;
      }
      if (sign === delimiter) endCell();
      else if (sign === '\n' || sign === '\r') {
        const row = endRow();
        if (row) yield row;
      } else if (sign === '"' && at === 'start') at = 'quoted';
      else if (sign === '"' && at === 'closed') {
        cell += '"';
        at = 'quoted';
      } else if (sign === '"' || at === 'closed') throw new BrokenCsv('quotes', line);
      else {
        at = 'plain';
        cell += sign;
        if (cell.length > LONGEST_CELL) throw new BrokenCsv('tooLong', line);
      }
    }
  }
  if (at === 'quoted') throw new BrokenCsv('quotes', began);
  if (at !== 'start' || cells.length > 0) {
    const row = endRow();
    if (row) yield row;
  }
}
