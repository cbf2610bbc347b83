/**
 * `npm run server`: the composition root. Reads the command line and the environment, starts the server, says where it is,
 * stops it on a signal. What goes wrong is one sentence on standard error and exit code 1.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Source } from './db/write.ts';
import { DatabaseOfAnotherHistory, DatabaseTooNew } from './db/migrate.ts';
import { FolderRefused, holdFolder } from './db/hold-folder.ts';
import { BadMasterKey, readMasterKey } from './db/master-key.ts';
import { BadScanner, openScanner } from './attachments/scan-file.ts';
import { createLog } from './log/log.ts';
import { BadOption, type Configuration, readLoopbackUrl, readOptions, readS3Settings, USAGE } from './read-options.ts';
import type { RunningServer } from './start-server.ts';

/** After this long a stop is an end, in ms: longer than one call to a provider may take. */
const STOP_WITHIN_MS = 60_000;
const PARTS_OF_ONE = 2 ** 47;

const source: Source = {
  clock: { now: () => Date.now() },
  random: {
    next: () => randomInt(PARTS_OF_ONE) / PARTS_OF_ONE,
    bytes: (length) => new Uint8Array(randomBytes(length)),
  },
};

await main();

async function main(): Promise<void> {
  let release = (): void => {};
  try {
    const options = readOptions(process.argv.slice(2), process.env, readText);
    if (options.help) {
      process.stdout.write(USAGE);
      return;
    }
    await checkPort(options);
    const dataDir = path.resolve(options.dataDir);
    release = holdFolder(dataDir);
    const server = await start(options, dataDir);
    sayReady(server, dataDir, options.publicUrl ?? server.url);
    stopOnSignal(server, release);
  } catch (error) {
    release();
    process.stderr.write(`${sentenceOf(error)}\n`);
    // Not only an exit code: timers of a half-started server would keep the process alive.
    process.exit(1);
  }
}

async function start(options: Configuration, dataDir: string): Promise<RunningServer> {
  // Loaded only now: reading a few thousand files to say that a port is taken would take longer than the answer is worth.
  const [{ startServer }, { openDemo }] = await Promise.all([
    import('./start-server.ts'),
    import('./demo/open-demo.ts'),
  ]);
  return await startServer({
    dataDir,
    databaseUrl: options.databaseUrl,
    masterKey: readMasterKey(dataDir, options.masterKey, source.random),
    metricsToken: options.metricsToken,
    s3: readS3Settings(process.env),
    scan: openScanner(process.env['KANADE_VIRUS_SCAN']),
    webhooksInside: process.env['KANADE_WEBHOOKS_INSIDE'] === 'yes',
    lineApiUrl: readLoopbackUrl('KANADE_LINE_API_URL', process.env['KANADE_LINE_API_URL']),
    host: options.host,
    port: options.port,
    tls: options.tls,
    proxies: options.proxies,
    source,
    log: createLog('info'),
    openDemo: (database, from, masterKey, log) => openDemo(database, from, masterKey, log, options.demo),
    demoTraffic: options.demoTraffic,
    countsProcess: true,
  });
}

function sayReady(server: RunningServer, dataDir: string, reachedAt: string): void {
  const setUpUrl = server.setUpWord === null ? null : `${reachedAt}/setup#${server.setUpWord}`;
  if (process.env['KANADE_READY'] === 'json') {
    process.stdout.write(
      `${JSON.stringify({ ready: true, url: server.url, demoAccounts: server.demoAccounts, setUpUrl })}\n`,
    );
    return;
  }
  const lines = [`Kanade's server is at ${server.url}; its data are in ${dataDir}.`];
  for (const { login, password, name, role } of server.demoAccounts)
    lines.push(`  ${login} / ${password}  (${name}, ${role})`);
  if (setUpUrl !== null)
    lines.push(
      'There is no centre in it yet. Make one in a browser; this link works once, within 24 hours:',
      `  ${setUpUrl}`,
    );
  process.stdout.write(`${lines.join('\n')}\n`);
}

function stopOnSignal(server: RunningServer, release: () => void): void {
  let isStopping = false;
  const stop = (): void => {
    // A second Ctrl+C means now.
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    server.stop().then(
      () => {
        release();
        process.exit(0);
      },
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Started by `npm start`: when that is gone, so are we.
  if (process.env['KANADE_PARENT'] === '1') process.stdin.on('end', stop).on('close', stop).resume();
}

/** Asked before the database is opened, which takes seconds on a first start. */
async function checkPort({ host, port }: Configuration): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function sentenceOf(error: unknown): string {
  if (
    error instanceof BadOption ||
    error instanceof FolderRefused ||
    error instanceof BadMasterKey ||
    error instanceof BadScanner
  )
    return error.message;
  if (error instanceof DatabaseTooNew || error instanceof DatabaseOfAnotherHistory) return error.message;
  // Loaded with the server itself, so known here by name only.
  if (error instanceof Error && ['DemoNotWanted', 'BadCertificate'].includes(error.name)) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE')
    return 'The port is taken by another program. Stop that one, or give another port with --port.';
  if (code === 'EACCES')
    return 'This port or address needs rights that you do not have. Give another port with --port.';
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'The server cannot listen on this address. Give another one with --host.';
  if (code === 'ECONNREFUSED') return 'The database at DATABASE_URL does not answer. Is it running?';
  if (code.startsWith('28')) return 'The database at DATABASE_URL does not accept this user or password.';
  if (code === '3D000') return 'The database named in DATABASE_URL does not exist. Create it first.';
  return `The server could not start: ${error instanceof Error ? `${error.name}: ${error.message}` : 'unknown reason'}`;
}
