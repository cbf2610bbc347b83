/** All migrations in the order in which they run. The index of a migration is its number: never reorder, never remove. */
import * as m0001 from './0001-first-tables.ts';
import * as m0002 from './0002-first-references.ts';
import * as m0003 from './0003-device-keys.ts';
import * as m0004 from './0004-consents-and-edited-notes.ts';
import * as m0005 from './0005-uploads.ts';
import * as m0006 from './0006-drafts.ts';
import * as m0007 from './0007-key-proof.ts';
import * as m0008 from './0008-accounts.ts';
import * as m0009 from './0009-administration.ts';
import * as m0010 from './0010-scanned-files.ts';
import * as m0011 from './0011-imports.ts';
import * as m0012 from './0012-set-up.ts';
import * as m0013 from './0013-merged-customers.ts';
import * as m0014 from './0014-knowledge.ts';
import * as m0015 from './0015-api-tokens.ts';
import * as m0016 from './0016-webhooks.ts';

export type Migration = { name: string; sql: string };

export const migrations: readonly Migration[] = [
  m0001,
  m0002,
  m0003,
  m0004,
  m0005,
  m0006,
  m0007,
  m0008,
  m0009,
  m0010,
  m0011,
  m0012,
  m0013,
  m0014,
  m0015,
  m0016,
];
