/** Opens a page from the wire and proves its outer shape. The rows inside are proven one by one in `check-row.ts`. */
import { zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import {
  type Page,
  packedPageSchema,
  pageSchema,
  ROWS_PER_PAGE,
  tablePageSchema,
} from '../../../shared/sync-protocol.ts';

/**
 * Largest page that is opened, in bytes of JSON. The server ends a page at 1 MiB, but one row may be longer than that
 * (a mail of 200,000 characters with its HTML); a compressed bomb stops here.
 */
const MAX_BYTES = 32 * 1024 * 1024;

/** A page as the contract has it, but for the single values of its rows: asked one by one they make 26,000 objects of a page. */
const outlineSchema = pageSchema.extend({
  tables: z.array(tablePageSchema.extend({ rows: z.array(z.unknown()).max(ROWS_PER_PAGE) })).max(60),
});

/** The page, or null when it is not one. */
export function unpackPage(packed: unknown): Page | null {
  const outer = packedPageSchema.safeParse(packed);
  if (!outer.success) return null;
  try {
    const json =
      'json' in outer.data
        ? outer.data.json
        : zstdDecompressSync(outer.data.zstd, { maxOutputLength: MAX_BYTES }).toString('utf8');
    if (json.length > MAX_BYTES) return null;
    const page = outlineSchema.safeParse(JSON.parse(json));
    if (!page.success || !page.data.tables.every(({ rows }) => rows.every(Array.isArray))) return null;
    return page.data as Page;
  } catch {
    return null;
  }
}
