/**
 * Copies the drafts of this device to the server every few seconds, and tells it which have ended. Not by the outbox: a
 * draft is no order, only its newest state counts, and it must never hold up a reply. One question at a time; what is
 * asked twice changes nothing.
 */
import type { Ask, AskReply } from '../../../shared/sync-protocol.ts';
import { keptDraftsSchema } from '../../../shared/draft-asks.ts';
import { write } from '../db/write.ts';
import type { Desk } from '../desk.ts';
import type { Schedule } from '../schedule.ts';
import { finishDraft, listDrafts } from './draft-store.ts';
import { listCopies } from './other-drafts.ts';

/** From the first change to its copy, in ms: what a lost PC costs at most while there is a line. */
const COPY_AFTER_MS = 3_000;
/** After a failure, in ms. */
const RETRY_MS = 30_000;
/** Drafts in one question: few, and not too many characters. */
const AT_ONCE = { drafts: 20, characters: 400_000, done: 100 } as const;

type KeepDrafts = Extract<Ask, { method: 'keepDrafts' }>;

export type DraftCopier = {
  /** Something was typed, sent or thrown away. */
  changed(): void;
  /** The line stands and this device has caught up. */
  begin(): void;
  pause(): void;
  /** Copies came from the server: another device has gone on, or one that ended here is still shown. */
  arrived(): void;
  stop(): void;
};

/** A copier that waits for a line. */
export function makeDraftCopier(
  desk: Desk,
  parts: {
    schedule: Schedule;
    deviceName: string;
    ask(ask: Ask): Promise<AskReply>;
    onFailure(error: unknown): void;
    log(line: string): void;
  },
): DraftCopier {
  const { schedule, log } = parts;
  const { outbox } = desk;
  let isOpen = false;
  let isAsking = false;
  let isStopped = false;
  let cancel: (() => void) | null = null;

  function later(ms: number): void {
    if (isOpen && !isAsking && cancel === null) cancel = schedule.after(ms, copy);
  }

  function copy(): void {
    cancel = null;
    if (!isOpen || isAsking || isStopped || !desk.isOutboxWritable) return;
    const ask = next();
    if (ask.drafts.length + ask.done.length === 0) return;
    isAsking = true;
    parts.ask(ask).then(
      (answer) => hear(ask, answer),
      () => hear(ask, null),
    );
  }

  /** Nobody waits for this: a full disk that refuses it must not end the thread. */
  function hear(ask: KeepDrafts, answer: AskReply | null): void {
    try {
      heard(ask, answer);
    } catch (error) {
      parts.onFailure(error);
      later(RETRY_MS);
    }
  }

  function next(): KeepDrafts {
    const drafts: KeepDrafts['drafts'] = [];
    let characters = 0;
    for (const one of listDrafts(
      outbox.reader,
      'copied_revision is null or copied_revision < revision order by saved_at desc',
    )) {
      characters += one.text.length;
      if (drafts.length > 0 && (drafts.length >= AT_ONCE.drafts || characters > AT_ONCE.characters)) break;
      const { draftId, conversationId, what, text, mail, revision } = one;
      drafts.push({ id: draftId, conversationId, what, text, mail, revision });
    }
    const done = outbox.reader.all<KeepDrafts['done'][number]>(
      `select draft_id as id, revision, why from draft_done where told_at is null order by at limit ${AT_ONCE.done}`,
    );
    return { method: 'keepDrafts', drafts, done, deviceName: parts.deviceName };
  }

  function heard(ask: KeepDrafts, answer: AskReply | null): void {
    isAsking = false;
    if (isStopped) return;
    if (!answer?.ok) {
      if (answer) log(`drafts were not copied: ${answer.why}`);
      return later(RETRY_MS);
    }
    const kept = keptDraftsSchema.safeParse(answer.output);
    if (kept.success && kept.data.refused.length > 0)
      log(`${kept.data.refused.length} drafts may not be copied: their conversations are not this agent's`);
    write(outbox, (writer) => {
      // What was typed meanwhile has a higher revision and is copied next.
      for (const { id, revision } of ask.drafts)
        writer.run('update draft set copied_revision = ? where draft_id = ?', revision, id);
      for (const { id, revision } of ask.done)
        writer.run(
          'update draft_done set told_at = ? where draft_id = ? and revision = ?',
          desk.clock.now(),
          id,
          revision,
        );
    });
    later(COPY_AFTER_MS);
  }

  /** Another device has gone on with a draft that has not changed here since: it is over here, its text is a version. */
  function obey(): void {
    const copies = listCopies(desk, null);
    if (copies.length === 0) return;
    write(outbox, (writer, touch) => {
      for (const { id, revision, supersededAt } of copies) {
        const [own] = listDrafts(writer, 'draft_id = ?', id);
        if (own && supersededAt !== null && own.revision <= revision)
          finishDraft(desk, writer, touch, own.conversationId, own.what);
        // The server was restored, or an old question came late: said once more, but not while the answer is on its way.
        if (supersededAt === null)
          writer.run(
            'update draft_done set told_at = null where draft_id = ? and revision >= ? and told_at < ?',
            id,
            revision,
            desk.clock.now() - RETRY_MS,
          );
      }
    });
  }

  return {
    changed: () => later(COPY_AFTER_MS),
    begin() {
      isOpen = true;
      obey();
      later(0);
    },
    pause() {
      isOpen = false;
      cancel?.();
      cancel = null;
    },
    arrived() {
      obey();
      later(COPY_AFTER_MS);
    },
    stop() {
      isStopped = true;
      isOpen = false;
      cancel?.();
      cancel = null;
    },
  };
}
