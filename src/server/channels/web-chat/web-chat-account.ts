/** One running account of the web chat: its settings, its counters, and the visitors who are here now. Decides nothing. */
import type { Namespace, Socket } from 'socket.io';
import type { WidgetDownEvents, WidgetHandshake, WidgetUpEvents } from '../../../shared/widget-protocol.ts';
import type { ChannelContext } from '../channel-adapter.ts';
import { type Buckets, openBuckets } from '../../../shared/domain/token-bucket.ts';
import type { Visit } from './serve-visit.ts';
import type { WebChatSettings } from './web-chat-settings.ts';

export type WidgetSocketData = {
  visitor: { account: WebChatAccount; visitorId: string; address: string; handshake: WidgetHandshake };
};
type NoEvents = Record<string, never>;
export type WidgetNamespace = Namespace<WidgetUpEvents, WidgetDownEvents, NoEvents, WidgetSocketData>;
export type WidgetSocket = Socket<WidgetUpEvents, WidgetDownEvents, NoEvents, WidgetSocketData>;

export type WebChatAccount = {
  context: ChannelContext;
  settings: WebChatSettings;
  buckets: Record<keyof WebChatSettings['limits'], Buckets>;
  /** Open windows by visitor id: one visitor may have several tabs. */
  visits: Map<string, Set<Visit>>;
};

/** Opens the memory of an account. */
export function openWebChatAccount(context: ChannelContext, settings: WebChatSettings): WebChatAccount {
  const limits = settings.limits;
  const buckets = (name: keyof typeof limits): Buckets => openBuckets(limits[name], context.clock);
  return {
    context,
    settings,
    buckets: {
      messagesPerVisitor: buckets('messagesPerVisitor'),
      messagesPerAddress: buckets('messagesPerAddress'),
      connectionsPerAddress: buckets('connectionsPerAddress'),
      filesPerVisitor: buckets('filesPerVisitor'),
      filesPerAddress: buckets('filesPerAddress'),
      offlineFormsPerAddress: buckets('offlineFormsPerAddress'),
    },
    visits: new Map(),
  };
}

/** The open windows of one visitor. */
export function visitsOf(account: WebChatAccount, visitorId: string): Iterable<Visit> {
  return account.visits.get(visitorId) ?? [];
}
