/**
 * What is merged under what. A merge is a pointer and moves nothing: who was joined to whom directly (`via`) is kept, and
 * the root under which something is shown follows from it. So taking one out again is exact, whatever happened meanwhile.
 */

/** How many can be joined to another in one order. */
export const MOST_MERGED = 20;

/** Why two customers may be the same person, the strongest reason first. */
export const duplicateReasons = ['samePhone', 'sameMail', 'sameName'] as const;
export type DuplicateReason = (typeof duplicateReasons)[number];

/** One of a group; `viaId` is the one to which it was joined itself, null for the root. */
export type Joined<T extends string> = { id: T; viaId: T | null };

/**
 * The root of each of a group. One whose `via` is not among them counts as a root, and so does one in a circle, which
 * no order can make.
 */
export function rootsOf<T extends string>(group: readonly Joined<T>[]): Map<T, T> {
  const viaOf = new Map(group.map(({ id, viaId }) => [id, viaId]));
  return new Map(group.map(({ id }) => [id, rootOf(id, viaOf)]));
}

function rootOf<T extends string>(id: T, viaOf: ReadonlyMap<T, T | null>): T {
  let at = id;
  for (let steps = 0; steps < viaOf.size; steps++) {
    const via = viaOf.get(at) ?? null;
    if (via === null || !viaOf.has(via)) return at;
    at = via;
  }
  return id;
}
