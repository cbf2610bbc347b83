/** The name of a channel in the agent's language. A channel of a newer server is called `other`. */
import type { ChannelOnWire } from '../../shared/domain/channel.ts';
import type { MessageId, Text } from '../i18n/text.ts';

const NAMES: Record<ChannelOnWire, MessageId> = {
  phone: 'channel.phone',
  webChat: 'channel.webChat',
  mail: 'channel.mail',
  line: 'channel.line',
  x: 'channel.x',
  instagram: 'channel.instagram',
  sms: 'channel.sms',
  other: 'channel.other',
};

/** See the file's head. */
export function channelName(channel: ChannelOnWire, t: Text): string {
  return t(NAMES[channel]);
}
