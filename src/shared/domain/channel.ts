/** The ways in, and what each of them allows. Pure facts; how a channel is spoken stands in `src/server/channels`. */
import { z } from 'zod';

export const channels = ['phone', 'webChat', 'mail', 'line', 'x', 'instagram', 'sms'] as const;
export type Channel = (typeof channels)[number];

/** Closed in code, open on the wire: a channel of a newer server is shown as `other` and kept. */
export const channelSchema = z.enum(channels).or(z.literal('other')).catch('other');
export type ChannelOnWire = z.output<typeof channelSchema>;

const MB = 1024 * 1024;

export type ChannelLimits = {
  /** False where history is read-only here or answers go by another road (phone). */
  canReply: boolean;
  /** Longest text of one message, in UTF-16 units; null where nobody counts. */
  maxCharacters: number | null;
  /** Files of one reply in bytes: the largest, and all together; null where none can be sent. */
  files: { largest: number; together: number } | null;
  /** What the provider tells us about an outgoing message. */
  reports: { delivered: boolean; read: boolean; typing: boolean };
};

/**
 * What a reply on this channel may hold.
 * Sources: LINE Messaging API reference (text message: 5,000 characters; pictures only by a public https address); the
 * widget's own limits; mail: many servers take 25–30 MB, and base64 makes 20 MB to 27.
 */
export function limitsOf(channel: ChannelOnWire): ChannelLimits {
  switch (channel) {
    case 'webChat':
      return {
        canReply: true,
        maxCharacters: 4_000,
        files: { largest: 10 * MB, together: 100 * MB },
        reports: { delivered: true, read: true, typing: true },
      };
    case 'mail':
      return {
        canReply: true,
        maxCharacters: 200_000,
        files: { largest: 20 * MB, together: 20 * MB },
        reports: { delivered: false, read: false, typing: false },
      };
    case 'line':
      return {
        canReply: true,
        maxCharacters: 5_000,
        files: null,
        reports: { delivered: false, read: false, typing: false },
      };
    case 'phone':
    case 'x':
    case 'instagram':
    case 'sms':
    case 'other':
      return {
        canReply: false,
        maxCharacters: null,
        files: null,
        reports: { delivered: false, read: false, typing: false },
      };
  }
}
