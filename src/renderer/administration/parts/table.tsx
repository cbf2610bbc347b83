/** A plain table of things that can be opened: a real table for readers, a button in its first cell for keys. */
import type { ReactNode } from 'react';

export type Column<T> = {
  id: string;
  title: string;
  cell: (row: T) => ReactNode;
  /** Figures stand at the right. */
  isNumber?: boolean;
};

/** `onOpen` makes the first cell of each row a button. */
export function Table<T extends { id: string }>({
  label,
  columns,
  rows,
  onOpen,
  isMuted,
}: {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  onOpen?: ((row: T) => void) | undefined;
  /** Rows that count no more: drawn fainter. */
  isMuted?: (row: T) => boolean;
}) {
  return (
    <div className="scroll-thin overflow-x-auto">
      <table aria-label={label} className="w-full text-13">
        <thead>
          <tr className="border-b border-line text-left text-12 text-ink3">
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                className={`px-4 py-2 font-medium whitespace-nowrap ${column.isNumber === true ? 'text-right' : ''}`}
              >
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.id}
              className={`border-b border-line last:border-b-0 hover:bg-hover ${isMuted?.(row) === true ? 'text-ink3' : ''}`}
            >
              {columns.map((column, at) => (
                <td
                  key={column.id}
                  className={`px-4 py-2 align-top ${column.isNumber === true ? 'num text-right whitespace-nowrap' : ''}`}
                >
                  {at === 0 && onOpen !== undefined ? (
                    <button
                      type="button"
                      onClick={() => onOpen(row)}
                      className="min-h-6 rounded-sm text-left font-bold text-accent hover:underline"
                    >
                      {column.cell(row)}
                    </button>
                  ) : (
                    column.cell(row)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
