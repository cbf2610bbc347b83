/** Passes on what is true for a few seconds: who types, who looks. Stores nothing, promises nothing; asks for the right all the same. */
import { and, eq } from 'drizzle-orm';
import type { Clock } from '../../shared/domain/clock.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';
import type { Scope } from '../../shared/domain/scope.ts';
import type { Signal } from '../../shared/sync-protocol.ts';
import type { ConversationChange } from '../channels/channel-adapter.ts';
import { conversation, feedEntry } from '../db/schema.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import type { ConsoleConnection, ConsoleNamespace } from './console-connection.ts';

export type SignalRelay = {
  /** From a console to the other consoles and, when it types, to the customer. Dropped without a word when it may not. */
  fromConsole(connection: ConsoleConnection, signal: Signal): Promise<void>;
  /** From a customer to the consoles that hold the conversation. */
  fromCustomer(conversationId: ConversationId, isTyping: boolean): void;
};

/** A conversation's place is remembered this long: typing comes several times a second. In ms. */
const REMEMBER_FOR_MS = 5_000;
const MOST_REMEMBERED = 2_000;
/** Signals of one console within a second; the rest is dropped. */
const MOST_PER_SECOND = 10;

type Place = { until: number; scopes: Scope[]; accountId: string; threadId: string };

/** @param tellChannel shows the customer's side that an agent types */
export function relaySignals(
  parts: { database: ServerDatabase; clock: Clock; namespace: ConsoleNamespace },
  tellChannel: (accountId: string, change: ConversationChange) => void,
): SignalRelay {
  const { database, clock, namespace } = parts;
  const places = new Map<string, Place>();
  const spent = new WeakMap<ConsoleConnection, { since: number; count: number }>();

  async function placeOf(conversationId: string): Promise<Place | null> {
    const known = places.get(conversationId);
    if (known && known.until > clock.now()) return known;
    const rows = await database.orm
      .select({
        scope: feedEntry.scope,
        accountId: conversation.channelAccountId,
        threadId: conversation.externalThreadId,
      })
      .from(conversation)
      .innerJoin(
        feedEntry,
        and(eq(feedEntry.rowId, conversation.id), eq(feedEntry.kind, 'conversation'), eq(feedEntry.gone, false)),
      )
      .where(eq(conversation.id, conversationId as ConversationId));
    const [first] = rows;
    if (!first) return null;
    const place: Place = {
      until: clock.now() + REMEMBER_FOR_MS,
      scopes: rows.map((row) => row.scope as Scope),
      accountId: first.accountId,
      threadId: first.threadId,
    };
    if (places.size >= MOST_REMEMBERED) places.clear();
    places.set(conversationId, place);
    return place;
  }

  function isTooMany(connection: ConsoleConnection): boolean {
    const now = clock.now();
    const of = spent.get(connection);
    if (!of || now - of.since >= 1_000) {
      spent.set(connection, { since: now, count: 1 });
      return false;
    }
    return ++of.count > MOST_PER_SECOND;
  }

  return {
    async fromConsole(connection, { conversationId, what, on }) {
      if (isTooMany(connection)) return;
      const place = await placeOf(conversationId);
      if (!place?.scopes.some((scope) => connection.scopes.includes(scope))) return;
      const signal: Signal = {
        conversationId,
        what,
        on,
        who: 'agent',
        name: connection.displayName,
        agentId: connection.agentId,
      };
      connection.socket.volatile.to(place.scopes).emit('signal', signal);
      if (what === 'typing') {
        tellChannel(place.accountId, {
          what: 'typing',
          threadId: place.threadId,
          conversationId,
          name: connection.displayName,
          on,
        });
      }
    },
    fromCustomer(conversationId, isTyping) {
      void placeOf(conversationId).then(
        (place) => {
          if (place)
            namespace.local.volatile
              .to(place.scopes)
              .emit('signal', { conversationId, what: 'typing', on: isTyping, who: 'customer' });
        },
        // The database is away: nobody misses a typing mark.
        () => {},
      );
    },
  };
}
