/**
 * Brings the files of waiting replies to the server, one after the other in parts, and goes on after a cut where the server
 * says that it was. Nothing leaves before its reply was ordered. Decides nothing about replies but this: one with a file
 * that the server does not take is stopped.
 */
import type { z } from 'zod';
import { uploadReplySchema, type uploadSchema } from '../../../shared/sync-protocol.ts';
import type { DbFile } from '../db/connection.ts';
import { write } from '../db/write.ts';
import { bytesFrom, type FileToUpload, filesToUpload, noteReceived, noteUp } from '../files/outgoing-files.ts';
import type { Schedule } from '../schedule.ts';
import { type AskHttp, type HttpRequest, jsonOf } from '../session/ask-http.ts';
import { touchItem } from './enqueue.ts';
import { listItems } from './outbox-state.ts';
import { blockAfter } from './release-blocked.ts';

export type Uploader = {
  /** The line stands: begin. */
  begin(): void;
  /** The line is gone, or the files are about to be closed: touches nothing from now on. */
  pause(): void;
  /** A reply with files may wait. */
  wake(): void;
};

export type UploaderOptions = {
  outbox: DbFile;
  schedule: Schedule;
  askHttp: AskHttp;
  accessToken(): Promise<string>;
  distrustToken(): void;
  /** All files of some reply are up, or it was stopped: the outbox can go on. */
  onChange(): void;
  /** Something broke on this side, such as a damaged file. */
  onFailure(error: unknown): void;
  log(line: string): void;
};

/** Waits between tries, in ms: the last one repeats. */
const RETRY_MS = [1_000, 3_000, 10_000, 30_000] as const;
/** A part of 512 KB on a slow line fits, in ms. */
const PART_WITHIN_MS = 60_000;

type Answer = number | 'refused' | 'later';

/** An uploader that has not begun. */
export function makeUploader(options: UploaderOptions): Uploader {
  const { outbox, schedule, askHttp, log } = options;
  /** Counts begins and pauses: what was awaited in an earlier round is not looked at any more. */
  let round = 0;
  let isRunning = false;
  let isAtWork = false;
  let cancelRetry = (): void => undefined;
  const failures = new Map<string, number>();
  /** Failed a moment ago; the others go ahead. */
  const postponed = new Set<string>();

  function wake(): void {
    if (!isRunning || isAtWork) return;
    const mine = round;
    isAtWork = true;
    void work(mine)
      .catch((error: unknown) => {
        if (round === mine) options.onFailure(error);
      })
      .finally(() => {
        if (round === mine) isAtWork = false;
      });
  }

  async function work(mine: number): Promise<void> {
    for (;;) {
      const file = filesToUpload(outbox.reader).find(({ id }) => !postponed.has(id));
      if (!file) return;
      const answer = await bring(file, mine);
      if (round !== mine) return;
      if (answer === 'refused') stop(file);
      else if (answer === 'later') tryLater(file);
      else if (answer === file.size) {
        failures.delete(file.id);
        write(outbox, (writer) => noteUp(writer, file.id));
        options.onChange();
      }
    }
  }

  /** Ends with the size of the file when all of it is there; with less when it was taken out meanwhile. */
  async function bring(file: FileToUpload, mine: number): Promise<Answer> {
    const { id, name, type, size, sha256 } = file;
    const body: z.input<typeof uploadSchema> = { id, name, type, size, sha256 };
    let received = await ask({ method: 'POST', path: '/api/uploads', body });
    while (typeof received === 'number' && received < size && round === mine) {
      const bytes = bytesFrom(outbox.reader, id, received);
      if (!bytes) return 0;
      received = await ask({
        method: 'PATCH',
        path: `/api/uploads/${id}`,
        bytes,
        headers: { 'upload-offset': String(received) },
        withinMs: PART_WITHIN_MS,
      });
      if (typeof received === 'number' && round === mine) show(file, received);
    }
    return received;
  }

  /** The last part is told by the file being up. */
  function show({ id, size }: FileToUpload, received: number): void {
    if (received >= size) return;
    write(outbox, (writer, touch) => {
      noteReceived(writer, id, received);
      touch('outbox');
    });
  }

  async function ask(request: HttpRequest): Promise<Answer> {
    try {
      const answer = await askHttp({ ...request, accessToken: await options.accessToken() });
      const reply = uploadReplySchema.safeParse(jsonOf(answer));
      if (answer.status === 200 && reply.success) return reply.data.received;
      if (answer.status === 401) options.distrustToken();
      // What the server does not take in this form it will not take later either.
      if (answer.status === 400 || answer.status === 413 || answer.status === 415) return 'refused';
      return 'later';
    } catch {
      return 'later';
    }
  }

  function tryLater(file: FileToUpload): void {
    const failed = (failures.get(file.id) ?? 0) + 1;
    failures.set(file.id, failed);
    postponed.add(file.id);
    cancelRetry();
    cancelRetry = schedule.after(RETRY_MS[Math.min(failed, RETRY_MS.length) - 1] ?? RETRY_MS[3], () => {
      postponed.clear();
      wake();
    });
  }

  function stop(file: FileToUpload): void {
    log('the server does not take a file of a reply: the reply waits for a person');
    write(outbox, (writer, touch) => {
      for (const item of listItems(writer, "row_id = ? and state = 'queued'", file.messageId)) {
        writer.run("update outbox set state = 'refused', reason = 'file-not-allowed' where n = ?", item.n);
        if (item.conversationId !== null) blockAfter(writer, item.conversationId, item.n);
        touchItem(touch, item.conversationId, item.customerId);
      }
    });
    options.onChange();
  }

  return {
    begin() {
      round += 1;
      isRunning = true;
      isAtWork = false;
      postponed.clear();
      wake();
    },
    pause() {
      round += 1;
      isRunning = false;
      isAtWork = false;
      cancelRetry();
    },
    wake,
  };
}
