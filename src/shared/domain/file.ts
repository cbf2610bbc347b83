/** Files that an agent sends: what they may be, in every room alike. Pure; the bytes themselves are judged by the server. */
import { z } from 'zod';
import type { ChannelLimits } from './channel.ts';
import { uploadIdSchema } from './ids.ts';

/** Most files of one reply. */
export const MOST_FILES = 10;
/** Largest file on any channel, in bytes: as base64 it fits a frame between window and core. */
export const LARGEST_FILE = 20 * 1024 * 1024;
/** Bytes of one part on its way to the server at most; consoles send smaller ones. */
export const LARGEST_PART = 1024 * 1024;

export const fileNameSchema = z.string().min(1).max(120);
/** What the device says that it is; the server looks into it. */
export const fileTypeSchema = z.string().max(200);
export const fileSizeSchema = z.number().int().min(1).max(LARGEST_FILE);

/** A file as an order names it. */
export const sentFileSchema = z.object({
  uploadId: uploadIdSchema,
  name: fileNameSchema,
  type: fileTypeSchema,
  size: fileSizeSchema,
});
export type SentFile = z.output<typeof sentFileSchema>;

/** Endings of names that a system runs when the file is opened. */
const RUNS_BY_NAME =
  /\.(exe|scr|com|pif|bat|cmd|ps1|vbs|vbe|js|jse|wsf|wsh|msi|msp|hta|cpl|jar|lnk|reg|iso|img|app|dmg|sh)$/i;

/** Whether a file of this name would be run when somebody opens it. */
export function runsByName(name: string): boolean {
  return RUNS_BY_NAME.test(name);
}

/** What is wrong with the files of a reply. */
export type FilesFault = 'channel' | 'tooMany' | 'empty' | 'tooLarge' | 'tooLargeTogether' | 'runs';

/** The first thing that keeps these files from going out together by a channel, or null. */
export function faultOfFiles(
  limits: ChannelLimits,
  files: readonly { name: string; size: number }[],
): FilesFault | null {
  if (files.length === 0) return null;
  if (limits.files === null) return 'channel';
  if (files.length > MOST_FILES) return 'tooMany';
  if (files.some(({ size }) => size === 0)) return 'empty';
  const { largest, together } = limits.files;
  if (files.some(({ size }) => size > largest)) return 'tooLarge';
  if (files.reduce((sum, { size }) => sum + size, 0) > together) return 'tooLargeTogether';
  return files.some(({ name }) => runsByName(name)) ? 'runs' : null;
}
