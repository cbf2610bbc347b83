/** What an account of LINE needs: secrets, its own user id, where the API is. Reads nothing itself. */
import { z } from 'zod';

const secretSchema = z.string().min(1).max(500);

export const lineSettingsSchema = z
  .strictObject({
    /** Signs webhooks. During a rotation the earlier one is accepted too. */
    channelSecret: secretSchema,
    previousChannelSecret: secretSchema.nullable().default(null),
    channelAccessToken: z.string().min(1).max(2_000),
    /** Number of the channel; empty where it was not given. With it LINE itself can be asked whether the secret is right. */
    channelId: z
      .string()
      .regex(/^\d{0,20}$/, 'the number of the channel')
      .default(''),
    /**
     * User id of the official account itself, the `destination` of every webhook that is ours. Null: LINE is asked for it
     * at each start, and until it has answered the signature alone decides.
     */
    botUserId: z
      .string()
      .regex(/^U[0-9a-f]{32}$/, 'the bot user id of the channel, U and 32 hexadecimal digits')
      .nullable()
      .default(null),
    apiBaseUrl: z.url().default('https://api.line.me'),
    apiDataBaseUrl: z.url().default('https://api-data.line.me'),
    /** The only hosts that this account ever calls: a base URL that points elsewhere is a mistake or an attack. */
    allowedHosts: z.array(z.string().min(1)).default(['api.line.me', 'api-data.line.me']),
  })
  .superRefine((settings, context) => {
    for (const field of ['apiBaseUrl', 'apiDataBaseUrl'] as const) {
      const { hostname, protocol } = new URL(settings[field]);
      if (!settings.allowedHosts.includes(hostname)) {
        context.addIssue({ code: 'custom', path: [field], message: `host ${hostname} is not among allowedHosts` });
      }
      const isLoopback = hostname === '127.0.0.1' || hostname === '[::1]';
      if (protocol !== 'https:' && !isLoopback) {
        context.addIssue({ code: 'custom', path: [field], message: 'must be https, except on loopback' });
      }
    }
  });
export type LineSettings = z.output<typeof lineSettingsSchema>;

/** Parses an account's settings. Throws an error that names the account, the field and what is wanted; never a secret. */
export function parseLineSettings(accountName: string, settings: unknown): LineSettings {
  const parsed = lineSettingsSchema.safeParse(settings ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(
    `LINE account "${accountName}": ${issue?.path.join('.') || 'settings'}: ${issue?.message ?? 'not readable'}`,
  );
}
