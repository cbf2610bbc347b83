import { expect, test } from 'vitest';
import { fillPlaceholders, firstOpenPlaceholder, openPlaceholders, unknownPlaceholders } from './placeholders.ts';

const template = '{{お客様名}} 様\nご注文{{ 注文番号 }}の件、担当の{{agentName}}です。';

test('what is known is filled in, in either language; what is not stays where it is seen', () => {
  expect(fillPlaceholders(template, { customerName: '田中 美咲', agentName: '鈴木', orderNumber: null })).toBe(
    '田中 美咲 様\nご注文{{ 注文番号 }}の件、担当の鈴木です。',
  );
  expect(fillPlaceholders('{{CustomerName}} {{memberNumber}}', { customerName: 'Ann', memberNumber: ' ' })).toBe(
    'Ann {{memberNumber}}',
  );
});

test('a value is put in as it is, whatever signs it holds', () => {
  expect(fillPlaceholders('{{お客様名}}', { customerName: '$& $1 {{注文番号}}' })).toBe('$& $1 {{注文番号}}');
});

test('what stands open is named once, and the first is found', () => {
  expect(openPlaceholders('{{a}} {{b}} {{ a }} { c } {{}}')).toEqual(['a', 'b']);
  expect(firstOpenPlaceholder('ご注文{{注文番号}}')).toEqual({ from: 3, to: 11 });
  expect(firstOpenPlaceholder('{x}')).toBeNull();
});

test('a name that nothing can fill is told to whoever writes the template', () => {
  expect(unknownPlaceholders('{{お客様名}} {{お客さま名}} {{TODAY}}')).toEqual(['お客さま名']);
});
