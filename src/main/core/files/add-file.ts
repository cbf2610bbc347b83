/** `files.add`: keeps a file with the draft of a conversation, on the disk before it answers. Sends nothing. */
import { createHash } from 'node:crypto';
import { limitsOf } from '../../../shared/domain/channel.ts';
import { cleanFileName } from '../../../shared/domain/clean-text.ts';
import { newId } from '../../../shared/domain/clock.ts';
import { faultOfFiles, type FilesFault, MOST_FILES } from '../../../shared/domain/file.ts';
import type { ConversationId, UploadId } from '../../../shared/domain/ids.ts';
import { getPredicted } from '../conversations/get-conversation.ts';
import type { Desk } from '../desk.ts';
import { writeOutbox } from '../outbox/enqueue.ts';
import { Refused } from '../refused.ts';
import { filesOfDraft, keepFile } from './outgoing-files.ts';

type Input = { conversationId: ConversationId; name: string; type: string; base64: string };

/** Refused with `not-found`, `bad-input`, `too-large`, `not-allowed` (what runs; a channel that takes no files) and `storage-full`. */
export function addFile(desk: Desk, { conversationId, name, type, base64 }: Input): { fileId: UploadId } {
  const { channel } = getPredicted(desk, conversationId);
  const bytes = Buffer.from(base64, 'base64');
  if (base64.length % 4 !== 0 || bytes.byteLength !== Buffer.byteLength(base64, 'base64'))
    throw new Refused('bad-input', 'the bytes of a file are base64 with its padding', 'base64');
  const file = {
    id: newId(desk.clock, desk.random) as UploadId,
    conversationId,
    name: cleanFileName(name),
    type,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  const before = filesOfDraft(desk.outbox.reader, conversationId);
  refuseFault(faultOfFiles(limitsOf(channel), [...before, { name: file.name, size: bytes.byteLength }]), channel);
  writeOutbox(desk, (writer, touch) => keepFile(writer, touch, file, bytes));
  return { fileId: file.id };
}

/** Refuses a fault by name, with the limit and the remedy. */
export function refuseFault(fault: FilesFault | null, channel: Parameters<typeof limitsOf>[0]): void {
  const megabytes = (bytes: number | undefined): string => `${Math.floor((bytes ?? 0) / 1024 / 1024)} MB`;
  const { files } = limitsOf(channel);
  switch (fault) {
    case null:
      return;
    case 'channel':
      throw new Refused('not-allowed', `${channel} takes no files`);
    case 'runs':
      throw new Refused('not-allowed', 'a file that runs is not sent to customers', 'name');
    case 'empty':
      throw new Refused('bad-input', 'the file is empty', 'base64');
    case 'tooMany':
      throw new Refused('too-large', `a reply has ${MOST_FILES} files at most: send the others with another`, 'name');
    case 'tooLarge':
      throw new Refused('too-large', `a file by ${channel} has ${megabytes(files?.largest)} at most`, 'base64');
    case 'tooLargeTogether':
      throw new Refused(
        'too-large',
        `the files of a reply by ${channel} have ${megabytes(files?.together)} together at most: send two replies`,
        'base64',
      );
  }
}
