/** The shapes of `cache.db` in their order. A new one is added at the end, never in between. */
import type { Migration } from '../../migrate.ts';
import { begin } from './0001-begin.ts';
import { findTexts } from './0002-find-texts.ts';
import { consentsAndEditedNotes } from './0003-consents-and-edited-notes.ts';
import { retention } from './0004-retention.ts';
import { drafts } from './0005-drafts.ts';
import { kindsSetAside } from './0006-kinds-set-aside.ts';
import { blockedBecause } from './0007-blocked-because.ts';
import { mergedCustomers } from './0008-merged-customers.ts';
import { knowledge } from './0009-knowledge.ts';

export const cacheMigrations: readonly Migration[] = [
  begin,
  findTexts,
  consentsAndEditedNotes,
  retention,
  drafts,
  kindsSetAside,
  blockedBecause,
  mergedCustomers,
  knowledge,
];
