import { expect, test } from 'vitest';
import type { AgentId } from '../../shared/domain/ids.ts';
import { readTyped, withoutPart } from './read-typed.ts';

const person = (id: string, displayName: string, kana: string) => ({ id: id as AgentId, displayName, kana });
const place = {
  people: [
    person('1', '伊藤 健', 'いとう けん'),
    person('2', '伊東 蓮', 'いとう れん'),
    person('3', '鈴木 陽子', 'すずき ようこ'),
  ],
  me: '3' as AgentId,
  now: Date.UTC(2026, 10, 24, 3),
  zone: 'Asia/Tokyo',
};
const read = (text: string) => readTyped(text, place);
const tokyo = (month: number, day: number) => Date.UTC(2026, month - 1, day) - 9 * 3_600_000;

test('operators of both languages narrow, in any width and kana, and the rest is looked for', () => {
  expect(read('返品 担当:伊藤 channel:line')).toEqual({
    words: '返品',
    filter: { agentId: '1', channel: 'line' },
    unsettled: [],
  });
  expect(read('ﾁｬﾈﾙ：めーる ＩＳ:保留 返品 種類:メモ 不具合').filter).toEqual({
    channel: 'mail',
    state: 'waiting',
    kind: 'note',
  });
  expect(read('from:me 冷蔵庫').filter).toEqual({ agentId: '3' });
});

test('what is no operator stays a word, and nothing inside a phrase is one', () => {
  const text = 'http://example.jp Re:返品 12:30 "from:me の件" -「状態:保留」';
  expect(read(text)).toEqual({ words: text, filter: {}, unsettled: [] });
});

test('a name that fits several, or nobody, does not narrow and says so', () => {
  expect(read('担当:いとう x').unsettled).toEqual([
    { part: 'agentId', operator: '担当', value: 'いとう', fits: ['1', '2'] },
  ]);
  expect(read('担当:"伊東 蓮"').filter).toEqual({ agentId: '2' });
  expect(read('担当:山田').unsettled).toMatchObject([{ fits: [] }]);
  expect(read('担当:').unsettled).toMatchObject([{ value: '', fits: ['1', '2', '3'] }]);
  expect(read('状態:').filter).toEqual({});
});

test('days are read as people write them; a day without its year is the last one that was', () => {
  expect(read('以降:11/1 まで:2026-11-20').filter).toEqual({ from: tokyo(11, 1), until: tokyo(11, 21) });
  expect(read('before:１１月２０日').filter).toEqual({ until: tokyo(11, 20) });
  expect(read('日付:昨日').filter).toEqual({ from: tokyo(11, 23), until: tokyo(11, 24) });
  expect(read('after:7d').filter).toEqual({ from: tokyo(11, 17) });
  expect(read('on:12/31').filter.from).toBe(Date.UTC(2025, 11, 31) - 9 * 3_600_000);
  expect(read('on:2026-02-30').unsettled).toHaveLength(1);
});

test('the operators of one part are taken out and everything else is left', () => {
  expect(withoutPart('返品 担当:"伊藤 健" 以降:11/1 A-1 まで:11/3', 'time')).toBe('返品 担当:"伊藤 健" A-1');
  expect(withoutPart('担当:伊藤', 'agentId')).toBe('');
});
