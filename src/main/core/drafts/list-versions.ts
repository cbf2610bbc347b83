/** `drafts.versions` and `drafts.serverVersions`: what a draft was in the last 30 days, from this device and from the server. */
import { z } from 'zod';
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import { draftVersionSchema } from '../../../shared/draft-asks.ts';
import type { Desk } from '../desk.ts';
import { askFor } from './ask-for.ts';

type Versions = Awaited<ReturnType<ConsoleHandlers['drafts']['versions']>>;
type Input = { conversationId: string };

/** Versions that are listed at most. */
const MOST = 50;

/** Newest first, from this device. */
export function listVersions(desk: Desk, { conversationId }: Input): Versions {
  return {
    versions: desk.outbox.reader.all<Versions['versions'][number]>(
      `select what, text, max(saved_at) as savedAt from draft_version where conversation_id = ?
       group by what, text order by savedAt desc limit ${MOST}`,
      conversationId,
    ),
  };
}

/** Newest first, from the server: also what was typed on another device. Refused with `offline`. */
export async function readServerVersions(desk: Desk, { conversationId }: Input): Promise<Versions> {
  const versions = await askFor(desk, { method: 'readDraftVersions', conversationId }, z.array(draftVersionSchema));
  return { versions };
}
