/** The end of a workspace's day, in its own time zone. Reads no clock. */

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Last millisecond (epoch) of the day on which `now` falls in a time zone. A name that nobody knows counts as UTC.
 */
export function endOfDay(now: number, timeZone: string): number {
  const local = localTime(now, timeZone);
  const midnight = Math.floor(local / 86_400_000) * 86_400_000 + 86_400_000;
  // The offset at that midnight, not now: on a day of clock change they differ.
  const offset = localTime(now + (midnight - local), timeZone) - (now + (midnight - local));
  return midnight - offset - 1;
}

/** What a clock on the wall shows, counted as if it were UTC. */
function localTime(at: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = makeFormat(timeZone) ?? makeFormat('UTC');
  if (!made) throw new Error('this Node knows no time zones');
  formats.set(timeZone, made);
  return made;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}
