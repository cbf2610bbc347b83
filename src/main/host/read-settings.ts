/**
 * What a console must be told before it can start, from its command line and environment. Both hosts read the same
 * names. It opens nothing and changes nothing.
 */
import { mkdirSync, accessSync, constants } from 'node:fs';
import { parseArgs } from 'node:util';
import { readServerAddress } from '../server-address.ts';

/** What a host starts with. */
export type HostSettings = {
  /** Absolute or relative folder of this console's files; undefined: the host's own place. */
  dataDir: string | undefined;
  /** Origin of the server; null: the agent names it in the window. */
  serverUrl: string | null;
  /** TCP port of the browser host; 0: any free one. */
  port: number;
  /** Keep the key of the local files unsealed where the system has no key store. An explicit choice; the demo makes it. */
  allowPlainKey: boolean;
};

/** Something that a person has to put right before the console can start; the message says what and how. */
export class CannotStart extends Error {}

/**
 * Command line first, then environment (`KANADE_DATA`, `KANADE_SERVER`, `KANADE_PORT`, `KANADE_ALLOW_PLAIN_KEY=1`).
 * Words of others on the command line (Electron's, Chromium's) are passed over.
 * @throws CannotStart naming the setting at fault and the remedy
 */
export function readSettings(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): HostSettings {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    options: {
      data: { type: 'string' },
      server: { type: 'string' },
      port: { type: 'string' },
      'allow-plain-key': { type: 'boolean' },
    },
  });
  const text = (name: 'data' | 'server' | 'port', variable: string): string | undefined => {
    const given = values[name];
    if (given === true) throw new CannotStart(`--${name} needs a value: --${name}=…`);
    return typeof given === 'string' ? given : env[variable];
  };
  return {
    dataDir: text('data', 'KANADE_DATA'),
    serverUrl: readServerUrl(text('server', 'KANADE_SERVER')),
    port: readPort(text('port', 'KANADE_PORT') ?? '0'),
    allowPlainKey: values['allow-plain-key'] === true || env['KANADE_ALLOW_PLAIN_KEY'] === '1',
  };
}

/**
 * The origin of the server that the console is started for, or null when nothing was said.
 * @throws CannotStart
 */
export function readServerUrl(given: string | undefined): string | null {
  if (given === undefined || given === '') return null;
  const read = readServerAddress(given);
  if ('origin' in read) return read.origin;
  throw new CannotStart(
    read.fault === 'not-encrypted'
      ? `--server: "${given}" is not encrypted. Use https:// for a server that is not on this computer.`
      : `--server: "${given}" is not a web address. Write it as https://kanade.example.jp`,
  );
}

function readPort(given: string): number {
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > 65_535) {
    throw new CannotStart(`--port: "${given}" is not a port. Give a number from 0 to 65535; 0 takes any free one.`);
  }
  return port;
}

/**
 * Makes the folder of the local files, readable by its owner only.
 * @throws CannotStart when it cannot be written
 */
export function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new CannotStart(
      `The folder ${dataDir} cannot be written (${why}). Choose another one with --data, or change its rights.`,
    );
  }
}
