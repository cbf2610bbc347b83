/**
 * The reading hooks of the window: an answer of the core, kept on screen while a newer one is asked for. They never
 * blank a screen that has shown something, and never poll.
 */
import {
  type UseQueryResult,
  useInfiniteQuery,
  useQuery as useTanstackQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback } from 'react';
import { ask, keyOf, type QueryInput, type QueryName, type QueryOutput } from './ask.ts';
import { useConsole } from './console-context.tsx';

export type Answer<N extends QueryName> = UseQueryResult<QueryOutput<N>>;

/**
 * The answer to one question. `keepPrevious` shows the answer to the last question until the new one is there: right
 * for a list whose filter changes, wrong where it would put one customer's words under another one's name. `forget` drops the
 * answer as soon as nobody shows it: for what the window itself changes without the core calling it stale, such as a draft.
 */
export function useQuery<N extends QueryName>(
  name: N,
  input: QueryInput<N>,
  options: { enabled?: boolean; keepPrevious?: boolean; forget?: boolean } = {},
): Answer<N> {
  const api = useConsole();
  return useTanstackQuery<QueryOutput<N>>({
    queryKey: keyOf(name, input),
    queryFn: () => ask(api, name, input),
    enabled: options.enabled ?? true,
    ...(options.forget === true ? { gcTime: 0, staleTime: 0 } : {}),
    ...(options.keepPrevious === true
      ? { placeholderData: (previous: QueryOutput<N> | undefined) => previous as never }
      : {}),
  });
}

/** Asks ahead, so that the answer is there when the agent moves on. Does nothing when it is kept already. */
export function useAskAhead(): <N extends QueryName>(name: N, input: QueryInput<N>) => void {
  const api = useConsole();
  const answers = useQueryClient();
  return useCallback(
    (name, input) => {
      void answers.prefetchQuery({ queryKey: keyOf(name, input), queryFn: () => ask(api, name, input) });
    },
    [api, answers],
  );
}

type Timeline = QueryOutput<'customers.timeline'>;
type Position = Timeline['older'];

/** How many entries of a timeline come at once: three screens, in a few milliseconds. */
export const TIMELINE_PAGE = 80;

/** The timeline of a customer, newest page first; `fetchNextPage` brings the older one before it. */
export function useTimeline(customerId: QueryInput<'customers.timeline'>['customerId']) {
  const api = useConsole();
  return useInfiniteQuery({
    queryKey: keyOf('customers.timeline', { customerId, conversationId: null, before: null, limit: TIMELINE_PAGE }),
    queryFn: ({ pageParam }) =>
      ask(api, 'customers.timeline', { customerId, conversationId: null, before: pageParam, limit: TIMELINE_PAGE }),
    initialPageParam: null as Position,
    getNextPageParam: (page: Timeline) => page.older,
  });
}
