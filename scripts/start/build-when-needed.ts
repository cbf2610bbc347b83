/** Builds out/ when its sources are not the ones it was built from, by a hash of their content. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Refused } from './refused.ts';

/** Everything that ends up in out/, and what decides how. */
const SOURCES = [
  'src/{main,preload,renderer,shared,widget}/**/*.{ts,tsx,css,html,svg,json}',
  'resources/sounds/*',
  'scripts/build-widget.ts',
  'electron.vite.config.ts',
  'tsconfig*.json',
  'package.json',
  'package-lock.json',
];
/** What is run in turn: the hosts with the window, then the chat widget. */
const BUILDERS: readonly (readonly string[])[] = [
  [path.join('node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'],
  [path.join('scripts', 'build-widget.ts')],
];
const STAMP = path.join('out', '.built-from');
const OUTPUTS = [
  'out/main/index.js',
  'out/main/browser-host.js',
  'out/main/core-thread.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'out/widget/widget.js',
];

/**
 * @param say called when a build begins
 * @throws Refused with the builder's own words when it fails
 */
export async function buildWhenNeeded(root: string, say: () => void): Promise<void> {
  const stamp = path.join(root, STAMP);
  const isThere = OUTPUTS.every((file) => existsSync(path.join(root, file)));
  if (isThere && existsSync(stamp) && readFileSync(stamp, 'utf8') === hashSources(root)) return;
  say();
  await buildNow(root, (builder) =>
    promisify(execFile)(process.execPath, builder, {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
      maxBuffer: 64 * 1024 * 1024,
    }),
  );
}

/**
 * Builds and notes what it was built from.
 * @param run runs one builder and fails when it does
 * @throws Refused with the builder's own words
 */
export async function buildNow(root: string, run: (builder: readonly string[]) => Promise<unknown>): Promise<void> {
  // Before the build: a source that changes meanwhile is built again at the next start.
  const sources = hashSources(root);
  const stamp = path.join(root, STAMP);
  rmSync(stamp, { force: true });
  try {
    for (const builder of BUILDERS) await run(builder);
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Refused(said.trim().split('\n').slice(-20).join('\n'));
  }
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, sources);
}

/** One hash over names and contents, tests left out. */
export function hashSources(root: string): string {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root })).filter(
    (file) => !/\.test\.tsx?$/.test(file),
  );
  for (const file of files.sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  return hash.digest('hex');
}
