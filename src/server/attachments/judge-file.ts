/** Judges a file, whoever sent it, by its content and its name, before anybody can open it. Changes no bytes. */
import { fileTypeFromBuffer } from 'file-type';
import { cleanFileName } from '../../shared/domain/clean-text.ts';
import { runsByName } from '../../shared/domain/file.ts';

/** Types that run: kept as evidence, never handed out. */
const RUNS = new Set([
  'application/x-msdownload',
  'application/x-executable',
  'application/x-elf',
  'application/x-mach-binary',
  'application/java-archive',
  'application/x-ms-shortcut',
  'application/vnd.microsoft.portable-executable',
]);
/** Shown by a browser as a page: handed out only as a download. */
const MARKUP = /^(text\/html|application\/xhtml\+xml|image\/svg\+xml|text\/xml|application\/xml)$/;

/** Why a file is kept from everybody: it runs, a scanner found something in it, or has not answered yet. */
export type BlockedBecause = 'runs' | 'infected' | 'notScanned';
export type Judgement = {
  name: string;
  sniffedType: string;
  isBlocked: boolean;
  blockedBecause: BlockedBecause | null;
};

/**
 * @param name as the provider gave it, which may hold paths, control and direction characters
 * @returns a name without them, the type by content (or a harmless one), and whether the file is kept from everybody
 */
export async function judgeFile(name: string, declaredType: string, bytes: Uint8Array): Promise<Judgement> {
  const clean = cleanFileName(name);
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  const looksLikeScript = bytes[0] === 0x23 && bytes[1] === 0x21;
  const sniffedType = found?.mime ?? (isText(bytes) ? textTypeOf(declaredType) : 'application/octet-stream');
  const isBlocked = RUNS.has(sniffedType) || runsByName(clean) || looksLikeScript;
  return { name: clean, sniffedType, isBlocked, blockedBecause: isBlocked ? 'runs' : null };
}

function isText(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 4_096);
  return start.length > 0 && !start.includes(0);
}

function textTypeOf(declared: string): string {
  const type = declared.toLowerCase().split(';')[0]?.trim() ?? '';
  if (MARKUP.test(type)) return 'text/plain';
  return /^text\/[a-z0-9.+-]+$/.test(type) ? type : 'text/plain';
}
