/**
 * The words of the window in the language of the agent. Japanese is the source: its catalogue decides which words
 * exist, and the English one must have them all or it does not compile. No component holds words of its own.
 */
import { setupI18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { useSyncExternalStore } from 'react';
import { en } from './en.ts';
import { ja } from './ja.ts';

export type MessageId = keyof typeof ja;
export type Language = 'ja' | 'en';
export type TextValues = Readonly<Record<string, string | number>>;
export type Text = (id: MessageId, values?: TextValues) => string;

const i18n = setupI18n({ locale: 'ja', messages: { ja, en } });
// The catalogues are small and hold ICU source, so that an organisation's own words can replace one at run time;
// compiling a sentence at first use costs microseconds.
i18n.setMessagesCompiler(compileMessage);

const text: Record<Language, Text> = {
  ja: (id, values) => i18n._(id, values),
  en: (id, values) => i18n._(id, values),
};

/** Changes the language of everything on screen at once, and tells the browser and screen readers about it. */
export function setLanguage(language: Language): void {
  if (i18n.locale !== language) i18n.activate(language);
  if (typeof document !== 'undefined') document.documentElement.lang = language;
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
