import { DrizzleQueryError } from 'drizzle-orm/errors';
import { expect, test } from 'vitest';
import { createLog, nameOfError } from './log.ts';

const words = '解約したいです。電話は 090-1234-5678';

test('fields that could hold a customer’s words are left out or cut, whoever passes them', () => {
  const lines: string[] = [];
  const log = createLog('info', (line) => lines.push(line));
  log.info('message.received', { text: words, preview: words, Body: words, conversationId: 'c-1', size: 7 });
  log.child({ password: 'himitsu' }).warn('x', { reason: words.repeat(50) });
  const all = lines.join('');
  expect(all).toContain('"event":"message.received"');
  expect(all).toContain('"conversationId":"c-1"');
  expect(lines[0]).not.toContain('解約');
  expect(all).not.toContain('himitsu');
  expect((JSON.parse(lines[1]!) as { reason: string }).reason).toHaveLength(201);
});

test('of a database’s error only its class and code are told: its sentence quotes the statement and its values', () => {
  const cause = Object.assign(new Error(`duplicate key: (${words})`), { code: '23505' });
  const error = new DrizzleQueryError('insert into message …', [words], cause);
  expect(error.message).toContain('解約');
  expect(nameOfError(error)).toEqual({ error: 'Error', code: '23505' });
  expect(nameOfError(words)).toEqual({ error: 'string', code: null });
});
