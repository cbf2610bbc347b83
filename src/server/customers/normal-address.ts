/** The one form in which a customer's address on a channel is stored, compared and hashed. Never shown. */
import { createHmac } from 'node:crypto';
import { maskMail, maskPhone } from '../../shared/domain/mask.ts';
import type { Channel } from '../../shared/domain/channel.ts';

/** E.164 stays, mail addresses and handles become lower case, ids of a provider stay as they are. */
export function normalAddress(channel: Channel, address: string): string {
  const trimmed = address.normalize('NFKC').trim();
  return channel === 'mail' || channel === 'x' || channel === 'instagram' ? trimmed.toLowerCase() : trimmed;
}

/** What an agent without the right sees. Provider ids are no personal data and only shortened. */
export function maskedAddress(channel: Channel, address: string): string {
  switch (channel) {
    case 'phone':
    case 'sms':
      return maskPhone(address);
    case 'mail':
      return maskMail(address);
    case 'x':
    case 'instagram':
      return address;
    case 'line':
    case 'webChat':
      return address.length > 8 ? `${address.slice(0, 4)}…${address.slice(-4)}` : address;
  }
}

/** HMAC-SHA-256 in hexadecimal under the organisation's key: finds an exact address without showing it. */
export function keyedHash(identityKey: Uint8Array, channel: Channel, address: string): string {
  return createHmac('sha256', identityKey)
    .update(`${channel}:${normalAddress(channel, address)}`)
    .digest('hex');
}
