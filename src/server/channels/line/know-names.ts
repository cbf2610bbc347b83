/** Asks LINE for a customer's name once, not at every message. A name that cannot be had now is asked for again later. */
import type { Clock } from '../../../shared/domain/clock.ts';
import type { LineSource } from './line-events.ts';
import type { LineApi } from './open-line-api.ts';

/** Names kept in memory, and how long a failed question rests, in ms. */
const MOST_NAMES = 10_000;
const REST_MS = 10 * 60_000;

/** @returns a function that gives the name, or null when LINE does not tell it in time */
export function openNames(
  api: Pick<LineApi, 'displayName'>,
  clock: Clock,
): (source: LineSource) => Promise<string | null> {
  const names = new Map<string, { name: string | null; askAgainAt: number }>();
  return async (source) => {
    const { userId } = source;
    if (userId === undefined) return null;
    const known = names.get(userId);
    if (known !== undefined && (known.name !== null || clock.now() < known.askAgainAt)) return known.name;
    const name = await api
      .displayName({
        userId,
        groupId: source.type === 'group' ? source.groupId : null,
        roomId: source.type === 'room' ? source.roomId : null,
      })
      .catch(() => null);
    names.delete(userId);
    names.set(userId, { name, askAgainAt: clock.now() + REST_MS });
    const oldest = names.keys().next().value;
    if (names.size > MOST_NAMES && oldest !== undefined) names.delete(oldest);
    return name;
  };
}
