/** What an account of the web chat can be told: who may embed it, its look, its hours, its limits. Reads nothing itself. */
import { z } from 'zod';

const originSchema = z
  .string()
  .refine((text) => URL.canParse(text) && new URL(text).origin === text, 'an origin such as https://shop.example');
const clockTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day such as 09:00');
const timeZoneSchema = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}, 'a time zone such as Asia/Tokyo');
const rule = (burst: number, perSecond: number) =>
  z
    .strictObject({
      burst: z.number().int().min(1).default(burst),
      perSecond: z.number().positive().default(perSecond),
    })
    .prefault({});

/**
 * Limits: a person types a message in seconds, so 10 at once and one a second stops a script and no visitor. An address
 * may be a whole company behind one router, so it may do twenty times as much.
 */
const limitsSchema = z
  .strictObject({
    messagesPerVisitor: rule(10, 1),
    messagesPerAddress: rule(200, 20),
    connectionsPerAddress: rule(100, 5),
    filesPerVisitor: rule(10, 0.1),
    filesPerAddress: rule(50, 1),
    offlineFormsPerAddress: rule(5, 1 / 60),
  })
  .prefault({});

export const webChatSettingsSchema = z.strictObject({
  /** Sites that may show the widget, beside this server itself. */
  allowedOrigins: z.array(originSchema).max(100).default([]),
  /** What visitors read at the top; null = the name of the account. */
  title: z.string().trim().min(1).max(60).nullable().default(null),
  colour: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'a colour such as #3a4fc9')
    .default('#3a4fc9'),
  greeting: z.strictObject({ ja: z.string().max(500), en: z.string().max(500) }).default({
    ja: 'こんにちは。ご質問をお聞かせください。担当者がお答えします。',
    en: 'Hello. Tell us your question and one of us will answer.',
  }),
  /** Nobody answers now, whatever the hours say. */
  isAway: z.boolean().default(false),
  /** When somebody answers; null = always. `days`: 0 Sunday … 6 Saturday. A span never crosses midnight: write two. */
  hours: z
    .strictObject({
      timeZone: timeZoneSchema,
      spans: z
        .array(
          z.strictObject({
            days: z.array(z.number().int().min(0).max(6)).min(1),
            from: clockTimeSchema,
            to: clockTimeSchema,
          }),
        )
        .max(50),
    })
    .nullable()
    .default(null),
  limits: limitsSchema,
});
export type WebChatSettings = z.output<typeof webChatSettingsSchema>;

/** Parses an account's settings. Throws an error that names the account, the field and what is wanted there. */
export function parseWebChatSettings(accountName: string, settings: unknown): WebChatSettings {
  const parsed = webChatSettingsSchema.safeParse(settings ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(
    `web chat account "${accountName}": ${issue?.path.join('.') || 'settings'}: ${issue?.message ?? 'not readable'}`,
  );
}
