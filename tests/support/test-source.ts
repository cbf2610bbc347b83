/** Time and chance for tests of the server: a clock that a test can move, and a source of chance that is fit for tokens. */
import { randomBytes } from 'node:crypto';
import type { Source } from '../../src/server/db/write.ts';

export type TestSource = Source & {
  /** Moves the clock on by so many milliseconds. */
  pass(ms: number): void;
};

/** A source whose clock runs with the real one, and can be moved on. */
export function testSource(): TestSource {
  let passed = 0;
  return {
    clock: { now: () => Date.now() + passed },
    random: { next: Math.random, bytes: (length) => new Uint8Array(randomBytes(length)) },
    pass: (ms) => {
      passed += ms;
    },
  };
}
