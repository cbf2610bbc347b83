/** `npm run build`: builds out/ whether or not it is needed, and leaves the mark that keeps `npm start` from building again. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { buildNow } from './start/build-when-needed.ts';

const root = path.join(import.meta.dirname, '..');

function runBuilder(builder: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...builder], { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${builder[0] ?? ''} ended with ${String(code)}`)),
    );
  });
}

try {
  await buildNow(root, runBuilder);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
