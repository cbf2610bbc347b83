import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readMail } from './read-mail.ts';

const recorded = (name: string): Buffer => readFileSync(new URL(`./recorded/${name}.eml`, import.meta.url));
const read = (name: string) => readMail(recorded(name));

describe('Japanese mail', () => {
  test('ISO-2022-JP in every place of a multipart mail is read, with row 13, half-width kana and the wave dash', async () => {
    const mail = await read('iso-2022-jp-multipart');
    expect(mail.subject).toBe('【重要】注文番号123の二重請求について');
    expect(mail.from).toEqual({ address: 'hanako@customer.test', name: '山田 花子' });
    expect(mail.text).toBe('お世話になっております。山田です。\n二重に請求されています: ①㈱ / ﾃｽﾄ / ～');
    expect(mail.html).toContain('お世話になっております。');
    expect(mail.messageId).toBe('<jis-multipart@customer.test>');
    expect(mail.sentAt).toBe(Date.parse('2026-11-23T01:00:00Z'));
    expect(mail.repairs).toEqual([]);
    expect(mail.files.map((file) => [file.name, file.declaredType, file.inlineCid, file.bytes.length])).toEqual([
      ['a.png', 'image/png', 'stamp@customer.test', 70],
      ['請求書_2026年11月_株式会社サンプル.pdf', 'application/pdf', null, 69],
    ]);
  });
  test.each([
    ['cp50221-label', '届きません ①㈱ﾃｽﾄ', 'body:iso-2022-jp'],
    ['no-charset-jis', '文字コードの宣言がありません。', 'body:iso-2022-jp'],
    ['sjis-labelled-iso-2022-jp', '表示が化ける能力の予算㈱①髙﨑', 'body:shift_jis'],
    ['euc-jp-no-label', '日本語の文章をEUCで送ります。ご確認ください。', 'body:euc-jp'],
    ['latin-label-utf-8-body', 'ラベルはラテン文字です', 'body:utf-8'],
  ])('%s is read by its bytes, not by its label', async (name, text, repair) => {
    const mail = await read(name);
    expect(mail.text).toBe(text);
    expect(mail.repairs).toEqual([repair]);
  });
  test('a subject and a name in raw Shift_JIS are read, also with a backslash as second byte', async () => {
    const mail = await read('raw-sjis-subject');
    expect(mail.subject).toBe('表の予約ソフトについて');
    expect(mail.from).toEqual({ address: 'taro@customer.test', name: '髙橋 太郎' });
    expect(mail.text).toBe('よろしくお願いします。～∥－');
  });
  test('a file name in raw Shift_JIS is read', async () => {
    expect((await read('raw-sjis-file-name')).files.map((file) => file.name)).toEqual(['見積表.pdf']);
  });
  test('an encoded word that is cut inside a character is joined before it is decoded', async () => {
    const mail = await read('utf-8-word-cut-in-character');
    expect(mail.subject).toBe('返品の手続きを教えてください');
    expect(mail.text).toBe('こんにちは');
    expect(mail.repairs).toEqual([]);
  });
  test('where answers are wanted is read from Reply-To, in normal form', async () => {
    const head = 'From: shop@b.test\r\nReply-To: Orders <Order-1@B.test>, <no address>\r\n\r\n';
    expect((await readMail(Buffer.from(`${head}text\r\n`))).replyTo).toEqual(['order-1@b.test']);
    expect((await readMail(Buffer.from('From: a@b.test\r\n\r\ntext\r\n'))).replyTo).toEqual([]);
  });
  test('a mail in plain English without a charset is left as it is', async () => {
    const mail = await readMail(Buffer.from('From: a@b.test\r\n\r\nplain text\r\n'));
    expect(mail).toMatchObject({ text: 'plain text', repairs: [], messageId: null, subject: '' });
  });
  test('a text file that is attached keeps its bytes', async () => {
    const sjis = Buffer.from([0x95, 0x5c, 0x0d, 0x0a]);
    const mail = await readMail(
      Buffer.concat([
        Buffer.from('From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'),
        Buffer.from('Content-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment\r\n\r\n'),
        sjis,
        Buffer.from('--b--\r\n'),
      ]),
    );
    expect(mail.files.map((file) => Buffer.from(file.bytes).toString('hex').slice(0, 4))).toEqual(['955c']);
  });
});

describe('what a stranger may try', () => {
  test('two From headers, a pretended address, a path in a file name and a line break in the subject are defused', async () => {
    const mail = await read('two-senders');
    expect(mail.isSuspicious).toBe(true);
    expect(mail.from?.address).toBe('attacker@evil.test');
    expect(mail.subject).toBe('a X-Injected: 1');
    expect(mail.files.map((file) => file.name)).toEqual(['fdp.exe']);
  });
  test('a display name that repeats the own address is not suspicious', async () => {
    const mail = await readMail(Buffer.from('From: "Hanako@customer.test" <hanako@customer.test>\r\n\r\nx'));
    expect(mail.isSuspicious).toBe(false);
  });
  test('an address in look-alike letters shows its real domain', async () => {
    const mail = await readMail(Buffer.from('From: <x@bаnk.example>\r\n\r\nx'));
    expect(mail.from?.address).toBe('x@xn--bnk-6cd.example');
  });
  test('more than one sender, or a sender that is no address, gives no false author', async () => {
    expect((await readMail(Buffer.from('From: a@x.test, b@y.test\r\n\r\nx'))).isSuspicious).toBe(true);
    expect((await readMail(Buffer.from('From: nobody\r\n\r\nx'))).from).toBeNull();
    expect((await readMail(Buffer.from('Subject: x\r\n\r\nx'))).from).toBeNull();
  });
  test.each([
    ['2,000 nested parts', nested(2_000), 'mime-too-deep'],
    ['20,000 parts', flat(20_000), 'mime-too-many-parts'],
    [
      'a header of 8 MB',
      Buffer.from(`From: a@b.test\r\nX: ${'x'.repeat(8_000_000)}\r\n\r\nx`),
      'mime-header-too-large',
    ],
    ['20,000 headers', Buffer.from(`${'X: y\r\n'.repeat(20_000)}\r\nx`), 'mime-too-many-headers'],
  ])('%s is refused by name', async (_what, raw, reason) => {
    await expect(readMail(raw)).rejects.toMatchObject({ reason });
  });
  test('NUL and other controls never reach the text', async () => {
    const mail = await readMail(Buffer.from('From: a@b.test\r\n\r\na\u0000b\u001bc\u202ed'));
    expect(mail.text).toBe('abcd');
  });
});

describe('headers', () => {
  test('a Message-ID without brackets gets them', async () => {
    expect((await read('glued-ids')).messageId).toBe('<glued@customer.test>');
  });
  test('an absence note is recognised as a machine', async () => {
    expect((await read('absence-note')).automatic).toBe('auto-submitted');
  });
});

function nested(depth: number): Buffer {
  const parts = Array.from(
    { length: depth },
    (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
  );
  return Buffer.from(`From: a@b.test\r\n${parts.join('')}\r\nx`);
}

function flat(count: number): Buffer {
  return Buffer.from(
    `From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(count)}--b--`,
  );
}
