import { describe, expect, test } from 'vitest';
import type { MessagesFrame, WidgetMessage } from '../shared/widget-protocol.ts';
import {
  addOwn,
  applyMessages,
  applyRead,
  type ChatLog,
  countUnread,
  cursorOf,
  dropOwn,
  emptyLog,
  markOwn,
} from './chat-log.ts';

const own = (id: string): Parameters<typeof addOwn>[1] => ({
  clientMessageId: id,
  authorName: '田中',
  text: id,
  sentAt: 1,
  file: null,
});
const message = (seq: number, more: Partial<WidgetMessage> = {}): WidgetMessage => ({
  messageId: `m${seq}`,
  seq,
  direction: 'out',
  authorName: '鈴木',
  text: `out ${seq}`,
  sentAt: seq,
  clientMessageId: null,
  files: [],
  ...more,
});
const mine = (seq: number, id: string): WidgetMessage =>
  message(seq, { direction: 'in', clientMessageId: id, text: id });
const frame = (messages: WidgetMessage[], more: Partial<MessagesFrame> = {}): MessagesFrame => ({
  conversationId: 'c1',
  messages,
  readSeq: 0,
  isOpen: true,
  ...more,
});
const keys = (log: ChatLog): string[] => log.lines.map((line) => line.key);

describe('the log of a chat', () => {
  test('a line that comes back from the server is the line that was written, whatever came first', () => {
    const written = addOwn(addOwn(emptyLog, own('a')), own('b'));
    const answered = markOwn(written, 'a', 'sent');
    const listed = applyMessages(answered, frame([mine(1, 'a'), message(2), mine(3, 'b')]));
    expect(keys(listed)).toEqual(['a', 'm2', 'b']);
    expect(listed.lines.map((line) => line.mark)).toEqual(['sent', null, 'sent']);
    // The answer to b comes after the list that brought it, as a failure of the line: too late to mean anything.
    expect(markOwn(listed, 'b', 'failed', 'offline')).toEqual(listed);
    expect(dropOwn(listed, 'b')).toEqual(listed);
  });

  test('the same list twice changes nothing', () => {
    const list = frame([mine(1, 'a'), message(2)], { readSeq: 1 });
    const once = applyMessages(emptyLog, list);
    expect(applyMessages(once, list)).toEqual(once);
  });

  test('what is not sent yet stays at the end', () => {
    const log = applyMessages(addOwn(emptyLog, own('later')), frame([message(1), message(2)]));
    expect(keys(log)).toEqual(['m1', 'm2', 'later']);
    expect(cursorOf(log)).toEqual({ conversationId: 'c1', seq: 2 });
  });

  test('a read mark climbs and never goes back', () => {
    const log = applyMessages(emptyLog, frame([mine(1, 'a'), mine(2, 'b')]));
    const read = applyRead(log, 'c1', 1);
    expect(read.lines.map((line) => line.mark)).toEqual(['read', 'sent']);
    expect(applyRead(read, 'c1', 0)).toBe(read);
    expect(applyRead(read, 'another', 2)).toBe(read);
    expect(applyMessages(read, frame([], { readSeq: 0 })).lines.map((line) => line.mark)).toEqual(['read', 'sent']);
  });

  test('a later conversation stands below the earlier one and counts for itself', () => {
    const first = applyMessages(emptyLog, frame([mine(1, 'a'), message(9)], { readSeq: 1 }));
    const second = applyMessages(addOwn(first, own('b')), frame([mine(1, 'b'), message(2)], { conversationId: 'c2' }));
    expect(keys(second)).toEqual(['a', 'm9', 'b', 'm2']);
    expect(second.lines.map((line) => line.mark)).toEqual(['read', null, 'sent', null]);
    expect(cursorOf(second)).toEqual({ conversationId: 'c2', seq: 2 });
    expect(countUnread(second, 0)).toBe(1);
    expect(countUnread(second, 2)).toBe(0);
  });

  test('a line that failed can go again or be thrown away', () => {
    const failed = markOwn(addOwn(emptyLog, own('a')), 'a', 'failed', 'too-long');
    expect(failed.lines[0]).toMatchObject({ mark: 'failed', failedBecause: 'too-long' });
    expect(markOwn(failed, 'a', 'sending').lines[0]).toMatchObject({ mark: 'sending', failedBecause: null });
    expect(dropOwn(failed, 'a').lines).toEqual([]);
  });
});
