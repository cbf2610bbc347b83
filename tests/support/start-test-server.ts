/**
 * Starts the whole server in the test's own process, on a free port of 127.0.0.1 with a folder of its own. Everything is
 * real but the providers. A server that can be killed is in `server-process.ts`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Scan } from '../../src/server/attachments/scan-file.ts';
import { readMasterKey } from '../../src/server/db/master-key.ts';
import type { TlsFiles } from '../../src/server/http/tls-files.ts';
import { trustProxies } from '../../src/server/http/trusted-proxies.ts';
import { createLog } from '../../src/server/log/log.ts';
import { type RunningServer, startServer } from '../../src/server/start-server.ts';
import type { Channel } from '../../src/shared/domain/channel.ts';
import { type Engine, pgliteTemplate } from './databases.ts';
import { newPostgresDatabase } from './real-postgres.ts';
import { makeSmallCentre, type SmallCentre, TEST_MASTER_KEY } from './small-centre.ts';
import { type TestSource, testSource } from './test-source.ts';

export type TestServerOptions = {
  engine?: Engine;
  /** A second node beside this server: on the same PostgreSQL, with the same centre. */
  beside?: TestServer;
  /** Accounts that shall run, with their settings; the small centre has one of each channel, with the key `test-<channel>`. */
  accounts?: Partial<Record<Channel, unknown>>;
  /** Certificate and key, for HTTPS. */
  tls?: TlsFiles;
  /** Proxies that are believed. */
  proxies?: readonly string[];
  /** Where accounts of LINE that are made at run time call. */
  lineApiUrl?: string;
  /** Looks for viruses. */
  scan?: Scan;
  /** Where log lines go; nowhere when absent. */
  onLog?: (line: string) => void;
};

export type TestServer = {
  url: string;
  centre: SmallCentre;
  source: TestSource;
  dataDir: string;
  databaseUrl: string | undefined;
  running: RunningServer;
  /** Stops and removes everything. */
  stop(): Promise<void>;
  /** Stops and starts again on the same port and the same database. */
  restart(): Promise<void>;
};

/** Starts a server in this process with the small centre in its database. */
export async function startTestServer({
  engine = 'pglite',
  beside,
  accounts = {},
  tls,
  proxies = [],
  lineApiUrl,
  scan,
  onLog,
}: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'kanade-server-'));
  const source = testSource();
  const databaseUrl = beside?.databaseUrl ?? (engine === 'postgresql' ? await newPostgresDatabase() : undefined);
  let centre: SmallCentre | undefined = beside?.centre;
  let port = 0;
  const start = async (isFirst: boolean): Promise<RunningServer> =>
    await startServer({
      dataDir,
      databaseUrl,
      source,
      port,
      ...(databaseUrl === undefined && isFirst ? { databaseFrom: await pgliteTemplate() } : {}),
      masterKey: readMasterKey(dataDir, Buffer.from(TEST_MASTER_KEY).toString('base64'), source.random),
      host: '127.0.0.1',
      tls,
      proxies: trustProxies(proxies),
      log: createLog(onLog ? 'info' : 'silent', onLog),
      openDemo: null,
      lineApiUrl,
      webhooksInside: true,
      ...(scan === undefined ? {} : { scan }),
      demoTraffic: false,
      prepare: async (database) => {
        centre ??= await makeSmallCentre(database, source, accounts);
      },
    });
  const running = await start(true);
  port = Number(new URL(running.url).port);
  if (!centre) throw new Error('the centre was not made');
  const server: TestServer = {
    url: running.url,
    centre,
    source,
    dataDir,
    databaseUrl,
    running,
    async stop() {
      await server.running.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
    async restart() {
      await server.running.stop();
      server.running = await start(false);
    },
  };
  return server;
}
