/** How much CPU another process has used, as the operating system counts it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in ticks of this many ms, on every machine that Node runs on. Source: `getconf CLK_TCK` is 100. */
const TICK_MS = 10;

type Stat = { parent: number; cpuMs: number };

function statOf(pid: number | string): Stat | null {
  try {
    // The name in brackets may hold spaces; the fields after it do not. Source: proc_pid_stat(5), fields 4, 14 and 15.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return null;
  }
}

/** CPU of a process since its start, in ms; NaN where the system does not say. */
export function cpuOf(pid: number): number {
  return statOf(pid)?.cpuMs ?? Number.NaN;
}

/** CPU of the living descendants of a process, in ms, without those that `isCounted` leaves out. NaN where the system does not say. */
export function cpuOfDescendants(of: number, isCounted: (pid: number) => boolean = () => true): number {
  if (process.platform !== 'linux') return Number.NaN;
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(name) : null;
    if (stat) all.set(Number(name), stat);
  }
  const isBelow = (pid: number): boolean => {
    const parent = all.get(pid)?.parent ?? 0;
    return parent === of || (parent > 1 && isBelow(parent));
  };
  let cpuMs = 0;
  for (const [pid, stat] of all) if (isBelow(pid) && isCounted(pid)) cpuMs += stat.cpuMs;
  return cpuMs;
}
