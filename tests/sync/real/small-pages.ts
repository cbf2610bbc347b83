/**
 * Makes pages of four rows instead of a thousand, so that a short run cuts them as often as a long life does. For plain
 * Node; under vitest the suite mocks the same number.
 */
import { registerHooks } from 'node:module';

export const SMALL_PAGE = 4;

/** From now on `ROWS_PER_PAGE` is small for every module that is loaded later. */
export function readInSmallPages(): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith('/src/shared/sync-protocol.ts') || !loaded.source) return loaded;
      const source = Buffer.from(loaded.source as Uint8Array | string).toString('utf8');
      return { ...loaded, source: source.replace(/ROWS_PER_PAGE = 1_000/, `ROWS_PER_PAGE = ${SMALL_PAGE}`) };
    },
  });
}
