/** Spreads many runs over processes: a run waits for nobody, so each core may have one of its own. */
import { spawn } from 'node:child_process';
import type { Slice } from './run-slice.ts';

/** Most runs in one process. Its start costs as much as four of them, and a fresh one forgets what the last may have leaked. */
const MOST_PER_PROCESS = 125;

/** One process; what it says is given when it ends. */
export function runProcess(
  script: string,
  values: readonly string[],
  stop?: AbortSignal,
): Promise<{ code: number; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...values], {
      ...(stop && { signal: stop }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', (error) => (error.name === 'AbortError' ? resolve({ code: 0, said: '' }) : reject(error)));
    child.on('close', (code) => resolve({ code: code ?? 1, said }));
  });
}

/**
 * Runs all seeds of a slice in `jobs` processes of `script`, which takes `--real --seed --runs --acts`.
 * @returns whether every promise was kept; the first failure ends the others
 */
export async function runJobs(
  script: string,
  { first, runs, acts }: Slice,
  jobs: number,
  say: (line: string) => void,
): Promise<boolean> {
  const stop = new AbortController();
  let next = first;
  let done = 0;
  let isKept = true;
  async function work(): Promise<void> {
    while (next < first + runs && isKept) {
      const seed = next;
      const some = Math.min(MOST_PER_PROCESS, Math.ceil(runs / jobs), first + runs - seed);
      next += some;
      const values = ['--real', '--jobs', '1', '--seed', `${seed}`, '--runs', `${some}`, '--acts', `${acts}`];
      const { code, said } = await runProcess(script, values, stop.signal);
      if (stop.signal.aborted) return;
      done += some;
      if (code === 0) say(`${done} of ${runs}`);
      else {
        isKept = false;
        say(said.trimEnd());
        stop.abort();
      }
    }
  }
  await Promise.all(Array.from({ length: jobs }, work));
  return isKept;
}
