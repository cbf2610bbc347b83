/**
 * What is publicly documented by common mail providers: host, port and TLS. A host that differs with each contract is left
 * for the administrator. Sources: Google "IMAP, POP, SMTP" and "app passwords"; Xserver manual "メールソフト設定";
 * Sakura Internet support "メールソフトの設定"; Microsoft "Deprecation of Basic authentication in Exchange Online".
 */
import type { MailServerForm } from '../../../shared/administration/channel-forms.ts';

export const mailPresetIds = ['other', 'google', 'xserver', 'sakura', 'microsoft'] as const;
export type MailPresetId = (typeof mailPresetIds)[number];

type ServerPreset = Pick<MailServerForm, 'port' | 'tls'> & { host: string | null };
export type MailPreset = {
  imap: ServerPreset;
  smtp: ServerPreset;
  /** Google files what it sends by itself; a copy of ours would stand there twice. */
  sentCopy: 'append' | 'server';
  plusAddressing: boolean;
};

const implicit = (host: string | null, port: number): ServerPreset => ({ host, port, tls: 'implicit' });
const byContract: MailPreset = {
  imap: implicit(null, 993),
  smtp: implicit(null, 465),
  sentCopy: 'append',
  plusAddressing: false,
};

/** Null where a password is not accepted, so that there is nothing to fill in. */
export const mailPresets: Readonly<Record<MailPresetId, MailPreset | null>> = {
  other: byContract,
  google: {
    imap: implicit('imap.gmail.com', 993),
    smtp: implicit('smtp.gmail.com', 465),
    sentCopy: 'server',
    plusAddressing: true,
  },
  xserver: byContract,
  sakura: byContract,
  microsoft: null,
};
