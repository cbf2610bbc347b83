/**
 * `npm run bench [-- --json] [--only NAME] [--rounds N] [--rows N] [--peers all|none|rxdb,…]`: measures the product on
 * this machine beside the raw limit and the peers, and prints what was found. Never part of a test. See README.md.
 */
import { parseArgs } from 'node:util';
import { type Options, type Result, tell } from './support/measure.ts';

type Benchmark = { measure(options: Options): Promise<Result[]> };

/** In this order, so that a console of one size is made by the first that wants it. Those with `true` measure at `--rows`. */
const benchmarks: readonly (readonly [name: string, isOfSize: boolean, load: () => Promise<Benchmark>])[] = [
  ['initial-sync', true, () => import('./initial-sync.ts')],
  ['open-conversation', true, () => import('./open-conversation.ts')],
  ['reopen', true, () => import('./reopen.ts')],
  ['indexing', true, () => import('./indexing.ts')],
  ['search-newest', true, () => import('./search-newest.ts')],
  ['inbox', false, () => import('./inbox.ts')],
  ['encryption', false, () => import('./encryption.ts')],
  ['against-peers', false, () => import('./against-peers.ts')],
  ['fan-out', false, () => import('./fan-out.ts')],
  ['live-latency', false, () => import('./live-latency.ts')],
  ['import-customers', false, () => import('./import-customers.ts')],
  ['start-to-desk', false, () => import('./start-to-desk.ts')],
];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    rows: { type: 'string' },
    peers: { type: 'string', default: 'none' },
  },
});

/** Every size is measured against the smallest, so that growth can be told. */
function sizesOf(rows: string | undefined): number[] {
  const largest = rows === undefined ? 1_000_000 : Number(rows);
  if (!Number.isInteger(largest) || largest < 10_000)
    return refuse(`--rows ${rows}: give a whole number from 10000 on`);
  return largest > 100_000 ? [100_000, largest] : [largest];
}

function refuse(sentence: string): never {
  process.stderr.write(`bench: ${sentence}\n`);
  process.exit(1);
}

const known = ['rxdb', 'tinybase', 'pouchdb', 'triplit'];
const peers = values.peers === 'all' ? known : values.peers === 'none' ? [] : values.peers.split(',');
const unknown = peers.find((peer) => !known.includes(peer));
if (unknown !== undefined) refuse(`no peer is called ${unknown}; there are: ${known.join(', ')}`);
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) refuse(`--rounds ${values.rounds}: give a whole number from 1 on`);
const options: Options = { sizes: sizesOf(values.rows), rounds, peers };

const only = values.only?.split(',');
const chosen = benchmarks.filter(([name, isOfSize]) =>
  only === undefined ? values.rows === undefined || isOfSize : only.includes(name),
);
if (chosen.length === 0)
  refuse(`no benchmark is called ${values.only}; there are: ${benchmarks.map(([name]) => name).join(', ')}`);

let kept = 0;
let missed = 0;
for (const [name, , load] of chosen) {
  if (!values.json) process.stdout.write(`${name}\n`);
  const { measure } = await load();
  for (const one of await measure(options)) {
    if (one.gate !== null && one.ok) kept++;
    else if (one.gate !== null) missed++;
    process.stdout.write(`${tell(one, values.json)}\n`);
  }
}
if (!values.json) process.stdout.write(`${kept} gates kept, ${missed} not\n`);
// A child of a benchmark that failed to end must not keep the command.
process.exit();
