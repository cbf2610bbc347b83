/**
 * What is wrong between this device and its server although there may be a line, for the connection strip. Remembers and
 * forgets; decides nothing.
 */
import type { Connection } from '../../../shared/console-shapes.ts';
import { isDiskFull } from '../db/connection.ts';

export type Trouble = NonNullable<Connection['trouble']>;

export type TroubleNotes = {
  /** The most urgent of what stands. */
  now(): Trouble | null;
  /** Something the server said was set aside. `what` says why, and goes to the log. */
  setAside(what: string, trouble: Exclude<Trouble, 'storageFull'>): void;
  /** An arrival could not be taken in. */
  failed(error: unknown): void;
  /** This device has everything again: what stood in the way of that is over. */
  level(): void;
};

/** @param announce told when another trouble is to be shown */
export function noteTrouble(log: (line: string) => void, announce: () => void): TroubleNotes {
  const standing = new Set<Trouble>();
  const urgent: readonly Trouble[] = ['storageFull', 'answersNotUnderstood', 'rowsSetAside'];
  const now = (): Trouble | null => urgent.find((trouble) => standing.has(trouble)) ?? null;

  function change(by: () => void): void {
    const before = now();
    by();
    if (now() !== before) announce();
  }

  return {
    now,
    setAside(what, trouble) {
      log(what);
      change(() => standing.add(trouble));
    },
    failed(error) {
      if (isDiskFull(error)) change(() => standing.add('storageFull'));
    },
    level() {
      change(() => {
        standing.delete('storageFull');
        standing.delete('answersNotUnderstood');
      });
    },
  };
}
