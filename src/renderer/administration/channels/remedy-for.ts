/** What to write into a field of an account's form instead; the general words of a fault where there is nothing more to say. */
import type { AccountChannel } from '../../../shared/administration/channel-forms.ts';
import type { MessageId, Text } from '../../i18n/text.ts';

/** By channel and path; a number in a path stands for any line of a list. */
const REMEDIES: Readonly<Record<string, MessageId>> = {
  'mail.address': 'channels.remedy.mailAddress',
  'mail.imap.host': 'channels.remedy.host',
  'mail.smtp.host': 'channels.remedy.host',
  'mail.imap.port': 'channels.remedy.port',
  'mail.smtp.port': 'channels.remedy.port',
  'mail.imap.tls': 'channels.remedy.plain',
  'mail.smtp.tls': 'channels.remedy.plain',
  'mail.imap.user': 'channels.remedy.user',
  'mail.imap.password': 'channels.remedy.password',
  'mail.smtp.password': 'channels.remedy.password',
  'webChat.allowedOrigins': 'channels.remedy.origin',
  'webChat.colour': 'channels.remedy.colour',
  'webChat.hours.spans.to': 'channels.remedy.span',
  'webChat.hours.spans.days': 'channels.remedy.days',
  'webChat.hours.spans': 'channels.remedy.spans',
  'line.channelId': 'channels.remedy.channelId',
  'line.channelSecret': 'channels.remedy.lineSecret',
  'line.channelAccessToken': 'channels.remedy.lineToken',
};

/** @param told the words of the fault */
export function remedyFor(channel: AccountChannel, field: string, told: string, t: Text): string {
  const path = field.replace(/\.\d+(?=\.|$)/g, '');
  const remedy = REMEDIES[`${channel}.${path}`];
  return remedy === undefined ? told : t(remedy);
}
