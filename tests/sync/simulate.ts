/**
 * `npm run simulate -- --seed N --runs M --acts K`: runs of the sync contract under faults, each repeatable from its seed. A failing
 * seed is printed with the shortest list of acts that still fails. `--flaw NAME` makes the model wrong on purpose;
 * `--real` runs the real core against the real server instead of the model; `--mutants` does so once with each deliberate
 * mistake of `real/mutants.ts` in the product, and each of them has to be noticed.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { allFlaws, flaws, type Flaw } from './model/flaws.ts';
import { planActs } from './model/plan-acts.ts';
import { runActs, shrink } from './model/run-model.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string' },
    acts: { type: 'string' },
    jobs: { type: 'string' },
    flaw: { type: 'string' },
    real: { type: 'boolean', default: false },
    mutant: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** The model is three hundred times faster than the real code. */
const usual = {
  seed: 1,
  jobs: availableParallelism(),
  ...(values.real || values.mutant ? { runs: 20, acts: 40 } : { runs: 500, acts: 200 }),
};
const say = (line: string) => void process.stdout.write(`${line}\n`);

function whole(name: keyof typeof usual): number {
  const number = Number(values[name] ?? usual[name]);
  if (Number.isInteger(number) && number >= (name === 'jobs' ? 1 : 0)) return number;
  process.stderr.write(`--${name} wants a whole number, not "${values[name]}".\n`);
  process.exit(1);
}

function flawNamed(name: string | undefined): Flaw | null {
  if (name === undefined) return null;
  const found = allFlaws.find((flaw) => flaw === name);
  if (found) return found;
  process.stderr.write(`There is no flaw "${name}". Known are:\n`);
  for (const flaw of allFlaws) process.stderr.write(`  ${flaw.padEnd(24)} ${flaws[flaw]}\n`);
  process.exit(1);
}

const secondsSince = (startedAt: number) => ((performance.now() - startedAt) / 1_000).toFixed(1);

function simulate(): boolean {
  const [first, runs, count] = [whole('seed'), whole('runs'), whole('acts')];
  const flaw = flawNamed(values.flaw);
  const startedAt = performance.now();
  for (let seed = first; seed < first + runs; seed++) {
    const acts = planActs(seed, count);
    const failure = runActs(seed, acts, flaw);
    if (failure === null) continue;
    say(`seed ${seed}: ${failure.message}\nmaking it shorter …`);
    const short = shrink(seed, acts, failure.promise, flaw);
    say(`${short.length} of ${count} acts are enough: ${runActs(seed, short, flaw)?.message}`);
    say(short.map((act) => `  ${act.name.padEnd(20)} ${act.seed}`).join('\n'));
    say(`again: npm run simulate -- --seed ${seed} --runs 1 --acts ${count}${flaw ? ` --flaw ${flaw}` : ''}`);
    return false;
  }
  say(`${runs} runs from seed ${first}, ${count} acts each, ${secondsSince(startedAt)} s: every promise was kept.`);
  return true;
}

const script = fileURLToPath(import.meta.url);

/** Runs with one mistake in the product until a promise is broken. */
async function simulateMutant(name: string): Promise<boolean> {
  const { makeMistake } = await import('./real/mutants.ts');
  const weather = makeMistake(name);
  const { readInSmallPages } = await import('./real/small-pages.ts');
  readInSmallPages();
  const { runSlice } = await import('./real/run-slice.ts');
  const { seedsOf } = await import('./real/real-acts.ts');
  const slice = { ...seedsOf(weather, whole('seed')), runs: whole('runs'), acts: whole('acts') };
  return await runSlice(slice, 'failing', say);
}

async function simulateReal(): Promise<boolean> {
  const slice = { first: whole('seed'), runs: whole('runs'), acts: whole('acts') };
  const jobs = Math.min(whole('jobs'), slice.runs);
  const startedAt = performance.now();
  let isKept: boolean;
  if (jobs > 1) {
    const { runJobs } = await import('./real/run-jobs.ts');
    isKept = await runJobs(script, slice, jobs, say);
  } else {
    // Before anything of the product is loaded.
    const { readInSmallPages } = await import('./real/small-pages.ts');
    readInSmallPages();
    const { runSlice } = await import('./real/run-slice.ts');
    isKept = await runSlice(slice, values.trace ? 'traced' : 'plain', say);
  }
  if (isKept)
    say(
      `${slice.runs} runs of the real code from seed ${slice.first}, ${slice.acts} acts each, ${secondsSince(startedAt)} s: every promise was kept.`,
    );
  return isKept;
}

async function run(): Promise<boolean> {
  if (values.mutants) return await (await import('./real/try-mutants.ts')).tryMutants(script, whole('jobs'), say);
  if (values.mutant !== undefined) return await simulateMutant(values.mutant);
  return values.real ? await simulateReal() : simulate();
}

if (values.help) {
  say('npm run simulate -- [--seed 1] [--runs 500] [--acts 200] [--flaw NAME]');
  say('npm run simulate -- --real [--seed 1] [--runs 20] [--acts 40] [--jobs 2] [--trace]');
  say('npm run simulate -- --mutants [--jobs 2]');
} else process.exitCode = (await run()) ? 0 : 1;
