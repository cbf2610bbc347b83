/** How much memory another process holds, as the operating system counts it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Resident set of a process in bytes; NaN where the system does not say. */
export function residentBytes(pid: number): number {
  if (process.platform === 'linux') {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib) * 1024;
  }
  if (process.platform === 'win32') return Number.NaN;
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}
