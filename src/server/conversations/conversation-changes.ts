/**
 * Tells a channel what happened in its conversations, so that the customer's side can show it. Told after the commit and
 * only in this process: a channel that missed something reads it from the database (`listForVisitor`).
 */
import type { ConversationChange } from '../channels/channel-adapter.ts';

type Listener = (change: ConversationChange) => void;

export type ConversationChanges = {
  /** Listens to one account; gives the function that stops. */
  listen(accountId: string, listener: Listener): () => void;
  tell(accountId: string, change: ConversationChange): void;
};

/** Makes the ear and mouth of one server process. */
export function conversationChanges(): ConversationChanges {
  const listeners = new Map<string, Set<Listener>>();
  return {
    listen(accountId, listener) {
      const ofAccount = listeners.get(accountId) ?? new Set();
      listeners.set(accountId, ofAccount.add(listener));
      return () => ofAccount.delete(listener);
    },
    tell(accountId, change) {
      for (const listener of listeners.get(accountId) ?? []) listener(change);
    },
  };
}
