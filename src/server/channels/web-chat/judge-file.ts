/**
 * Decides whether a visitor's file may come in, by its bytes first and its name second. It never opens or unpacks one:
 * what is let in is still only ever handed out as a download.
 */
import { fileTypeFromBuffer } from 'file-type';
import { MAX_FILE_BYTES } from '../../../shared/widget-protocol.ts';

export type FileVerdict =
  | { ok: true; type: string; isImage: boolean }
  | { ok: false; why: 'file-empty' | 'file-too-large' | 'file-type-blocked' };

/** Programs, and containers of programs, by what they are. */
const blockedTypes = new Set([
  'application/x-msdownload',
  'application/x-elf',
  'application/x-mach-binary',
  'application/x-ms-shortcut',
  'application/vnd.android.package-archive',
  'application/java-archive',
  'application/java-vm',
  'application/wasm',
  'application/x-ms-regedit',
  'application/x-deb',
  'application/x-rpm',
  'application/x-apple-diskimage',
  'application/x-google-chrome-extension',
]);

/** What a double click would run, by name: most of these are text, so the bytes do not tell. */
const blockedExtensions = new Set(
  (
    'exe com scr pif msi msp mst bat cmd ps1 psm1 vbs vbe js jse mjs ws wsf wsh hta cpl dll sys drv ocx lnk url reg inf gadget ' +
    'application msix appx appxbundle jar jnlp class apk ipa dmg pkg app command sh bash zsh csh ksh run bin elf deb rpm ' +
    'chm hlp scf sct shb shs xll iso img vhd vhdx one html htm xhtml svg xml mht mhtml'
  ).split(' '),
);

/** Judges the whole file. Never throws: a file that confuses the reader is judged by its name. */
export async function judgeFile(name: string, bytes: Uint8Array): Promise<FileVerdict> {
  if (bytes.length === 0) return { ok: false, why: 'file-empty' };
  if (bytes.length > MAX_FILE_BYTES) return { ok: false, why: 'file-too-large' };
  const sniffed = await fileTypeFromBuffer(bytes).catch(() => undefined);
  const isScript = bytes[0] === 0x23 && bytes[1] === 0x21;
  const extension = /\.([^.]+)$/.exec(name.toLowerCase())?.[1]?.trim() ?? '';
  if (isScript || blockedExtensions.has(extension) || (sniffed !== undefined && blockedTypes.has(sniffed.mime))) {
    return { ok: false, why: 'file-type-blocked' };
  }
  const type = sniffed?.mime ?? 'application/octet-stream';
  return { ok: true, type, isImage: /^image\/(png|jpeg|gif|webp|avif|heic)$/.test(type) };
}
