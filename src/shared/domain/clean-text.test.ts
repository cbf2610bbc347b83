import { describe, expect, test } from 'vitest';
import { cleanFileName, toStorableText } from './clean-text.ts';

describe('text from outside', () => {
  test('loses NUL and other control characters, and keeps tabs and line ends', () => {
    expect(toStorableText('a\u0000b\u001b[31m\tc\r\nd\re\u0085')).toBe('ab[31m\tc\nd\ne');
  });
  test('a half of a surrogate pair becomes the replacement character', () => {
    expect(toStorableText('x\ud83dy')).toBe('x\ufffdy');
    expect(toStorableText('𠮷😡')).toBe('𠮷😡');
  });
  test('markup stays what it was: text', () => {
    expect(toStorableText('<script>alert(1)</script>')).toBe('<script>alert(1)</script>');
  });
});

describe('a file name from outside', () => {
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\x\\請求書.pdf', '請求書.pdf'],
    ['invoice_\u202Efdp.exe', 'invoice_fdp.exe'],
    ['a\r\nb: c.txt', 'ab_ c.txt'],
    ['...hidden', 'hidden'],
    ['\u0000', 'file'],
    ['', 'file'],
    ['a<b>:"|?*.txt', 'a_b______.txt'],
  ])('%j becomes %j', (given, cleaned) => {
    expect(cleanFileName(given)).toBe(cleaned);
  });
  test('a long name is cut before its extension', () => {
    const cleaned = cleanFileName(`${'あ'.repeat(300)}.pdf`);
    expect(cleaned).toHaveLength(120);
    expect(cleaned.endsWith('.pdf')).toBe(true);
  });
});
