/**
 * CSV as every export of ours writes it, and the one change that is made to what people wrote: a spreadsheet must not run
 * it. A cell that begins like a formula gets a quote sign in front, which an import takes away again.
 */

/** What a spreadsheet takes for a formula. Source: OWASP, "CSV Injection". */
const LIKE_A_FORMULA = /^[=+\-@\t\r]/;

/** One line with its end. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: string | number | null): string {
  if (typeof value === 'number') return String(value);
  const text = value ?? '';
  const safe = LIKE_A_FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Takes back what `csvLine` did to a cell. */
export function withoutGuard(cell: string): string {
  return cell.startsWith("'") && LIKE_A_FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}

/** Stands before the first line: Excel reads the file as UTF-8 then. */
export const CSV_MARK = '\uFEFF';
