/** Days of the work's calendar in a time zone. Pure: whoever asks for "today" says when now is. */

const made = new Map<string, Intl.DateTimeFormat>();

function partsIn(zone: string): Intl.DateTimeFormat {
  const known = made.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  made.set(zone, format);
  return format;
}

/** The clock on the wall there, read as if it were UTC (epoch ms). */
function wallClock(at: number, zone: string): number {
  const part = Object.fromEntries(
    partsIn(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The ISO date (2026-11-24) of a moment. */
export function dayOf(at: number, zone: string): string {
  return new Date(wallClock(at, zone)).toISOString().slice(0, 10);
}

/** The first moment of an ISO date there, epoch ms; null when there is no such date (2026-02-30). */
export function startOfDay(day: string, zone: string): number | null {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(wanted) || new Date(wanted).toISOString().slice(0, 10) !== day) return null;
  let at = wanted;
  // Twice: the offset may change between the first guess and the day itself.
  for (let turn = 0; turn < 2; turn++) at += wanted - wallClock(at, zone);
  return at;
}

/** The ISO date some days later, or earlier. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
