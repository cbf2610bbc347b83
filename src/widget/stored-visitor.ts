/**
 * What the browser remembers of a visitor, from the moment they start a chat: the secret, the name, what is unsent, how
 * far they have read. Where a browser allows no storage in frames, the chat lives as long as the page.
 */
import { z } from 'zod';
import {
  visitorMailSchema,
  visitorNameSchema,
  visitorTokenSchema,
  widgetCursorSchema,
} from '../shared/widget-protocol.ts';
import type { Kept, Visitor } from './widget-client.ts';

const storedSchema = z.object({
  token: visitorTokenSchema,
  name: visitorNameSchema,
  mail: visitorMailSchema.nullable(),
  waiting: z.array(z.object({ clientMessageId: z.uuid(), text: z.string(), sentAt: z.number() })).catch([]),
  readUpTo: widgetCursorSchema.nullable().catch(null),
});

export type VisitorStore = {
  /** Null before a chat was started, and after it was left. */
  load(): { visitor: Visitor; kept: Kept } | null;
  save(visitor: Visitor, kept: Kept): void;
  forget(): void;
};

/** @param storage null where the browser gives none; whatever is in it that is not ours to read counts as nothing */
export function openVisitorStore(account: string, storage: Storage | null): VisitorStore {
  const key = `kanade.chat.${account}`;
  return {
    load() {
      try {
        const parsed = storedSchema.safeParse(JSON.parse(storage?.getItem(key) ?? 'null'));
        if (!parsed.success) return null;
        const { token, name, mail, waiting, readUpTo } = parsed.data;
        return { visitor: { token, name, mail }, kept: { waiting, readUpTo } };
      } catch {
        return null;
      }
    },
    save(visitor, kept) {
      try {
        storage?.setItem(key, JSON.stringify({ ...visitor, ...kept }));
      } catch {
        // Full or forbidden: the chat goes on, only the next page will not know of it.
      }
    },
    forget() {
      try {
        storage?.removeItem(key);
      } catch {
        // What cannot be read cannot be left behind.
      }
    },
  };
}

/** The browser's storage for this frame, or null where it is forbidden (reading the property throws then). */
export function storageOf(page: { localStorage: Storage }): Storage | null {
  try {
    return page.localStorage;
  } catch {
    return null;
  }
}

/** A new secret of 32 random bytes in base64url. */
export function newVisitorToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
}
