/** `npm start` with small children in place of the server and the console; everything else is the real thing. */
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readStartOptions } from '../../scripts/start/read-start-options.ts';
import { Refused } from '../../scripts/start/refused.ts';
import { startAll } from '../../scripts/start/start-all.ts';

const [folder = '', ...argv] = process.argv.slice(2);
const journal = path.join(folder, 'journal');
const fake = path.join(import.meta.dirname, 'fake-child.ts');
/** A script that calls the fake by the name of its part, as the real entries would be called. */
const entry = (part: string): string => {
  const file = path.join(folder, `${part}.mjs`);
  writeFileSync(
    file,
    `process.argv.splice(2, 0, ${JSON.stringify(part)}, ${JSON.stringify(journal)});\nawait import(${JSON.stringify(fake)});\n`,
  );
  return file;
};
const electron = path.join(folder, 'electron');
writeFileSync(electron, `#!/bin/sh\nexec ${process.execPath} ${fake} electron ${journal} "$@"\n`);
chmodSync(electron, 0o755);

try {
  const options = readStartOptions(argv, 'en');
  if (options === 'help') throw new Refused('help');
  process.exitCode = await startAll(options, {
    root: folder,
    language: 'en',
    env: process.env,
    serverEntry: entry('server'),
    browserHostEntry: entry('console'),
    electronApp: 'the-app',
    build: async () => undefined,
    findElectron: async () =>
      process.env['KANADE_FAKE_ELECTRON'] === '1' ? { executable: electron } : { why: 'noDisplay' },
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
  });
  process.exit();
} catch (error) {
  process.stderr.write(`${error instanceof Refused ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
