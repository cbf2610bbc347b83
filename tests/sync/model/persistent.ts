/** Copies with one change, so that a crash can go back to any earlier state of a file for nothing. Never changes its argument. */

/** The map with one more, or one other, entry. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

/** The map without a key. */
export function withoutKey<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

/** The set with one more member. */
export function withMember<T>(set: ReadonlySet<T> | undefined, member: T): ReadonlySet<T> {
  return set?.has(member) ? set : new Set(set).add(member);
}

/** The set without a member. */
export function withoutMember<T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> {
  if (!set.has(member)) return set;
  const copy = new Set(set);
  copy.delete(member);
  return copy;
}
