/** What a server one version ahead says to this console: a column more in every table, kinds that nobody here knows. */
import { unpackPage } from '../../../src/main/core/sync/unpack-page.ts';
import type { Page } from '../../../src/shared/sync-protocol.ts';

/** A column of tomorrow. The console has to keep it beside the row. */
export const COLUMN_OF_TOMORROW = 'moodOfTomorrow';

/** The same payload as the newer server would say it, where it carries a page. */
export function asNewerServerSays(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return payload;
  const { page } = payload as { page?: unknown };
  const opened = page === undefined || page === null ? null : unpackPage(page);
  return { ...payload, fieldOfTomorrow: 1, ...(opened ? { page: { json: JSON.stringify(newer(opened)) } } : {}) };
}

function newer({ tables, gone }: Page): unknown {
  return {
    tables: [
      ...tables.map(({ kind, columns, rows }) => ({
        kind,
        columns: [...columns, COLUMN_OF_TOMORROW],
        rows: rows.map((row) => [...row, { calm: row[0] }]),
      })),
      { kind: 'kindOfTomorrow', columns: ['id', 'sv'], rows: [['1', 1]] },
    ],
    // A page may hold only so many.
    gone: gone.length > 0 ? gone : [{ kind: 'kindOfTomorrow', id: '00000000-0000-7000-8000-000000000002', sv: 1 }],
  };
}
