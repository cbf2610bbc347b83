/**
 * `npm run simulate -- --seed N --runs M --acts K`: runs of the sync contract under faults, each repeatable from its seed. A failing
 * seed is printed with the shortest list of acts that still fails. `--flaw NAME` makes the model wrong on purpose;
 * `--real` runs the real core against the real server instead of the model.
 */
import { parseArgs } from 'node:util';
import type { Act } from './model/acts.ts';
import { allFlaws, flaws, type Flaw } from './model/flaws.ts';
import { planActs } from './model/plan-acts.ts';
import { runActs, shrink } from './model/run-model.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '500' },
    acts: { type: 'string', default: '200' },
    flaw: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function whole(name: 'seed' | 'runs' | 'acts'): number {
  const number = Number(values[name]);
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

function tell(acts: readonly Act[]): string {
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

if (values.help) {
  process.stdout.write('npm run simulate -- [--seed 1] [--runs 500] [--acts 200] [--flaw NAME]\n');
} else process.exitCode = simulate();
