/**
 * `npm run check`: format, types, lint, walls and unused code, two at a time. Changes nothing. Each part prints what
 * it found when it ends; the last line names the parts that failed.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Two at a time, the longest first, in parts that keep both cores busy to the end. */
const parts = [
  // No cache: what the types of another file changed here, a cached file would not notice.
  // Tests are a project of their own in tsconfig.node.json: apart from the product, no run of lint loads all projects.
  [
    'lint-product',
    'eslint',
    'src',
    ...['**/*.test.ts', '**/*.test.tsx'].flatMap((tests) => ['--ignore-pattern', tests]),
    '--max-warnings',
    '0',
  ],
  [
    'lint-rest',
    'eslint',
    '.',
    ...['src/**/*.{ts,tsx}', '!src/**/*.test.ts', '!src/**/*.test.tsx'].flatMap((files) => ['--ignore-pattern', files]),
    '--max-warnings',
    '0',
  ],
  // TypeScript 7 by its path: the types of 6, which lint needs, take twice as long. One checker: each further one reads
  // the types of all files for itself, which on two cores takes twice the work and no less time.
  ['types', 'node', 'node_modules/typescript7/lib/tsc.js', '-b', '--checkers', '1'],
  ['unused', 'knip', '--no-progress'],
  ['walls', 'node', 'scripts/prove-walls.mjs'],
  ['format', 'biome', 'format', '.'],
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !parts.some(([part]) => part === name));
if (unknown.length > 0) {
  console.error(`check: no part is called ${unknown.join(', ')}; there are ${parts.map(([part]) => part).join(', ')}`);
  process.exit(2);
}

function run([name, program, ...args]) {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      shell: process.platform === 'win32',
      env: {
        ...process.env,
        PATH: `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
      },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => (output += `${error.message}\n`));
    child.on('close', (code) => {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      if (output.trim() !== '' && code !== 0) console.log(output.trimEnd());
      resolve({ name, failed: code !== 0 });
    });
  });
}

const waiting = parts.filter(([name]) => wanted.length === 0 || wanted.includes(name));
const results = [];
async function worker() {
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) results.push(await run(part));
}
await Promise.all([worker(), worker()]);

const failed = results.filter((result) => result.failed).map((result) => result.name);
console.log(failed.length === 0 ? `check: ${results.length} parts passed` : `check: failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
