/** Hands the refused rows of an import to the administrator's own disk. They come in parts, however many there are. */
import { saveFile } from '../../console/save-file.ts';
import type { Ask } from '../use-administration.ts';

/** @throws CallRefused when the line breaks in between: nothing is saved then */
export async function saveRefusals(ask: Ask, of: { id: string; fileName: string }): Promise<void> {
  let all = '';
  for (let offset: number | null = 0; offset !== null; ) {
    const part: { base64: string; next: number | null } = await ask('imports.refusals', { id: of.id, offset });
    all += atob(part.base64);
    offset = part.next;
  }
  saveFile(`${of.fileName.replace(/\.csv$/i, '')}-refused.csv`, btoa(all));
}
