/** Small arithmetic of measuring and the form in which a benchmark speaks. Prints nothing but results. */

/** One result. `gate` and `target` are what `measured` is held against; null where a number is only reported. */
export type Result = {
  readonly name: string;
  readonly unit: string;
  readonly measured: number;
  readonly gate: number | null;
  readonly target: number | null;
  /** Whether the gate is kept; true when there is none. */
  readonly ok: boolean;
};

/** What the command line asks for. */
export type Options = {
  /** Sizes in messages at which the benchmarks measure that grow with the cache; ascending. */
  readonly sizes: readonly number[];
  /** How often a measurement is repeated where its time allows; medians are given. */
  readonly rounds: number;
  /** Peers to measure ourselves against, by name. */
  readonly peers: readonly string[];
};

/** A number as people write it: `100,000`. */
export const written = (count: number): string => count.toLocaleString('en');

/** Which side of the gate is good. */
export type Better = 'lower' | 'higher';

/** Makes a result; rounds to four significant digits. */
export function result(
  name: string,
  unit: string,
  measured: number,
  limits?: { gate: number; target: number; better: Better },
): Result {
  const rounded = Number(measured.toPrecision(4));
  const ok = limits === undefined || (limits.better === 'lower' ? rounded <= limits.gate : rounded >= limits.gate);
  return { name, unit, measured: rounded, gate: limits?.gate ?? null, target: limits?.target ?? null, ok };
}

/** The value below which `share` (0 to 1) of the values lie. NaN for an empty list. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Milliseconds of CPU and of wall that a piece of work took on this thread. */
export function spent<T>(work: () => T): { value: T; cpuMs: number; wallMs: number } {
  const cpu = process.threadCpuUsage();
  const startedAt = performance.now();
  const value = work();
  const wallMs = performance.now() - startedAt;
  const used = process.threadCpuUsage(cpu);
  return { value, cpuMs: (used.user + used.system) / 1_000, wallMs };
}

/** One line for people, or one JSON object a line. */
export function tell(one: Result, asJson: boolean): string {
  if (asJson) return JSON.stringify(one);
  const limits = one.gate === null ? '' : `   gate ${one.gate}, target ${one.target}${one.ok ? '' : '   NOT KEPT'}`;
  return `${one.name.padEnd(64)} ${String(one.measured).padStart(10)} ${one.unit}${limits}`;
}
