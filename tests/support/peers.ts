/**
 * Says which programs of the system are here that some suites talk to. Installs nothing (`npm run peers` does) and
 * decides nothing: a suite asks with `describe.runIf(peers.dovecot)`. The browser is none of them: browser.ts finds one.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Daemons live in /usr/sbin, which is not on everybody's PATH. */
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'];

/** Path of the first of `names` (or absolute paths) that can be executed, or undefined. */
export function findProgram(...names: string[]): string | undefined {
  return names
    .flatMap((name) => (isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))))
    .find(isExecutable);
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
};

/** Names of the programs that are not here, in the words of `npm run peers`. */
export function missingPeers(): string[] {
  return Object.entries(peers)
    .filter(([, path]) => path === undefined)
    .map(([name]) => name);
}
