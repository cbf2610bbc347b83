import { describe, expect, test } from 'vitest';
import type { TimelineEntry } from '../../shared/console-shapes.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { lineOfEntry, linesOf } from './timeline-lines.ts';

const A = 'a' as ConversationId;
const B = 'b' as ConversationId;
const DAY = 86_400_000;

function message(id: string, conversationId: ConversationId, at: number, seq: number, direction = 'in'): TimelineEntry {
  return {
    kind: 'message',
    id,
    at,
    message: { id, conversationId, channel: 'line', seq, direction },
    attachments: [],
  } as unknown as TimelineEntry;
}
function call(id: string, at: number): TimelineEntry {
  return { kind: 'call', id, at, call: { id, conversationId: 'call' } } as unknown as TimelineEntry;
}
const dayOf = (at: number) => String(Math.floor(at / DAY));
const shape = (lines: ReturnType<typeof linesOf>) =>
  lines.map((line) => (line.kind === 'entry' ? line.entry.id : line.kind));

describe('linesOf', () => {
  test('a day and a conversation are named once, where they begin', () => {
    const lines = linesOf([message('1', A, 0, 1), message('2', A, 1, 2), message('3', A, DAY, 3)], dayOf, null);
    expect(shape(lines)).toEqual(['day', 'conversation', '1', '2', 'day', '3']);
  });
  test('going to another channel and back names both', () => {
    const lines = linesOf([message('1', A, 0, 1), message('2', B, 1, 1), message('3', A, 2, 2)], dayOf, null);
    expect(shape(lines)).toEqual(['day', 'conversation', '1', 'conversation', '2', 'conversation', '3']);
  });
  test('a call between two messages of one conversation does not name it again', () => {
    const lines = linesOf([message('1', A, 0, 1), call('c', 1), message('2', A, 2, 2)], dayOf, null);
    expect(shape(lines)).toEqual(['day', 'conversation', '1', 'c', '2']);
  });
  test('the unread part begins once, before the first customer message behind the mark, in that conversation only', () => {
    const entries = [
      message('1', A, 0, 1),
      message('2', B, 1, 5),
      message('3', A, 2, 2, 'out'),
      message('4', A, 3, 3),
      message('5', A, 4, 4),
    ];
    const lines = linesOf(entries, dayOf, { conversationId: A, afterSeq: 1, count: 2 });
    expect(shape(lines).filter((kind) => kind === 'unread')).toHaveLength(1);
    expect(shape(lines).indexOf('unread')).toBe((shape(lines) as string[]).indexOf('4') - 1);
  });
  test('no two lines share a key', () => {
    const lines = linesOf([message('1', A, 0, 1), message('2', B, 1, 1), message('3', A, 2, 2)], dayOf, null);
    expect(new Set(lines.map((line) => line.key)).size).toBe(lines.length);
  });
  test('a message is found by its id', () => {
    const lines = linesOf([message('1', A, 0, 1), message('2', A, 1, 2)], dayOf, null);
    expect(lineOfEntry(lines, '2')).toBe(3);
    expect(lineOfEntry(lines, 'x')).toBe(-1);
  });
});
