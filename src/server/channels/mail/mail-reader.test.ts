import { afterEach, describe, expect, test } from 'vitest';
import { createMailReader, type MailReader } from './mail-reader.ts';

let reader: MailReader | null = null;
afterEach(async () => {
  await reader?.stop();
  reader = null;
});

const plain = (text: string): Buffer => Buffer.from(`From: a@b.test\r\n\r\n${text}`);

describe('the thread that reads mails', () => {
  test('reads one after another and gives each its own answer', async () => {
    reader = createMailReader();
    const read = reader.read;
    const readings = await Promise.all(['one', 'two', 'three'].map((text) => read(plain(text))));
    expect(readings.map((reading) => ('mail' in reading ? reading.mail.text : reading.reason))).toEqual([
      'one',
      'two',
      'three',
    ]);
  });
  test('names why a mail was refused and reads the next one', async () => {
    reader = createMailReader();
    const bomb = Buffer.from(`${'X: y\r\n'.repeat(20_000)}\r\nx`);
    expect(await reader.read(bomb)).toEqual({ reason: 'mime-too-many-headers' });
    expect(await reader.read(plain('next'))).toMatchObject({ mail: { text: 'next' } });
  });
  test('is ended when a mail takes too long, and a new thread reads the next one', async () => {
    reader = createMailReader({ withinMs: 1, heapMb: 256 });
    expect(await reader.read(plain('slow'))).toEqual({ reason: 'mail-took-too-long' });
    await reader.stop();
    reader = createMailReader();
    expect(await reader.read(plain('next'))).toMatchObject({ mail: { text: 'next' } });
  });
  test('is ended when a mail takes too much memory, and the server lives on', async () => {
    reader = createMailReader({ withinMs: 20_000, heapMb: 26 });
    const recipients = 'a@b, '.repeat(100_000);
    const reading = await reader.read(Buffer.concat([Buffer.from(`To: ${recipients}\r\n`), plain('x')]));
    expect(reading).toEqual({ reason: 'mail-took-too-much-memory' });
    expect(await reader.read(plain('next'))).toMatchObject({ mail: { text: 'next' } });
  });
});
