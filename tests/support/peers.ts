/**
 * Says which programs of the system are here that some suites talk to: a mail server, a windowed Chromium.
 * Installs nothing (`npm run peers` does) and decides nothing: a suite asks with `runIf(peers.dovecot)`.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Daemons live in /usr/sbin, which is not on everybody's PATH. */
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'];

/** Path of the first of `names` that can be executed, or undefined. */
export function findProgram(...names: string[]): string | undefined {
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of each program, undefined where it is not installed. */
export const peers = {
  dovecot: findProgram('dovecot'),
  postfix: findProgram('postfix'),
  /** A Chromium that can open windows, which the Electron stand-in needs; the one from npm is headless only. */
  chromium:
    process.env['CHROMIUM_PATH'] ??
    findProgram('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'),
};

/** Names of the programs that are not here, in the words of `npm run peers`. */
export function missingPeers(): string[] {
  return Object.entries(peers)
    .filter(([, path]) => path === undefined)
    .map(([name]) => name);
}
