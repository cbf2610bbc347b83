/** Waits for a condition instead of for a time, so that a test is as fast as the machine and never flaky by the clock. */

/**
 * Asks `look` again and again until it returns something other than undefined, null or false, and gives that back.
 * An assertion that throws inside `look` counts as "not yet"; the last one is the error when time runs out.
 * @param withinMs deadline in milliseconds
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  { withinMs = 10_000, what = 'the condition' } = {},
): Promise<Exclude<NonNullable<Awaited<T>>, false>> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== null && seen !== false) return seen as Exclude<NonNullable<Awaited<T>>, false>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`${what} did not come true within ${withinMs} ms`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
