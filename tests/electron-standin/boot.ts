/**
 * Reads the command line as the `electron` executable would, then loads the app's main bundle unmodified.
 * Flags before the app's folder belong to Electron, what follows belongs to the app.
 */
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeRun, markMainLoaded } from './parts/run.ts';

const given = process.argv.slice(2);
const required: string[] = [];
let at = 0;
while (at < given.length && given[at]?.startsWith('-') === true) {
  if (given[at] === '-r' || given[at] === '--require') {
    const module = given[at + 1];
    if (module !== undefined) required.push(module);
    at += 2;
  } else at += 1;
}
const named = given[at];
if (named === undefined) {
  process.stderr.write('electron stand-in: name the folder of the app, as for electron itself\n');
  process.exit(1);
}
const appPath = path.resolve(named);
const folder = statSync(appPath).isDirectory() ? appPath : path.dirname(appPath);
const pkg = readPackage(folder);
const entry = folder === appPath ? path.join(folder, pkg.main) : appPath;

process.argv = [process.argv[0] ?? 'electron', ...given.slice(0, at), appPath, ...given.slice(at + 1)];
describeRun({
  folder,
  name: pkg.productName ?? pkg.name,
  version: pkg.version,
  flags: given.filter((flag) => flag.startsWith('--')),
  // Playwright with its own loader (`-r`) holds the app back itself.
  isDriven: given.includes('--inspect=0') && given.includes('--remote-debugging-port=0') && required.length === 0,
});
await import('./electron.ts');
const require = createRequire(import.meta.url);
for (const module of required) require(module);
await import(pathToFileURL(entry).href);
// Real Electron becomes ready only when the main bundle has finished loading, so a top-level
// `await app.whenReady()` hangs there. It hangs here too.
markMainLoaded();

function readPackage(where: string): { name: string; productName?: string; version: string; main: string } {
  const found: unknown = JSON.parse(readFileSync(path.join(where, 'package.json'), 'utf8'));
  const read = (key: string): string | undefined => {
    const value: unknown = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const productName = read('productName');
  return {
    name: read('name') ?? 'app',
    version: read('version') ?? '0.0.0',
    main: read('main') ?? 'index.js',
    ...(productName === undefined ? {} : { productName }),
  };
}
