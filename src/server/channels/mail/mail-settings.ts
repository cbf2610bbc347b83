/**
 * What an administrator says about one mail account. Bad settings are refused with the field's name and what to write
 * there; nothing here connects anywhere.
 */
import { z } from 'zod';
import { isLoopback } from '../../../shared/administration/channel-forms.ts';

const serverSchema = z
  .object({
    host: z.string().trim().min(1, 'write the name of the server').max(253),
    port: z.number().int().min(1).max(65_535),
    tls: z.enum(['implicit', 'starttls', 'none']),
    user: z.string().max(320),
    password: z.string().max(1_000),
    /** Certificates (PEM) that are trusted besides the system's, for a centre's own authority. */
    ca: z.string().optional(),
    /** Name in the server's certificate when it is not `host`. */
    tlsName: z.string().optional(),
  })
  .refine((server) => server.tls !== 'none' || isLoopback(server.host), {
    path: ['tls'],
    message: 'plain text is allowed to this machine only (127.0.0.1, ::1, localhost); write "implicit" or "starttls"',
  });
export type MailServer = z.output<typeof serverSchema>;

const mailAddress = z.email('write a mail address').max(254);

const dmarcSchema = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('off') }),
  /** Checked here, by asking the DNS. */
  z.object({ mode: z.literal('dns') }),
  /** Read from the Authentication-Results header that our own mail server writes (RFC 8601). */
  z.object({
    mode: z.literal('trustedHeader'),
    authServId: z.string().trim().min(1, 'write the name that the server signs with'),
  }),
]);

const mailSettingsSchema = z.object({
  imap: serverSchema,
  smtp: serverSchema,
  fromName: z.string().trim().min(1, 'write the name that customers see').max(200),
  address: mailAddress.transform((address) => address.toLowerCase()),
  mailbox: z.string().min(1).default('INBOX'),
  /** Where mails that were there before the first start are taken from. */
  firstFetch: z.enum(['unseen', 'all', 'none']).default('unseen'),
  /** Who files a copy of what goes out: we, the SMTP server itself, or nobody. */
  sentCopy: z.enum(['append', 'server', 'none']).default('append'),
  sentMailbox: z.string().min(1).nullable().default(null),
  /** True when the mailbox takes `name+anything@…`: then answers find their conversation without References too. */
  plusAddressing: z.boolean().default(false),
  dmarc: dmarcSchema.optional(),
});

export type MailSettings = Omit<z.output<typeof mailSettingsSchema>, 'dmarc'> & { dmarc: z.output<typeof dmarcSchema> };

/**
 * Parses settings.
 * @throws Error naming each bad field and its remedy, without quoting what was there (it may be a password)
 */
export function parseMailSettings(settings: unknown): MailSettings {
  const parsed = mailSettingsSchema.safeParse(settings);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'settings'}: ${issue.message}`);
    throw new Error(`bad settings of a mail account: ${faults.join('; ')}`);
  }
  // A mail server on this machine is a test or a demo; their domains have no DNS to ask.
  const dmarc =
    parsed.data.dmarc ?? (isLoopback(parsed.data.imap.host) ? { mode: 'off' as const } : { mode: 'dns' as const });
  return { ...parsed.data, dmarc };
}

/** The right side of our Message-IDs. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
