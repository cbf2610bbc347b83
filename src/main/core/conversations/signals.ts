/**
 * Who types and who looks, as far as this device has heard. Kept in memory for seconds: a signal may be lost, so each
 * one ends by itself.
 */
import type { Signals } from '../../../shared/console-shapes.ts';
import type { Clock } from '../../../shared/domain/clock.ts';
import type { AgentId } from '../../../shared/domain/ids.ts';
import type { Signal } from '../../../shared/sync-protocol.ts';
import type { Schedule } from '../schedule.ts';

/** How long a signal counts without being repeated, in ms. A typing widget repeats it every 3 s, a window every 20. */
const LASTS_MS = { typing: 6_000, viewing: 45_000 } as const;
/** Signals remembered at most; a hostile server cannot fill the memory. */
const MAX_SIGNALS = 5_000;

export type SignalBoard = {
  receive(signal: Signal): void;
  of(conversationId: string): Signals;
  clear(): void;
};

/** @param announce makes `signals:<conversationId>` stale */
export function makeSignalBoard(clock: Clock, schedule: Schedule, announce: (topics: string[]) => void): SignalBoard {
  const known = new Map<string, { signal: Signal; until: number; cancel: () => void }>();

  function keyOf({ conversationId, what, who, agentId, name }: Signal): string {
    return [conversationId, what, who ?? 'agent', agentId ?? name ?? ''].join(' ');
  }
  function forget(key: string): void {
    const entry = known.get(key);
    if (!entry) return;
    entry.cancel();
    known.delete(key);
    announce([`signals:${entry.signal.conversationId}`]);
  }

  return {
    receive(signal) {
      const key = keyOf(signal);
      if (!signal.on) return forget(key);
      const before = known.get(key);
      before?.cancel();
      if (!before && known.size >= MAX_SIGNALS) return;
      const lasts = LASTS_MS[signal.what];
      known.set(key, { signal, until: clock.now() + lasts, cancel: schedule.after(lasts, () => forget(key)) });
      if (!before) announce([`signals:${signal.conversationId}`]);
    },
    of(conversationId) {
      const here = [...known.values()].filter(
        ({ signal, until }) => signal.conversationId === conversationId && until > clock.now(),
      );
      return {
        typing: here
          .filter(({ signal }) => signal.what === 'typing')
          .map(({ signal }) => ({ who: signal.who ?? 'agent', name: signal.name ?? '' })),
        viewing: here.flatMap(({ signal }) =>
          signal.what === 'viewing' && signal.agentId !== undefined
            ? [{ name: signal.name ?? '', agentId: signal.agentId as AgentId }]
            : [],
        ),
      };
    },
    clear() {
      for (const key of [...known.keys()]) forget(key);
    },
  };
}
