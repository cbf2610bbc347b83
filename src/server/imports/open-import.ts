/** A file of an import as rows: finds out what the administrator did not say, and names what keeps it from being read. */
import type { delimiters, ImportKind, ImportMapping, ImportTrouble } from '../../shared/administration/import-calls.ts';
import { type CellFault, checkRow, missingFields, suggestMapping } from './check-row.ts';
import { decodeFile, detectEncoding, type ImportEncoding, WrongEncoding } from './decode-file.ts';
import { BrokenCsv, type CsvRow, readCsv } from './read-csv.ts';

export type Delimiter = (typeof delimiters)[number];
/** How a file is read. */
export type Reading = { encoding: ImportEncoding; delimiter: Delimiter };

/** The file without the mark that Excel puts before it. */
async function* withoutMark(text: AsyncIterable<string>): AsyncGenerator<string> {
  let isFirst = true;
  for await (const part of text) {
    if (part === '') continue;
    yield isFirst ? part.replace(/^\uFEFF/, '') : part;
    isFirst = false;
  }
}

/**
 * The rows of a file, the first with the names of its columns.
 * @throws WrongEncoding, BrokenCsv
 */
export function rowsOfFile(file: string, { encoding, delimiter }: Reading): AsyncGenerator<CsvRow> {
  return readCsv(withoutMark(decodeFile(file, encoding)), delimiter);
}

/** What an error of reading means to the administrator; any other is thrown on. */
export function troubleOf(error: unknown): ImportTrouble {
  if (error instanceof WrongEncoding) return { why: 'encoding', line: null };
  if (error instanceof BrokenCsv) return { why: error.why, line: error.line };
  throw error;
}

const PREVIEW_ROWS = 20;

/** See `imports.preview` of the contract. */
export async function previewFile(
  file: string,
  kind: ImportKind,
  wished: { encoding: ImportEncoding | null; delimiter: Delimiter | null; mapping: ImportMapping | null },
): Promise<{
  encoding: ImportEncoding | null;
  delimiter: Delimiter;
  columns: string[];
  mapping: ImportMapping;
  rows: { line: number; cells: string[]; faults: CellFault[] }[];
  trouble: ImportTrouble | null;
}> {
  const encoding = wished.encoding ?? (await detectEncoding(file));
  const nothing = { columns: [], mapping: {}, rows: [] };
  if (encoding === null)
    return { ...nothing, encoding, delimiter: wished.delimiter ?? ',', trouble: { why: 'encoding', line: null } };
  let delimiter: Delimiter = wished.delimiter ?? ',';
  const raw: CsvRow[] = [];
  let trouble: ImportTrouble | null = null;
  try {
    delimiter = wished.delimiter ?? (await findDelimiter(file, encoding));
    for await (const row of rowsOfFile(file, { encoding, delimiter })) {
      raw.push(row);
      if (raw.length > PREVIEW_ROWS) break;
    }
    if (raw.length < 2) trouble = { why: 'empty', line: null };
  } catch (error) {
    trouble = troubleOf(error);
  }
  const columns = raw[0]?.cells ?? [];
  const mapping = wished.mapping ?? suggestMapping(kind, columns);
  if (trouble === null && missingFields(kind, mapping).length > 0) trouble = { why: 'missingField', line: null };
  const rows = raw.slice(1).map(({ line, cells }) => ({ line, cells, faults: checkRow(kind, mapping, cells).faults }));
  return { encoding, delimiter, columns, mapping, rows, trouble };
}

/** The one that cuts the first line into most cells. */
async function findDelimiter(file: string, encoding: ImportEncoding): Promise<Delimiter> {
  let best: { delimiter: Delimiter; cells: number } = { delimiter: ',', cells: 1 };
  for (const delimiter of [',', '\t', ';'] as const) {
    const first = await rowsOfFile(file, { encoding, delimiter })
      .next()
      .catch(() => null);
    const cells = first?.done === false ? first.value.cells.length : 0;
    if (cells > best.cells) best = { delimiter, cells };
  }
  return best.delimiter;
}
