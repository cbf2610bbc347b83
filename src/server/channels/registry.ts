/** Names every channel that this server speaks. The only file that does. X and Instagram are read-only history so far. */
import type { ChannelAdapter } from './channel-adapter.ts';
import { lineAdapter } from './line/line-adapter.ts';
import { createMailAdapter } from './mail/mail-adapter.ts';
import { phoneEventsAdapter } from './phone-events/phone-events-adapter.ts';
import { webChatAdapter } from './web-chat/web-chat-adapter.ts';

/**
 * Makes an adapter of each channel; they hold the running accounts, so one server makes them once.
 * @param lineApiUrl where new accounts of LINE call instead of LINE itself; for a stand-in
 */
export function channelAdapters(lineApiUrl?: string): readonly ChannelAdapter[] {
  return [webChatAdapter(), createMailAdapter(), lineAdapter({ apiUrl: lineApiUrl }), phoneEventsAdapter()];
}
