/** `npm start`: the embedded server and the console on this computer, by one command. Composition root, nothing else. */
import path from 'node:path';
import { buildWhenNeeded } from './start/build-when-needed.ts';
import { findElectron } from './start/find-electron.ts';
import { readStartOptions } from './start/read-start-options.ts';
import { Refused } from './start/refused.ts';
import { startAll } from './start/start-all.ts';
import { chooseLanguage, help } from './start/words.ts';

const root = path.join(import.meta.dirname, '..');
const language = chooseLanguage(process.env);
try {
  const options = readStartOptions(process.argv.slice(2), language);
  if (options === 'help') process.stdout.write(help(language));
  else {
    process.exitCode = await startAll(options, {
      root,
      language,
      env: process.env,
      serverEntry: path.join(root, 'src', 'server', 'index.ts'),
      browserHostEntry: path.join(root, 'out', 'main', 'browser-host.js'),
      electronApp: root,
      build: (say) => buildWhenNeeded(root, say),
      findElectron: (isWished) => findElectron({ root, env: process.env, isWished }),
      write: (text) => process.stdout.write(text),
      writeError: (text) => process.stderr.write(text),
    });
    // The last child is gone; an open standard input must not keep this process.
    process.exit();
  }
} catch (error) {
  process.stderr.write(
    `${error instanceof Refused ? error.message : error instanceof Error ? (error.stack ?? '') : String(error)}\n`,
  );
  process.exitCode = 1;
}
