/** Proves that the checks can fail: runs the simulation with each mutant, and each has to break a promise. */
import { allMutants, type MutantName, mutants } from './mutants.ts';
import { runProcess } from './run-jobs.ts';

/** Of the weather in which it shows soonest; the rarest needs some dozens. */
const RUNS = 100;

/**
 * Tries every mutant, `jobs` at a time, and ends with one line `N passed, N failed`.
 * @returns whether each was caught
 */
export async function tryMutants(script: string, jobs: number, say: (line: string) => void): Promise<boolean> {
  const waiting: MutantName[] = [...allMutants];
  let missed = 0;
  async function work(): Promise<void> {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const { code, said } = await runProcess(script, ['--mutant', name, '--runs', `${RUNS}`]);
      const caught = /^seed \d+: .*/m.exec(said)?.[0];
      const isCaught = code === 1 && caught !== undefined;
      if (!isCaught) missed++;
      say(
        `${isCaught ? 'caught' : 'MISSED'} ${name} (${mutants[name].mistake}): ${caught ?? said.trim().slice(-2_000)}`,
      );
    }
  }
  await Promise.all(Array.from({ length: jobs }, work));
  say(`${allMutants.length - missed} passed, ${missed} failed`);
  return missed === 0;
}
