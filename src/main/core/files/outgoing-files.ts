/**
 * The files that an agent sends, in `outbox.db`: with a draft while they have no message, then with the reply that takes
 * them along, until its message is here. Knows neither window nor server.
 */
import type { SentFile } from '../../../shared/domain/file.ts';
import type { UploadId } from '../../../shared/domain/ids.ts';
import type { Reader, Writer } from '../db/connection.ts';
import type { Touch } from '../db/write.ts';

/** Bytes of one part, as it is kept and as it goes to the server. */
const PART = 512 * 1024;

export type NewFile = { id: UploadId; conversationId: string; name: string; type: string; sha256: string };
export type FileToUpload = {
  id: UploadId;
  messageId: string;
  name: string;
  type: string;
  size: number;
  sha256: string;
};

/** The files that stand with the draft of a conversation, in the order in which they were added. */
export function filesOfDraft(outbox: Reader, conversationId: string): SentFile[] {
  return outbox.all<SentFile>(
    'select id as uploadId, name, type, size from outgoing_file where conversation_id = ? and message_id is null order by n',
    conversationId,
  );
}

/** Keeps a file with the draft of its conversation. */
export function keepFile(writer: Writer, touch: Touch, file: NewFile, bytes: Uint8Array): void {
  writer.run(
    'insert into outgoing_file (id, conversation_id, name, type, size, sha256) values (?, ?, ?, ?, ?, ?)',
    file.id,
    file.conversationId,
    file.name,
    file.type,
    bytes.byteLength,
    file.sha256,
  );
  for (let at = 0; at < bytes.byteLength; at += PART)
    writer.run(
      'insert into outgoing_part (file_id, at, bytes) values (?, ?, ?)',
      file.id,
      at,
      bytes.subarray(at, at + PART),
    );
  touch(topicOf(file.conversationId));
}

/** Gives files of a draft to the message that an order will make. */
export function giveToMessage(
  writer: Writer,
  touch: Touch,
  conversationId: string,
  files: readonly SentFile[],
  messageId: string,
): void {
  for (const { uploadId } of files)
    writer.run('update outgoing_file set message_id = ? where id = ? and message_id is null', messageId, uploadId);
  if (files.length > 0) touch(topicOf(conversationId));
}

/** An order was taken back: its files stand with the draft again. They go up anew if they are sent again. */
export function giveBackToDraft(writer: Writer, touch: Touch, conversationId: string, messageId: string): void {
  const { changes } = writer.run(
    'update outgoing_file set message_id = null, is_up = 0 where message_id = ?',
    messageId,
  );
  if (changes > 0) touch(topicOf(conversationId));
}

/** Removes one file of a draft. False when the draft has no such file. */
export function forgetFile(writer: Writer, touch: Touch, fileId: string): boolean {
  const conversationId = writer.value<string>(
    'select conversation_id from outgoing_file where id = ? and message_id is null',
    fileId,
  );
  if (conversationId === undefined) return false;
  writer.run('delete from outgoing_part where file_id = ?', fileId);
  writer.run('delete from outgoing_file where id = ?', fileId);
  touch(topicOf(conversationId));
  return true;
}

/** Removes the files of an order that is done or was thrown away. */
export function forgetFilesOf(writer: Writer, messageId: string): void {
  writer.run(
    'delete from outgoing_part where file_id in (select id from outgoing_file where message_id = ?)',
    messageId,
  );
  writer.run('delete from outgoing_file where message_id = ?', messageId);
}

/** At the start: removes the files of orders that are not there any more. */
export function sweepFiles(writer: Writer): void {
  writer.run(
    `delete from outgoing_file where message_id is not null
       and not exists (select 1 from outbox where outbox.row_id = outgoing_file.message_id)`,
  );
  writer.run('delete from outgoing_part where file_id not in (select id from outgoing_file)');
}

/** What the server has of these files may be gone: they are asked about again before their order goes. */
export function distrustUploads(writer: Writer, messageId?: string): void {
  if (messageId === undefined) writer.run('update outgoing_file set is_up = 0 where is_up = 1');
  else writer.run('update outgoing_file set is_up = 0 where message_id = ?', messageId);
}

/** Files of orders that wait for nothing else, oldest order first. */
export function filesToUpload(outbox: Reader): FileToUpload[] {
  return outbox.all<FileToUpload>(
    `select file.id, file.message_id as messageId, file.name, file.type, file.size, file.sha256
     from outgoing_file as file join outbox on outbox.row_id = file.message_id
     where file.is_up = 0 and outbox.state = 'queued' order by outbox.n, file.n`,
  );
}

/** The bytes of a file from a place on, to the end of the part that holds it; undefined when the file is gone. */
export function bytesFrom(outbox: Reader, fileId: string, offset: number): Uint8Array | undefined {
  const at = Math.floor(offset / PART) * PART;
  const part = outbox.value<Uint8Array>('select bytes from outgoing_part where file_id = ? and at = ?', fileId, at);
  return part?.subarray(offset - at);
}

/** So many bytes of a file are at the server; for the figure on screen, the server itself is asked before anything is sent. */
export function noteReceived(writer: Writer, fileId: string, received: number): void {
  writer.run('update outgoing_file set received = ? where id = ?', received, fileId);
}

/** Bytes of the files of a message that are at the server. */
export function bytesUp(outbox: Reader, messageId: string): number {
  const sum = 'select sum(case when is_up = 1 then size else received end) from outgoing_file where message_id = ?';
  return outbox.value<number | null>(sum, messageId) ?? 0;
}

/** All of a file is at the server. */
export function noteUp(writer: Writer, fileId: string): void {
  writer.run('update outgoing_file set is_up = 1 where id = ?', fileId);
}

/**
 * SQL of the outbox's own table: whether files keep an order back. A reply waits for its files, and what was ordered after
 * it in its conversation waits with it; read marks wait for nothing.
 */
export const WAITS_FOR_FILES = `outbox.kind <> 'conversation.markRead' and exists (
  select 1 from outgoing_file as file join outbox as reply on reply.row_id = file.message_id
  where file.is_up = 0 and reply.state = 'queued' and reply.conversation_id = outbox.conversation_id and reply.n <= outbox.n)`;

function topicOf(conversationId: string): string {
  return `files:${conversationId}`;
}
