/** Runs of the real code in this process, one seed after the other, until one of them fails. */
import { openServerDatabase } from './one-database.ts';
import { planRealActs, type RealAct } from './real-acts.ts';
import { runRealActs, shrinkReal } from './run-real.ts';

/** How a run is looked at. `failing`: nothing but the first failure is wanted, as from a mutant. */
export type Look = 'plain' | 'traced' | 'failing';
/** `step`: from one seed to the next; 1 when absent. */
export type Slice = { readonly first: number; readonly runs: number; readonly acts: number; readonly step?: number };

const tell = (acts: readonly RealAct[]) => acts.map(({ name, seed }) => `  ${name.padEnd(20)} ${seed}`).join('\n');

/**
 * Runs a slice of seeds. A failure is told with the shortest list of acts that still fails.
 * @returns whether every promise was kept
 */
export async function runSlice(
  { first, runs, acts: count, step = 1 }: Slice,
  look: Look,
  say: (line: string) => void,
): Promise<boolean> {
  const database = await openServerDatabase();
  const trace = look === 'traced' ? say : undefined;
  try {
    for (let seed = first; seed < first + runs * step; seed += step) {
      const acts = planRealActs(seed, count);
      const failure = await runRealActs(database, seed, acts, trace);
      if (failure === null) continue;
      say(`seed ${seed}: ${failure.message}`);
      if (look === 'failing') return false;
      say('making it shorter …');
      const short = await shrinkReal(database, seed, acts, failure.promise);
      const again = await runRealActs(database, seed, short, trace);
      say(`${short.length} of ${count} acts are enough: ${again?.message}\n${tell(short)}`);
      say(`again: npm run simulate -- --real --seed ${seed} --runs 1 --acts ${count} --trace`);
      return false;
    }
    return true;
  } finally {
    await database.close();
  }
}
