/**
 * `npm run package`: builds, lays out the app and lets electron-builder make the packages for this system into
 * out/packages. What follows `--` is electron-builder's: `npm run package -- --win`, `-- --dir` for an unpacked folder,
 * `-- --dir -c.electronDist=DIR` where Electron cannot be fetched.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { layOutApp } from './package/lay-out-app.ts';
import { buildWhenNeeded } from './start/build-when-needed.ts';

const root = path.join(import.meta.dirname, '..');
try {
  await buildWhenNeeded(root, () => process.stdout.write('building …\n'));
  layOutApp(root);
  const cli = path.join(root, 'node_modules', 'electron-builder', 'cli.js');
  const builder = spawn(process.execPath, [cli, '--publish', 'never', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  builder.once('close', (code) => (process.exitCode = code ?? 1));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
