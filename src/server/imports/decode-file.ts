/** The letters of an imported file: finds out in which encoding they are, and reads them, never guessing at a single one. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

export const importEncodings = ['utf-8', 'shift_jis'] as const;
export type ImportEncoding = (typeof importEncodings)[number];

/** A byte that does not exist in this encoding. */
export class WrongEncoding extends Error {
  override name = 'WrongEncoding';
}

/**
 * The text in parts, without a mark at its start. `shift_jis` is what Windows calls so (CP932), as WHATWG defines it.
 * @throws WrongEncoding
 */
export async function* decodeFile(file: string, encoding: ImportEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const bytes of createReadStream(file)) yield decoder.decode(bytes as Buffer, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw new WrongEncoding(encoding, { cause: error });
    throw error;
  }
}

/**
 * Which of the encodings fits every byte of the file; UTF-8 is asked first, because hardly any other text fits it by chance.
 * @returns null when none fits, such as for UTF-16 or a spreadsheet that was given as it is
 */
export async function detectEncoding(file: string): Promise<ImportEncoding | null> {
  if (await isNoText(file)) return null;
  for (const encoding of importEncodings) {
    try {
      for await (const _ of decodeFile(file, encoding)) continue;
      return encoding;
    } catch (error) {
      if (!(error instanceof WrongEncoding)) throw error;
    }
  }
  return null;
}

/** Zero bytes stand in UTF-16 and in programs' files, never in text of these two. */
async function isNoText(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4_096), 0, 4_096, 0);
    return buffer.subarray(0, bytesRead).includes(0);
  } finally {
    await handle.close();
  }
}
