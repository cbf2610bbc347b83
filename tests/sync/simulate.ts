/**
 * `npm run simulate -- --seed N --runs M --acts K`: runs of the sync contract under faults, each repeatable from its seed. A failing
 * seed is printed with the shortest list of acts that still fails. `--flaw NAME` makes the model wrong on purpose;
 * `--real` runs the real core against the real server instead of the model.
 */
import { parseArgs } from 'node:util';
import { allFlaws, flaws, type Flaw } from './model/flaws.ts';
import { planActs } from './model/plan-acts.ts';
import { runActs, shrink } from './model/run-model.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string' },
    acts: { type: 'string' },
    flaw: { type: 'string' },
    real: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** The model is a thousand times faster than the real code. */
const usual = values.real ? { seed: 1, runs: 20, acts: 40 } : { seed: 1, runs: 500, acts: 200 };

function whole(name: 'seed' | 'runs' | 'acts'): number {
  const number = Number(values[name] ?? usual[name]);
  if (Number.isInteger(number) && number >= 0) return number;
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

function tell(acts: readonly { name: string; seed: number }[]): string {
  return acts.map((act) => `  ${act.name.padEnd(20)} ${act.seed}`).join('\n');
}

function simulate(): number {
  const [first, runs, count] = [whole('seed'), whole('runs'), whole('acts')];
  const flaw = flawNamed(values.flaw);
  const startedAt = performance.now();
  for (let seed = first; seed < first + runs; seed++) {
    const acts = planActs(seed, count);
    const failure = runActs(seed, acts, flaw);
    if (failure === null) continue;
    process.stdout.write(`seed ${seed}: ${failure.message}\nmaking it shorter …\n`);
    const short = shrink(seed, acts, failure.promise, flaw);
    process.stdout.write(
      `${short.length} of ${count} acts are enough: ${runActs(seed, short, flaw)?.message}\n${tell(short)}\n`,
    );
    process.stdout.write(
      `again: npm run simulate -- --seed ${seed} --runs 1 --acts ${count}${flaw ? ` --flaw ${flaw}` : ''}\n`,
    );
    return 1;
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  process.stdout.write(`${runs} runs from seed ${first}, ${count} acts each, ${seconds} s: every promise was kept.\n`);
  return 0;
}

async function simulateReal(): Promise<number> {
  // Before anything of the product is loaded.
  const { readInSmallPages } = await import('./real/small-pages.ts');
  readInSmallPages();
  const { openServerDatabase } = await import('./real/mortal-server.ts');
  const { planRealActs } = await import('./real/real-acts.ts');
  const { runRealActs, shrinkReal } = await import('./real/run-real.ts');
  const [first, runs, count] = [whole('seed'), whole('runs'), whole('acts')];
  const database = await openServerDatabase();
  const startedAt = performance.now();
  const trace = (line: string) => {
    if (values.trace) process.stdout.write(`${line}\n`);
  };
  try {
    for (let seed = first; seed < first + runs; seed++) {
      const acts = planRealActs(seed, count);
      const failure = await runRealActs(database, seed, acts, runs === 1 ? trace : undefined);
      if (failure === null) continue;
      process.stdout.write(`seed ${seed}: ${failure.message}\nmaking it shorter …\n`);
      const short = await shrinkReal(database, seed, acts, failure.promise);
      const again = await runRealActs(database, seed, short, trace);
      process.stdout.write(`${short.length} of ${count} acts are enough: ${again?.message}\n${tell(short)}\n`);
      process.stdout.write(`again: npm run simulate -- --real --seed ${seed} --runs 1 --acts ${count} --trace\n`);
      return 1;
    }
  } finally {
    await database.close();
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  process.stdout.write(
    `${runs} runs of the real code from seed ${first}, ${count} acts each, ${seconds} s: every promise was kept.\n`,
  );
  return 0;
}

if (values.help) {
  process.stdout.write('npm run simulate -- [--seed 1] [--runs 500] [--acts 200] [--flaw NAME]\n');
  process.stdout.write('npm run simulate -- --real [--seed 1] [--runs 20] [--acts 40] [--trace]\n');
} else process.exitCode = values.real ? await simulateReal() : simulate();
