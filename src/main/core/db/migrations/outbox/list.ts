/** The shapes of `outbox.db` in their order. A new one is added at the end, never in between. */
import type { Migration } from '../../migrate.ts';
import { begin } from './0001-begin.ts';
import { copiedDrafts } from './0002-copied-drafts.ts';
import { outgoingFiles } from './0003-outgoing-files.ts';
import { heldReplies } from './0004-held-replies.ts';
import { receivedBytes } from './0005-received-bytes.ts';

export const outboxMigrations: readonly Migration[] = [begin, copiedDrafts, outgoingFiles, heldReplies, receivedBytes];
