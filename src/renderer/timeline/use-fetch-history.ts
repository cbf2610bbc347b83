/** Fetches the missing part of a conversation once its line has been in sight for a moment, as long as there is a line to the server. */
import { type RefObject, useEffect, useState } from 'react';
import { useConsole } from '../console/console-context.tsx';
import { useQuery } from '../console/use-query.ts';
import { reasonOf } from '../console/words-for-refusal.ts';
import type { AbsentEntry } from './absent-line.tsx';

type FetchState = { is: 'loading' | 'offline' } | { is: 'failed'; error: unknown; retry: () => void };

/**
 * How long a line is in sight before it is asked for, in ms: who only scrolls past needs nothing, and an opened customer's
 * history mostly comes by itself meanwhile.
 */
const SEEN_MS = 400;

/** What becomes of it. The timeline itself turns stale when the history has come. */
export function useFetchHistory(
  { conversationId, upto }: AbsentEntry,
  place: RefObject<HTMLElement | null>,
): FetchState {
  const api = useConsole();
  const connection = useQuery('connection.get', {}).data;
  const isOnline = connection === undefined || connection.state === 'online' || connection.state === 'catchingUp';
  const [error, setError] = useState<unknown>(null);
  const isInSight = useInSight(place);

  useEffect(() => {
    if (!isOnline || !isInSight || error !== null) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      api.conversations.fetchHistory({ conversationId }).catch((reason: unknown) => {
        // Cut in between: the line says so, and asks again when there is one.
        if (isCurrent && reasonOf(reason) !== 'offline') setError(reason);
      });
    }, SEEN_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
    // `upto` moves with each page: what is left is asked for as long as the line is in sight.
  }, [api, conversationId, upto, isOnline, isInSight, error]);

  if (!isOnline) return { is: 'offline' };
  return error === null ? { is: 'loading' } : { is: 'failed', error, retry: () => setError(null) };
}

function useInSight(place: RefObject<HTMLElement | null>): boolean {
  const [isInSight, setInSight] = useState(false);
  useEffect(() => {
    if (place.current === null) return;
    const watch = new IntersectionObserver(([entry]) => setInSight(entry?.isIntersecting === true));
    watch.observe(place.current);
    return () => watch.disconnect();
  }, [place]);
  return isInSight;
}
