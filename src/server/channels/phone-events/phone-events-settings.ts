/** What an account of telephone events needs: the secrets that sign its events. Reads nothing itself. */
import { z } from 'zod';

const phoneEventsSettingsSchema = z.strictObject({
  /** The newest first, at least 16 characters; two while one is replaced by another. */
  secrets: z.array(z.string().min(16, 'a secret of at least 16 characters')).min(1).max(2),
});

/** Parses an account's settings. @throws Error that names the field and what is wanted there, never the secret */
export function parsePhoneEventsSettings(
  accountName: string,
  settings: unknown,
): z.output<typeof phoneEventsSettingsSchema> {
  const parsed = phoneEventsSettingsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(
    `telephone account "${accountName}": ${issue?.path.join('.') || 'settings'}: ${issue?.message ?? 'not readable'}`,
  );
}
