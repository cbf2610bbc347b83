/**
 * The drafts of this device in `outbox.db`: what is typed, what it was before, and which drafts have ended. Everything
 * here happens inside a transaction of whoever calls. Knows no server: `copy-drafts.ts` tells it.
 */
import { newId } from '../../../shared/domain/clock.ts';
import {
  DRAFT_VERSION_EVERY_MS,
  DRAFT_VERSIONS_KEPT_MS,
  type DraftKind,
  type DraftMail,
} from '../../../shared/domain/draft.ts';
import { shownNameOf } from '../customers/find-shown-customer.ts';
import type { Reader, Writer } from '../db/connection.ts';
import type { Touch } from '../db/write.ts';
import type { Desk } from '../desk.ts';

export type LocalDraft = {
  conversationId: string;
  what: DraftKind;
  draftId: string;
  revision: number;
  copiedRevision: number | null;
  text: string;
  mail: DraftMail | null;
  savedAt: number;
  customerName: string | null;
  conversationNumber: string | null;
};

const SELECT = `select conversation_id as conversationId, what, draft_id as draftId, revision, copied_revision as copiedRevision,
  text, mail, saved_at as savedAt, customer_name as customerName, conversation_number as conversationNumber from draft`;

/** Drafts that match; `where` is SQL of ours. */
export function listDrafts(outbox: Reader, where: string, ...values: (string | number)[]): LocalDraft[] {
  return outbox
    .all<Omit<LocalDraft, 'mail'> & { mail: string | null }>(`${SELECT} where ${where}`, ...values)
    .map((row) => ({ ...row, mail: row.mail === null ? null : (JSON.parse(row.mail) as DraftMail) }));
}

/** The draft of a conversation, or undefined. */
export function findDraft(outbox: Reader, conversationId: string, what: DraftKind): LocalDraft | undefined {
  return listDrafts(outbox, 'conversation_id = ? and what = ?', conversationId, what)[0];
}

/** Writes what is typed. The first letter begins a draft with a name of its own. */
export function putDraft(
  desk: Desk,
  writer: Writer,
  conversationId: string,
  what: DraftKind,
  text: string,
  mail: DraftMail | null,
): void {
  const before = findDraft(writer, conversationId, what);
  const now = desk.clock.now();
  const written = [text, mail === null ? null : JSON.stringify(mail), now] as const;
  if (before) {
    if (before.text !== text && isVersionDue(writer, before, now))
      keepVersion(desk, writer, conversationId, what, before.text, before.savedAt);
    writer.run(
      'update draft set text = ?, mail = ?, saved_at = ?, revision = revision + 1 where conversation_id = ? and what = ?',
      ...written,
      conversationId,
      what,
    );
    return;
  }
  const of = desk.cache.reader.get<{ customerId: string; number: string }>(
    'select customer_id as customerId, number from conversation where id = ?',
    conversationId,
  );
  writer.run(
    `insert into draft (text, mail, saved_at, conversation_id, what, draft_id, revision, customer_name, conversation_number)
     values (?, ?, ?, ?, ?, ?, 1, ?, ?)`,
    ...written,
    conversationId,
    what,
    newId(desk.clock, desk.random),
    of ? shownNameOf(desk.cache.reader, of.customerId) : null,
    of?.number ?? null,
  );
}

/** Ends a draft and keeps what it was as a version; does nothing when there is none. */
export function finishDraft(desk: Desk, writer: Writer, touch: Touch, conversationId: string, what: DraftKind): void {
  const draft = findDraft(writer, conversationId, what);
  if (!draft) return;
  keepVersion(desk, writer, conversationId, what, draft.text, draft.savedAt);
  writer.run('delete from draft where draft_id = ?', draft.draftId);
  noteDone(desk, writer, draft.draftId, draft.revision, 'ended');
  touch(`draft:${conversationId}`);
  touch('inbox');
}

/** Keeps a text as a version and forgets what is older than 30 days. */
export function keepVersion(
  desk: Desk,
  writer: Writer,
  conversationId: string,
  what: DraftKind,
  text: string,
  savedAt: number,
): void {
  if (text.trim() === '') return;
  writer.run(
    'insert into draft_version (conversation_id, what, text, saved_at) values (?, ?, ?, ?)',
    conversationId,
    what,
    text,
    savedAt,
  );
  writer.run('delete from draft_version where saved_at < ?', desk.clock.now() - DRAFT_VERSIONS_KEPT_MS);
}

/** Remembers that a draft is over, for the server: `ended` one of this device, `superseded` one of another device. */
export function noteDone(
  desk: Desk,
  writer: Writer,
  draftId: string,
  revision: number,
  why: 'ended' | 'superseded',
): void {
  const now = desk.clock.now();
  writer.run(
    `insert into draft_done (draft_id, revision, why, at) values (?, ?, ?, ?)
     on conflict (draft_id) do update set revision = max(revision, excluded.revision), why = excluded.why, told_at = null`,
    draftId,
    revision,
    why,
    now,
  );
  writer.run('delete from draft_done where told_at is not null and at < ?', now - DRAFT_VERSIONS_KEPT_MS);
}

function isVersionDue(writer: Writer, { conversationId, what }: LocalDraft, now: number): boolean {
  const last = writer.value<number | null>(
    'select max(saved_at) from draft_version where conversation_id = ? and what = ?',
    conversationId,
    what,
  );
  return last === undefined || last === null || now - last >= DRAFT_VERSION_EVERY_MS;
}
