/** Files of messages: stores what came with a message and reads it for who may see it. The bytes are in `file-store.ts`. */
import { and, eq } from 'drizzle-orm';
import type { InboundFile } from '../channels/channel-adapter.ts';
import type { AttachmentId, ConversationId, MessageId } from '../../shared/domain/ids.ts';
import { attachment, auditEvent, blob } from '../db/schema.ts';
import type { Queries } from '../db/server-database.ts';
import type { Writing } from '../db/write.ts';
import type { FileStore } from './file-store.ts';
import { type BlockedBecause, judgeFile, type Judgement } from './judge-file.ts';
import type { Scan, ScanResult } from './scan-file.ts';

export type StoredFile = Judgement & {
  sha256: string;
  path: string;
  size: number;
  declaredType: string;
  inlineCid: string | null;
  /** What a scanner calls that which it found. */
  virus: string | null;
};

function reasonOf(result: Exclude<ScanResult, { is: 'clean' }>): BlockedBecause {
  return result.is === 'infected' ? 'infected' : 'notScanned';
}

/**
 * Puts the bytes away, before and outside the transaction: a file that no row names is only a little waste. A message never
 * waits for its files: what a scanner has not answered about comes in held back, and is asked about again later.
 */
export async function storeFiles(store: FileStore, files: InboundFile[], scan: Scan | null): Promise<StoredFile[]> {
  const stored: StoredFile[] = [];
  for (const file of files) {
    const judgement = await judgeFile(file.name, file.declaredType, file.bytes);
    const result = await scan?.(file.bytes);
    const because = result === undefined || result.is === 'clean' ? judgement.blockedBecause : reasonOf(result);
    stored.push({
      ...judgement,
      isBlocked: because !== null,
      blockedBecause: because,
      virus: result?.is === 'infected' ? result.name : null,
      ...(await (because === 'infected' ? store.quarantine(file.bytes) : store.put(file.bytes))),
      declaredType: file.declaredType.slice(0, 200),
      inlineCid: file.inlineCid,
    });
  }
  return stored;
}

/** Writes the rows of stored files into their message. */
export async function addAttachments(
  w: Writing,
  messageId: MessageId,
  conversationId: ConversationId,
  files: StoredFile[],
): Promise<void> {
  if (files.length === 0) return;
  const ids: AttachmentId[] = [];
  for (const file of files) {
    const id = w.newId<AttachmentId>();
    ids.push(id);
    await w.tx
      .insert(blob)
      .values({ sha256: file.sha256, size: file.size, path: file.path, storedAt: w.now })
      .onConflictDoNothing();
    await w.tx.insert(attachment).values({
      id,
      messageId,
      conversationId,
      name: file.name,
      declaredType: file.declaredType,
      sniffedType: file.sniffedType,
      size: file.size,
      sha256: file.sha256,
      inlineCid: file.inlineCid,
      isBlocked: file.isBlocked,
      blockedBecause: file.blockedBecause,
    });
    if (file.virus !== null) await noteInfected(w, id, file.sha256, file.virus);
  }
  w.append('attachment', ids);
}

/** Says it in the audit, and holds back equal bytes that came before the scanner knew. */
export async function noteInfected(w: Writing, id: AttachmentId, sha256: string, virus: string): Promise<void> {
  const held = await w.tx
    .update(attachment)
    .set({ isBlocked: true, blockedBecause: 'infected' })
    .where(and(eq(attachment.sha256, sha256), eq(attachment.isBlocked, false)))
    .returning({ id: attachment.id });
  w.append(
    'attachment',
    held.map((row) => row.id),
  );
  const after = { virus, sha256, heldBackToo: held.length };
  await w.tx.insert(auditEvent).values({ id: w.newId(), at: w.now, what: 'file.infected', target: id, after });
}

export type FileContent = { name: string; type: string; bytes: Uint8Array };

/**
 * Reads a file of one conversation, or null when that conversation has no such file or the file is blocked.
 * Whether the reader may see the conversation is asked before.
 */
export async function readAttachment(
  queries: Queries,
  store: FileStore,
  conversationId: ConversationId,
  attachmentId: AttachmentId,
): Promise<FileContent | null> {
  const [row] = await queries
    .select({ attachment, path: blob.path })
    .from(attachment)
    .innerJoin(blob, eq(blob.sha256, attachment.sha256))
    .where(and(eq(attachment.id, attachmentId), eq(attachment.conversationId, conversationId)));
  if (!row || row.attachment.isBlocked) return null;
  return { name: row.attachment.name, type: row.attachment.sniffedType, bytes: await store.get(row.path) };
}

/** The conversation that a file belongs to, or null; for the check of rights. */
export async function conversationOfAttachment(
  queries: Queries,
  attachmentId: AttachmentId,
): Promise<ConversationId | null> {
  const [row] = await queries
    .select({ conversationId: attachment.conversationId })
    .from(attachment)
    .where(eq(attachment.id, attachmentId));
  return row?.conversationId ?? null;
}
