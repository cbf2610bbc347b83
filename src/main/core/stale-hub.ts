/** Carries "these answers are out of date" from wherever a file changed to whoever shows it. Carries no data. */

export type StaleHub = {
  announce(topics: Iterable<string>): void;
  /** The function it gives back stops the listening. */
  listen(listener: (topics: readonly string[]) => void): () => void;
  /** Nobody hears anything any more. */
  silence(): void;
};

/** A hub with nobody at it. */
export function makeStaleHub(): StaleHub {
  const listeners = new Set<(topics: readonly string[]) => void>();
  return {
    announce(topics) {
      const all = [...topics];
      for (const listener of listeners) listener(all);
    },
    silence: () => listeners.clear(),
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
