/**
 * What an administrator fills in for an account of each channel. A secret is write-only: null means "as it is stored", and
 * no form that comes from the server ever holds one. Both sides and the window parse with these.
 */
import { z } from 'zod';

/** Channels of which an account can be made here. */
export const accountChannels = ['mail', 'webChat', 'line', 'phone'] as const;
export type AccountChannel = (typeof accountChannels)[number];

const secret = (longest: number) => z.string().min(1).max(longest).nullable();

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;
/** Whether a host is the server's own machine, where plain text leaves nothing to listen to. */
export function isLoopback(host: string): boolean {
  return loopback.test(host);
}

const mailServerFormSchema = z
  .strictObject({
    host: z.string().trim().min(1).max(253),
    port: z.number().int().min(1).max(65_535),
    tls: z.enum(['implicit', 'starttls', 'none']),
    /** Empty for SMTP: no login. */
    user: z.string().trim().max(320),
    password: secret(1_000),
    /** Certificates (PEM) of a centre's own authority, trusted besides the system's; null = none. */
    ca: z.string().trim().min(1).max(50_000).nullable(),
  })
  .refine((server) => server.tls !== 'none' || isLoopback(server.host), { path: ['tls'] });
export type MailServerForm = z.output<typeof mailServerFormSchema>;

const mailFormSchema = z.strictObject({
  channel: z.literal('mail'),
  address: z.email().max(254),
  fromName: z.string().trim().min(1).max(200),
  imap: mailServerFormSchema.refine((server) => server.user !== '', { path: ['user'] }),
  smtp: mailServerFormSchema,
  mailbox: z.string().trim().min(1).max(200),
  /** Mails that lay there before the first start. */
  firstFetch: z.enum(['unseen', 'all', 'none']),
  /** Who files a copy of what goes out. */
  sentCopy: z.enum(['append', 'server', 'none']),
  plusAddressing: z.boolean(),
});

/** Scheme, host and port, nothing behind them; host names as browsers send them (xn--… for Japanese ones). */
const originSchema = z
  .string()
  .max(200)
  .regex(/^https?:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/);
const timeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/);
const timeZoneSchema = z.string().max(60).refine(isTimeZone);

const webChatFormSchema = z.strictObject({
  channel: z.literal('webChat'),
  /** The site, as agents see it. */
  address: z.string().trim().min(1).max(200),
  allowedOrigins: z.array(originSchema).max(100),
  /** What visitors read at the top; null = the account's name. */
  title: z.string().trim().min(1).max(60).nullable(),
  colour: z.string().regex(/^#[0-9a-fA-F]{6}$/),
  greeting: z.strictObject({ ja: z.string().trim().max(500), en: z.string().trim().max(500) }),
  /** Nobody answers now, whatever the hours say: visitors get the form that is answered by mail. */
  isAway: z.boolean(),
  /** Null = always. `days`: 0 Sunday … 6 Saturday. */
  hours: z
    .strictObject({
      timeZone: timeZoneSchema,
      spans: z
        .array(
          z
            .strictObject({
              days: z.array(z.number().int().min(0).max(6)).min(1).max(7),
              from: timeOfDaySchema,
              to: timeOfDaySchema,
            })
            .refine((span) => span.from < span.to, { path: ['to'] }),
        )
        .min(1)
        .max(50),
    })
    .nullable(),
});

const lineFormSchema = z.strictObject({
  channel: z.literal('line'),
  /** The LINE id that customers see, such as @haruka-kaden. */
  address: z.string().trim().min(1).max(100),
  /** Number of the Messaging API channel; with it the test can prove the secret at LINE. Empty: not given. */
  channelId: z
    .string()
    .trim()
    .regex(/^\d{0,20}$/),
  channelSecret: secret(500),
  channelAccessToken: secret(2_000),
});

const phoneFormSchema = z.strictObject({
  channel: z.literal('phone'),
  /** The number that customers call, as agents see it. */
  address: z.string().trim().min(1).max(40),
});

export const channelFormSchema = z.discriminatedUnion('channel', [
  mailFormSchema,
  webChatFormSchema,
  lineFormSchema,
  phoneFormSchema,
]);
export type ChannelForm = z.output<typeof channelFormSchema>;
export type FormOf<C extends AccountChannel> = Extract<ChannelForm, { channel: C }>;

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
