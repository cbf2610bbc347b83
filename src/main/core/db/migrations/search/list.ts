/** The shapes of `search.db` in their order. A new one is added at the end, never in between. */
import type { Migration } from '../../migrate.ts';
import { begin } from './0001-begin.ts';
import { pairs } from './0002-pairs.ts';

export const searchMigrations: readonly Migration[] = [begin, pairs];
