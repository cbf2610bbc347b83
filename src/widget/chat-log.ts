/**
 * What a visitor's window knows of a chat, and how each thing that happens changes it. Pure: no clock, no socket, no page.
 * A line keeps its key from the moment it is written until it comes back from the server, so it is never shown twice.
 */
import type { MessagesFrame, WidgetCursor, WidgetFile, WidgetMessage } from '../shared/widget-protocol.ts';

/** The ladder of the visitor's own line. `failed` waits for the visitor. */
export type OwnMark = 'sending' | 'sent' | 'read' | 'failed';

export type ChatLine = {
  /** The browser's own id of a line written here, the server's for every other. */
  key: string;
  /** Null until the server's list has brought it. */
  seq: number | null;
  /** Counts conversations: a later one stands below an earlier one, whose `seq` means nothing there. */
  run: number;
  isMine: boolean;
  authorName: string;
  text: string;
  sentAt: number;
  files: WidgetFile[];
  mark: OwnMark | null;
  failedBecause: string | null;
};

export type ChatLog = {
  lines: readonly ChatLine[];
  run: number;
  conversationId: string | null;
  /** Whether an agent may still expect an answer; writing reopens it. */
  isOpen: boolean;
  /** Last `seq` that the list has brought: where the next list goes on. */
  lastSeq: number;
  /** An agent has read the visitor up to here. */
  readSeq: number;
};

export const emptyLog: ChatLog = { lines: [], run: 0, conversationId: null, isOpen: true, lastSeq: 0, readSeq: 0 };

/** Where the next list goes on, or null before the first one. */
export function cursorOf(log: ChatLog): WidgetCursor | null {
  return log.conversationId === null ? null : { conversationId: log.conversationId, seq: log.lastSeq };
}

/** The visitor wrote a line or chose a file: it stands at the end until the server has it. */
export function addOwn(
  log: ChatLog,
  own: { clientMessageId: string; authorName: string; text: string; sentAt: number; file: WidgetFile | null },
): ChatLog {
  if (log.lines.some((line) => line.key === own.clientMessageId)) return log;
  const line: ChatLine = {
    key: own.clientMessageId,
    seq: null,
    run: log.run,
    isMine: true,
    authorName: own.authorName,
    text: own.text,
    sentAt: own.sentAt,
    files: own.file === null ? [] : [own.file],
    mark: 'sending',
    failedBecause: null,
  };
  return { ...log, lines: [...log.lines, line] };
}

/** The server has stored a line (`sent`), could not or would not (`failed`), or the visitor tries again (`sending`). */
export function markOwn(
  log: ChatLog,
  clientMessageId: string,
  mark: 'sent' | 'failed' | 'sending',
  failedBecause: string | null = null,
): ChatLog {
  const lines = log.lines.map((line) =>
    // A line that the list has brought is stored, whatever an answer that comes late says.
    line.key === clientMessageId && line.seq === null ? { ...line, mark, failedBecause } : line,
  );
  return { ...log, lines };
}

/** Takes away a line that failed. */
export function dropOwn(log: ChatLog, clientMessageId: string): ChatLog {
  return { ...log, lines: log.lines.filter((line) => line.key !== clientMessageId || line.seq !== null) };
}

/** The server's list: brings what is new, confirms what was written here, changes nothing that is known. */
export function applyMessages(log: ChatLog, frame: MessagesFrame): ChatLog {
  const isAnother = log.conversationId !== null && log.conversationId !== frame.conversationId;
  const run = isAnother ? log.run + 1 : log.run;
  const base: ChatLog = {
    ...log,
    run,
    conversationId: frame.conversationId,
    isOpen: frame.isOpen,
    lastSeq: isAnother ? 0 : log.lastSeq,
    readSeq: isAnother ? frame.readSeq : Math.max(log.readSeq, frame.readSeq),
  };
  const byKey = new Map(base.lines.map((line) => [line.key, line]));
  for (const message of frame.messages) {
    const key = keyOf(message);
    byKey.set(key, lineOf(message, key, run));
  }
  // What is not stored yet goes with the conversation that runs now.
  const lines = [...byKey.values()].map((line) => (line.seq === null ? { ...line, run } : line));
  lines.sort((a, b) => a.run - b.run || (a.seq ?? Infinity) - (b.seq ?? Infinity) || 0);
  return withMarks({
    ...base,
    lines,
    lastSeq: Math.max(base.lastSeq, ...frame.messages.map((message) => message.seq)),
  });
}

/** An agent has read up to `upToSeq`. A late mark never takes one back. */
export function applyRead(log: ChatLog, conversationId: string, upToSeq: number): ChatLog {
  if (log.conversationId !== conversationId || upToSeq <= log.readSeq) return log;
  return withMarks({ ...log, readSeq: upToSeq });
}

/** Counts the answers after `readUpTo` in the conversation that runs now. */
export function countUnread(log: ChatLog, readUpTo: number): number {
  return log.lines.filter((line) => !line.isMine && line.run === log.run && line.seq !== null && line.seq > readUpTo)
    .length;
}

/** `seq` of the last answer in the conversation that runs now, or 0. */
export function lastAnswerSeq(log: ChatLog): number {
  return log.lines.findLast((line) => !line.isMine && line.run === log.run)?.seq ?? 0;
}

function keyOf(message: WidgetMessage): string {
  return message.direction === 'in' ? (message.clientMessageId ?? message.messageId) : message.messageId;
}

function lineOf(message: WidgetMessage, key: string, run: number): ChatLine {
  return {
    key,
    seq: message.seq,
    run,
    isMine: message.direction === 'in',
    authorName: message.authorName,
    text: message.text,
    sentAt: message.sentAt,
    files: message.files,
    mark: message.direction === 'in' ? 'sent' : null,
    failedBecause: null,
  };
}

function withMarks(log: ChatLog): ChatLog {
  const lines = log.lines.map((line) =>
    line.isMine && line.run === log.run && line.seq !== null && line.seq <= log.readSeq && line.mark !== 'read'
      ? { ...line, mark: 'read' as const }
      : line,
  );
  return { ...log, lines };
}
