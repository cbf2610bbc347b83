/** `files.remove`: takes a file out of a draft, with its bytes. */
import type { UploadId } from '../../../shared/domain/ids.ts';
import type { Desk } from '../desk.ts';
import { writeOutbox } from '../outbox/enqueue.ts';
import { Refused } from '../refused.ts';
import { forgetFile } from './outgoing-files.ts';

/** Refused with `not-found`, also for a file that has gone along with a reply. */
export function removeFile(desk: Desk, { fileId }: { fileId: UploadId }): { ok: true } {
  if (!writeOutbox(desk, (writer, touch) => forgetFile(writer, touch, fileId)))
    throw new Refused('not-found', 'no draft has this file any more', 'fileId');
  return { ok: true };
}
