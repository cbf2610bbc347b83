/** Lays out the app as it goes into a package: what was built, the pictures beside it, and the one native module. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Relative to the project. */
export const APP_FOLDER = path.join('out', 'app');

const isShipped = (file: string): boolean => !file.endsWith('.map') && path.basename(file) !== 'browser-host.js';
/** The demo shop of the widget is the server's; the drawing that the icons come from stays here. */
const isPictureOrSound = (file: string): boolean => !/resources[\\/](widget|README\.md|icon\.svg)/.test(file);
/** Its C sources are eight megabytes that nobody compiles on an agent's computer. */
const isNeededAtRunTime = (file: string): boolean => !/better-sqlite3[\\/](deps|src|binding\.gyp)/.test(file);

/** Empties and fills `out/app`; `out/` must have been built. @param root the project's folder */
export function layOutApp(root: string): void {
  const app = path.join(root, APP_FOLDER);
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  for (const part of ['main', 'preload', 'renderer'])
    cpSync(path.join(root, 'out', part), path.join(app, 'out', part), { recursive: true, filter: isShipped });
  cpSync(path.join(root, 'resources'), path.join(app, 'resources'), { recursive: true, filter: isPictureOrSound });
  cpSync(path.join(root, 'node_modules', 'better-sqlite3'), path.join(app, 'node_modules', 'better-sqlite3'), {
    recursive: true,
    dereference: true,
    filter: isNeededAtRunTime,
  });
  writeFileSync(path.join(app, 'package.json'), `${JSON.stringify(manifestOf(root), null, 2)}\n`);
}

function manifestOf(root: string): Record<string, unknown> {
  const own = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const native = JSON.parse(
    readFileSync(path.join(root, 'node_modules', 'better-sqlite3', 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  return {
    name: own['name'],
    productName: 'Kanade',
    version: own['version'],
    description: own['description'],
    type: own['type'],
    main: own['main'],
    dependencies: { 'better-sqlite3': native['version'] },
  };
}
