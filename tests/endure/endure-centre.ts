/**
 * The ground of the endurance suites: the real server as a process on a prepared database of either kind, and a stand-in
 * of LINE in the test's own process, which outlives every kill and counts what it was asked by its key.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDb } from '../../src/server/db/open-db.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import {
  type LineContractFake,
  startLineContractFake,
} from '../../src/server/demo/providers/line-contract-fake/line-contract-fake.ts';
import type { Engine } from '../support/databases.ts';
import { pgliteTemplate } from '../support/databases.ts';
import { newPostgresDatabase } from '../support/real-postgres.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { makeSmallCentre, type SmallCentre, TEST_MASTER_KEY } from '../support/small-centre.ts';
import { testSource } from '../support/test-source.ts';

export type EndureCentre = {
  server: ServerProcess;
  centre: SmallCentre;
  line: LineContractFake;
  /** Stops the server and opens its database for a look. */
  openDatabase(): Promise<ServerDatabase>;
  stop(): Promise<void>;
};

const account = {
  channelSecret: 'line secret of the endurance suite',
  channelAccessToken: 'token',
  botUserId: `U${'c'.repeat(32)}`,
};

/**
 * Prepares the database and starts the server on it.
 * @param prepare writes more into the database before the server sees it
 * @param dataDir where the server keeps its files and, with PGlite, its database
 * @param tablesIn where PostgreSQL keeps the tables
 */
export async function startEndureCentre(
  engine: Engine,
  prepare: (database: ServerDatabase, centre: SmallCentre) => Promise<void> = async () => {},
  dataDir: string = mkdtempSync(path.join(tmpdir(), 'kanade-endure-server-')),
  tablesIn?: string,
): Promise<EndureCentre> {
  mkdirSync(dataDir, { recursive: true });
  const source = testSource();
  const line = await startLineContractFake({ ...source, ...account, quotaLimit: null });
  const url = engine === 'postgresql' ? await newPostgresDatabase(tablesIn) : undefined;
  const address = url === undefined ? { folder: path.join(dataDir, 'database') } : { url };
  const database = await openDb(url === undefined ? { ...address, from: await pgliteTemplate() } : { url });
  const centre = await makeSmallCentre(database, source, {
    line: { ...account, apiBaseUrl: line.url, apiDataBaseUrl: line.url, allowedHosts: ['127.0.0.1'] },
  });
  await prepare(database, centre);
  await database.close();
  const server = await startServerProcess(
    ['--no-demo'],
    {
      KANADE_MASTER_KEY: Buffer.from(TEST_MASTER_KEY).toString('base64'),
      ...(url === undefined ? {} : { DATABASE_URL: url }),
    },
    dataDir,
  );
  line.sendWebhooksTo(`${server.url}/hooks/line/test-line`);
  return {
    server,
    centre,
    line,
    async openDatabase() {
      await server.stop();
      return await openDb(address);
    },
    async stop() {
      await server.kill();
      await line.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
