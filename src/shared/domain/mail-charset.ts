/** The charsets that an agent may have a mail read by again, by their names in the Encoding Standard, likeliest first. */
import { z } from 'zod';

export const mailCharsets = [
  'iso-2022-jp',
  'shift_jis',
  'euc-jp',
  'utf-8',
  'windows-1252',
  'gb18030',
  'big5',
  'euc-kr',
] as const;

export const mailCharsetSchema = z.enum(mailCharsets);
export type MailCharset = z.output<typeof mailCharsetSchema>;
