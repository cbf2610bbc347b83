/**
 * Answers of the core, kept by question. A question is a query of the contract with its input; the topics that the
 * contract names for it say when the answer is out of date. Holds no data of its own and never asks the server.
 */
import { QueryClient } from '@tanstack/react-query';
import { type ConsoleApi, type ConsoleContract, consoleContract } from '../../shared/console-api.ts';
import { CallRefused } from '../../shared/console-client.ts';
import { EVERYTHING, type FramePort } from '../../shared/console-frames.ts';
import type { AnyShape } from '../../shared/contract.ts';

/** `inbox.rows`, `customers.sheet` …: every query of the contract, and only those. */
export type QueryName = {
  [G in keyof ConsoleContract]: {
    [M in keyof ConsoleContract[G]]: ConsoleContract[G][M] extends { kind: 'query' } ? `${G}.${M & string}` : never;
  }[keyof ConsoleContract[G]];
}[keyof ConsoleContract];

type Split<N extends string> = N extends `${infer G}.${infer M}` ? [G, M] : never;
type Method<N extends QueryName> =
  Split<N> extends [infer G extends keyof ConsoleApi, infer M]
    ? M extends keyof ConsoleApi[G]
      ? ConsoleApi[G][M]
      : never
    : never;
type Call<N extends QueryName> =
  Method<N> extends (input: infer I) => Promise<infer O> ? { input: I; output: O } : never;

export type QueryInput<N extends QueryName> = Call<N>['input'];
export type QueryOutput<N extends QueryName> = Call<N>['output'];

export type QuestionKey = readonly [name: string, input: unknown];

/** The key under which an answer is kept. */
export function keyOf<N extends QueryName>(name: N, input: QueryInput<N>): QuestionKey {
  return [name, input];
}

/** Asks the core once. */
export function ask<N extends QueryName>(api: ConsoleApi, name: N, input: QueryInput<N>): Promise<QueryOutput<N>> {
  const [group, method] = name.split('.') as [string, string];
  const calls = api as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  const call = calls[group]?.[method];
  if (call === undefined) return Promise.reject(new Error(`no such query: ${name}`));
  return call(input);
}

/** The topics that make an answer stale. A page of a longer answer keeps its position out of its key: none is needed here. */
export function topicsOf(key: QuestionKey): readonly string[] {
  const [group, method] = key[0].split('.') as [string, string];
  const contract = consoleContract as unknown as Record<string, Record<string, AnyShape>>;
  const shape = contract[group]?.[method];
  return shape === undefined ? [] : shape.topics(key[1]);
}

/** Makes the store of answers. Local answers cost a millisecond, so nothing is retried and nothing is asked on a timer. */
export function makeAnswers(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // An answer is right until its topic is called stale; the device's own line has nothing to do with it.
        staleTime: Number.POSITIVE_INFINITY,
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // Conversations that were looked at in the last minutes open at once.
        gcTime: 5 * 60_000,
        // The wire to the core may be cut for a moment; a refusal that names a reason will not change by itself.
        retry: (failures, error) => failures < 3 && error instanceof CallRefused && error.refusal.why === 'failed',
        retryDelay: (failures) => 100 * 3 ** failures,
      },
    },
  });
}

/**
 * How long stale frames are gathered before anything is asked again. While a catch-up runs the core commits a page every
 * few milliseconds; a frame of the screen is 16 ms, so asking more often than this shows nothing more.
 */
const GATHER_MS = 24;

/**
 * How long a slow answer may hold up the next asking, in ms. The list shows a new order only when all its questions are
 * answered; if each were asked again the moment its topic turned stale, a busy centre would never let it see that moment.
 */
const ROUND_MS = 250;

/**
 * Asks again, from now on, whatever the core calls stale and is on screen; forgets what is not. Returns the way to stop.
 * It asks in rounds: what turns stale while a round is being answered belongs to the next one. A question that is being
 * answered when its round begins is asked once more afterwards: its answer may be the old one.
 */
export function followStale(answers: QueryClient, port: FramePort): () => void {
  const cache = answers.getQueryCache();
  let gathered = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let roundEnds: ReturnType<typeof setTimeout> | undefined;
  const round = new Set<string>();
  const askedAgain = new Set<string>();

  const schedule = (): void => {
    if (gathered.size > 0 && round.size === 0) timer ??= setTimeout(refresh, GATHER_MS);
  };
  const endRound = (): void => {
    clearTimeout(roundEnds);
    round.clear();
    schedule();
  };
  const refresh = (): void => {
    timer = undefined;
    const topics = gathered;
    gathered = new Set();
    for (const found of cache.getAll()) {
      const key = found.queryKey as unknown as QuestionKey;
      if (!topics.has(EVERYTHING) && !topicsOf(key).some((topic) => topics.has(topic))) continue;
      if (found.state.fetchStatus === 'fetching') askedAgain.add(found.queryHash);
      else void answers.invalidateQueries({ queryKey: key, exact: true });
      if (found.state.fetchStatus === 'fetching') round.add(found.queryHash);
    }
    if (round.size > 0) roundEnds = setTimeout(endRound, ROUND_MS);
  };
  const stopFrames = port.onFrame((frame) => {
    if (frame.t !== 'stale') return;
    for (const topic of frame.topics) gathered.add(topic);
    schedule();
  });
  const stopCache = cache.subscribe((event) => {
    const { query } = event;
    const { queryHash } = query;
    if (event.type === 'removed') askedAgain.delete(queryHash);
    else if (event.type !== 'updated' || query.state.fetchStatus === 'fetching') return;
    else if (askedAgain.delete(queryHash))
      void answers.invalidateQueries({ queryKey: query.queryKey as QuestionKey, exact: true });
    if (round.delete(queryHash) && round.size === 0) endRound();
  });
  return () => {
    stopFrames();
    stopCache();
    clearTimeout(timer);
    clearTimeout(roundEnds);
  };
}
