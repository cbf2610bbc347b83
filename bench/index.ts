/**
 * `npm run bench [-- --json] [-- --only NAME]`: measures the product on this machine beside the raw limit and prints what
 * was found. Never part of a test. `bench/one-million.ts` and longer runs are commands of their own.
 */
import { parseArgs } from 'node:util';
import { type Result, tell } from './support/measure.ts';

const benchmarks: readonly (readonly [string, () => Promise<{ measure(): Promise<Result[]> }>])[] = [
  ['initial-sync', () => import('./initial-sync.ts')],
  ['open-conversation', () => import('./open-conversation.ts')],
  ['search-newest', () => import('./search-newest.ts')],
  ['inbox-50k', () => import('./inbox-50k.ts')],
  ['live-latency', () => import('./live-latency.ts')],
  ['start-to-desk', () => import('./start-to-desk.ts')],
];

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, only: { type: 'string' } } });
const chosen = benchmarks.filter(([name]) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  process.stderr.write(
    `no benchmark is called ${values.only}; there are: ${benchmarks.map(([name]) => name).join(', ')}\n`,
  );
  process.exit(1);
}
for (const [name, load] of chosen) {
  if (!values.json) process.stdout.write(`${name}\n`);
  const { measure } = await load();
  for (const one of await measure()) process.stdout.write(`${tell(one, values.json)}\n`);
}
// A child of a benchmark that failed to end must not keep the command.
process.exit();
