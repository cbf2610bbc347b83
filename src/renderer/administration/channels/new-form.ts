/** What stands in the form of a new account before anything is filled in. */
import type { AccountChannel, ChannelForm, MailServerForm } from '../../../shared/administration/channel-forms.ts';
import type { Text } from '../../i18n/text.ts';

/** Greetings are written in both languages whatever is on screen: visitors choose their own. */
export function newForm(channel: AccountChannel, t: Text): ChannelForm {
  switch (channel) {
    case 'mail':
      return {
        channel,
        address: '',
        fromName: '',
        imap: newServer(993),
        smtp: newServer(465),
        mailbox: 'INBOX',
        firstFetch: 'unseen',
        sentCopy: 'append',
        plusAddressing: false,
      };
    case 'webChat':
      return {
        channel,
        address: '',
        allowedOrigins: [],
        title: null,
        colour: '#3a4fc9',
        greeting: { ja: t('channels.chat.greetingJa'), en: t('channels.chat.greetingEn') },
        isAway: false,
        hours: null,
      };
    case 'line':
      return { channel, address: '', channelId: '', channelSecret: null, channelAccessToken: null };
    case 'phone':
      return { channel, address: '' };
  }
}

function newServer(port: number): MailServerForm {
  return { host: '', port, tls: 'implicit', user: '', password: null, ca: null };
}
