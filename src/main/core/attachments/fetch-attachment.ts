/** `attachments.fetch`: the bytes of a file, from the encrypted local copy or from the server. Shows and opens nothing. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import type { AttachmentId } from '../../../shared/domain/ids.ts';
import type { AttachmentRow } from '../../../shared/domain/rows.ts';
import { sqliteCode } from '../db/connection.ts';
import { findRow } from '../db/find-row.ts';
import { write } from '../db/write.ts';
import type { Desk } from '../desk.ts';
import { Refused } from '../refused.ts';
import type { AskHttp } from '../session/ask-http.ts';

type Fetched = Awaited<ReturnType<ConsoleHandlers['attachments']['fetch']>>;

/** Part of the local copy's bytes that copies of files may have; beyond it those go first that were not used for longest. */
const PART_FOR_FILES = 0.1;
/** Largest file that is handed to a window, in bytes: as base64 it fits a frame. */
const LARGEST = 25 * 1024 * 1024;

/** Refused with `not-found`, `not-allowed` (held back as dangerous), `too-large`, and `offline` when only the server has it. */
export async function fetchAttachment(
  desk: Desk,
  askHttp: AskHttp,
  { attachmentId }: { attachmentId: AttachmentId },
): Promise<Fetched> {
  const row = findRow(desk.cache.reader, 'attachment', attachmentId);
  if (!row) throw new Refused('not-found', 'this file is not known on this device', 'attachmentId');
  if (row.isBlocked) throw new Refused('not-allowed', 'this file was held back because it may be dangerous');
  if (row.size > LARGEST) throw new Refused('too-large', 'this file is larger than the console shows');
  const kept = desk.cache.reader.value<Uint8Array>('select bytes from attachment_copy where id = ?', attachmentId);
  const bytes = kept ?? (await download(desk, askHttp, row));
  keep(desk, row.id, bytes, kept !== undefined);
  return { name: row.name, type: row.sniffedType, base64: Buffer.from(bytes).toString('base64') };
}

async function download(desk: Desk, askHttp: AskHttp, row: AttachmentRow): Promise<Uint8Array> {
  const accessToken = await desk.line.accessToken();
  const answer = await askHttp({
    method: 'GET',
    path: `/api/attachments/${row.id}`,
    accessToken,
    withinMs: 60_000,
  }).catch(() => {
    throw new Refused('offline', 'this file is not on this device and the server cannot be reached');
  });
  if (answer.status === 404) throw new Refused('not-found', 'the server does not have this file any more');
  if (answer.status === 401) throw new Refused('signed-out', 'the session is over: sign in again');
  if (answer.status === 403) throw new Refused('not-allowed', 'this file may not be read with this account');
  if (answer.status !== 200) throw new Refused('failed', `the server answered ${answer.status}`);
  return answer.body;
}

/** Keeps a copy, or notes that it was used. A full disk is no reason not to show the file. */
function keep(desk: Desk, id: string, bytes: Uint8Array, isKept: boolean): void {
  const now = desk.clock.now();
  try {
    write(desk.cache, (writer) => {
      if (isKept) return void writer.run('update attachment_copy set used_at = ? where id = ?', now, id);
      writer.run(
        'insert or replace into attachment_copy (id, size, used_at, bytes) values (?, ?, ?, ?)',
        id,
        bytes.byteLength,
        now,
        bytes,
      );
      let room = desk.capBytes() * PART_FOR_FILES;
      for (const copy of writer.all<{ id: string; size: number }>(
        'select id, size from attachment_copy order by used_at desc',
      )) {
        room -= copy.size;
        if (room < 0) writer.run('delete from attachment_copy where id = ?', copy.id);
      }
    });
  } catch (error) {
    if (sqliteCode(error) !== 'SQLITE_FULL') throw error;
  }
}
