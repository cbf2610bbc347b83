/** What a screen reader is told about new messages of the open conversation: at most one sentence in two seconds. */
import { useEffect, useRef, useState } from 'react';
import type { TimelineEntry } from '../../shared/console-shapes.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { useText } from '../i18n/text.ts';

/** Faster news would cut off the sentence before it. */
const EVERY_MS = 2000;
/** Then the sentence is taken away: what its author takes back must not stand in the page for ever. */
const STANDS_MS = 8000;

/** Returns the sentence for the live region; empty at first, so that opening a thread is silent. */
export function useAnnounce(entries: readonly TimelineEntry[], conversationId: ConversationId | null): string {
  const t = useText();
  const [sentence, setSentence] = useState('');
  useEffect(() => {
    if (sentence === '') return;
    const timer = setTimeout(() => setSentence(''), STANDS_MS);
    return () => clearTimeout(timer);
  }, [sentence]);
  const told = useRef<{ conversationId: ConversationId | null; at: number; clock: number } | null>(null);
  useEffect(() => {
    const incoming = entries.filter(
      (entry) =>
        entry.kind === 'message' && entry.message.direction === 'in' && entry.message.conversationId === conversationId,
    );
    const last = incoming.at(-1);
    const before = told.current;
    if (before === null || before.conversationId !== conversationId) {
      told.current = { conversationId, at: last?.at ?? 0, clock: 0 };
      return;
    }
    if (last === undefined || last.kind !== 'message' || last.at <= before.at) return;
    const fresh = incoming.filter((entry) => entry.at > before.at).length;
    const wait = Math.max(0, before.clock + EVERY_MS - performance.now());
    const timer = setTimeout(() => {
      told.current = { conversationId, at: last.at, clock: performance.now() };
      setSentence(
        fresh === 1
          ? t('timeline.announceOne', { name: last.message.authorName, text: last.message.text.slice(0, 120) })
          : t('timeline.announceMany', { count: fresh }),
      );
    }, wait);
    return () => clearTimeout(timer);
  }, [entries, conversationId, t]);
  return sentence;
}
