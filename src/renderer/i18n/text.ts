/**
 * The words of the window in the language of the agent. Japanese is the source: its catalogue decides which words
 * exist, and the English one must have them all or it does not compile. No component holds words of its own.
 */
import { setupI18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { useSyncExternalStore } from 'react';
import type { ja } from './ja.ts';
import type { administrationJa } from './words/administration-ja.ts';
import type { channelsJa } from './words/channels-ja.ts';

export type MessageId = keyof typeof ja | keyof typeof administrationJa | keyof typeof channelsJa;
export type Language = 'ja' | 'en';
export type TextValues = Readonly<Record<string, string | number>>;
export type Text = (id: MessageId, values?: TextValues) => string;

/** One language is on screen, so one is fetched: the other one would be a twentieth of the first load. */
const catalogues: Record<Language, () => Promise<Record<keyof typeof ja, string>>> = {
  ja: async () => (await import('./ja.ts')).ja,
  en: async () => (await import('./en.ts')).en,
};

const i18n = setupI18n();
// The catalogues are small and hold ICU source, so that an organisation's own words can replace one at run time;
// compiling a sentence at first use costs microseconds.
i18n.setMessagesCompiler(compileMessage);
/** What was asked for last; a catalogue that comes after another wish is not put on screen. */
let wanted: Language = 'ja';
const fetched = new Set<Language>();

const text: Record<Language, Text> = {
  ja: (id, values) => i18n._(id, values),
  en: (id, values) => i18n._(id, values),
};

/**
 * Changes the language of everything on screen at once, and tells the browser and screen readers about it. Until its
 * words are here the old ones stay; nothing may be drawn before it has resolved for the first time.
 */
export async function setLanguage(language: Language): Promise<void> {
  wanted = language;
  if (!fetched.has(language)) {
    i18n.load(language, await catalogues[language]());
    fetched.add(language);
  }
  if (wanted !== language) return;
  if (i18n.locale !== language) i18n.activate(language);
  document.documentElement.lang = language;
}

/** Adds the words of a place that is not on the first screen; called by the file that is fetched with it. */
export function addWords(words: Record<Language, Record<string, string>>): void {
  i18n.load(words);
}

/** Whether there are words for a name that came from elsewhere: a newer server's reason or event has none yet. */
export function hasWords(id: string): id is MessageId {
  return Object.hasOwn(i18n.messages, id);
}

function subscribe(changed: () => void): () => void {
  return i18n.on('change', changed);
}
const currentLanguage = (): Language => (i18n.locale === 'en' ? 'en' : 'ja');

/** The language on screen now; the component is drawn again when it changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, currentLanguage);
}

/** The words in the language on screen. A new function with each language, so that memoised rows notice the change. */
export function useText(): Text {
  return text[useLanguage()];
}

/** The words, outside of components: a notice that is told from a callback. */
export function textNow(): Text {
  return text[currentLanguage()];
}
