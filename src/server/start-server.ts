/**
 * Puts the server together and starts it: database, sessions, HTTP, consoles, channels, dispatch, jobs. Used by
 * `index.ts` and by tests. Reads no environment; holds no rule.
 */
import type { IncomingMessage } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Server as SocketServer } from 'socket.io';
import { openAdministration } from './administration/administration-door.ts';
import { administrationHandlers } from './administration/handlers.ts';
import { serveApi } from './api/serve-api.ts';
import { folderStore } from './attachments/file-store.ts';
import type { S3Settings } from './attachments/s3-store.ts';
import { scanAgain } from './attachments/scan-again.ts';
import type { Scan } from './attachments/scan-file.ts';
import { openUploads } from './attachments/uploads.ts';
import { openOperatorDoor } from './backup/operator-door.ts';
import { channelAdapters } from './channels/registry.ts';
import { openChannels } from './channels/start-channels.ts';
import { commandTable } from './commands.ts';
import { conversationChanges } from './conversations/conversation-changes.ts';
import { agreeOnKey } from './db/agree-on-key.ts';
import { ensureOrganisation } from './db/ensure-organisation.ts';
import type { MasterKey } from './db/master-key.ts';
import { openDb } from './db/open-db.ts';
import type { ServerDatabase } from './db/server-database.ts';
import type { Source } from './db/write.ts';
import { suggestDuplicates } from './customers/suggest-duplicates.ts';
import { forgetDrafts } from './drafts/forget-drafts.ts';
import { createDispatcher } from './dispatch/dispatcher.ts';
import { forgetTombstones } from './feed/forget-tombstones.ts';
import { addAccountRoutes } from './http/account-routes.ts';
import { importFiles } from './administration/imports.ts';
import { addAdministrationRoutes } from './http/administration-routes.ts';
import { addAttachmentRoutes } from './http/attachment-routes.ts';
import { addDeviceRoutes } from './http/device-routes.ts';
import { addPageRoutes } from './http/page-routes.ts';
import { addSetUpRoutes } from './http/set-up-routes.ts';
import { addUploadRoutes } from './http/upload-routes.ts';
import { addHealthRoutes } from './http/health-routes.ts';
import { openHttp } from './http/open-http.ts';
import { followCertificate, readCertificate, type TlsFiles } from './http/tls-files.ts';
import { type TrustedProxies, trustProxies } from './http/trusted-proxies.ts';
import { addSessionRoutes, type DemoAccounts } from './http/session-routes.ts';
import { runImports } from './imports/run-imports.ts';
import { startJobs } from './jobs/start-jobs.ts';
import type { Log } from './log/log.ts';
import { createMetrics } from './metrics/metrics.ts';
import { openDeviceKeys } from './session/device-keys.ts';
import { openPasswords } from './session/passwords.ts';
import { openSecondFactors } from './session/second-factors.ts';
import { openSessions } from './session/sessions.ts';
import { openSetUp } from './set-up/set-up.ts';
import { openSyncGateway } from './sync/sync-gateway.ts';
import { runWebhooks } from './webhooks/run-webhooks.ts';

/** The demo centre as the server sees it; `index.ts` lets it in, the server does not know it. */
export type DemoCentre = {
  accounts: DemoAccounts;
  connect(serverUrl: string, withTraffic: boolean): Promise<void>;
  stop(): Promise<void>;
};
export type OpenDemo = (
  database: ServerDatabase,
  source: Source,
  masterKey: Uint8Array,
  log: Log,
) => Promise<DemoCentre | null>;

export type ServerOptions = {
  /** Holds the files of messages, and the database unless there is an address of one. */
  dataDir: string;
  /** Address of a PostgreSQL; undefined = PGlite in the data folder. */
  databaseUrl: string | undefined;
  /** Copy of a PGlite folder to begin with instead of an empty one; for tests. */
  databaseFrom?: Blob;
  masterKey: MasterKey;
  /** Opens /metrics to whoever sends it; without one only this computer may read it. */
  metricsToken?: string | undefined;
  host: string;
  /** 0 = any free one. */
  port: number;
  /** Certificate and key for HTTPS; plain HTTP without. */
  tls?: TlsFiles | undefined;
  /** Proxies whose X-Forwarded-For is believed; none when absent. */
  proxies?: TrustedProxies | undefined;
  source: Source;
  log: Log;
  openDemo: OpenDemo | null;
  demoTraffic: boolean;
  /** Fills a database before channels start; for tests. */
  prepare?(database: ServerDatabase): Promise<void>;
  /** Counts memory, CPU and lag of this process too; for a server that has it for itself. */
  countsProcess?: boolean;
  /** Where the bytes of files are kept instead of in the data folder. */
  s3?: S3Settings | undefined;
  /** Looks for viruses in files; absent = nobody does. */
  scan?: Scan | null;
  /** Where new accounts of LINE call instead of LINE itself: a stand-in on this machine. */
  lineApiUrl?: string | undefined;
  /** How often background work runs, in seconds; a test may be in a hurry. */
  sweepEverySeconds?: number;
  /** Webhooks may lead to addresses of this machine and its neighbours. */
  webhooksInside?: boolean;
};

export type RunningServer = {
  url: string;
  database: ServerDatabase;
  http: FastifyInstance;
  demoAccounts: DemoAccounts;
  /** The word of the link by which this empty centre is set up, once; null where there is a centre. */
  setUpWord: string | null;
  /** Starts accounts that were added since. */
  startChannels(): Promise<void>;
  /** Says goodbye to consoles, finishes what is under way, closes the database. */
  stop(): Promise<void>;
};

/** Largest event of a console or visitor, in bytes: a reply of 200,000 Japanese characters fits. */
const LARGEST_EVENT = 1024 * 1024;
/** A half-open line is noticed after the sum of both at the latest, in ms. */
const PING = { pingInterval: 10_000, pingTimeout: 10_000 };
const DAY_SECONDS = 24 * 3_600;
/** How often files that a scanner has not answered about are tried again. */
const SCAN_AGAIN_SECONDS = 120;

/**
 * Starts a server and gives its address.
 * @throws what keeps it from starting: a database that is too new or cannot be reached, a master key that is not the one of
 *   the database, a port that is taken (`EADDRINUSE`)
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { source, log } = options;
  /** What was started, to be stopped in the other order. */
  const stops: (() => Promise<void> | void)[] = [];
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  try {
    const from = options.databaseFrom ? { from: options.databaseFrom } : {};
    const database = await openDb(
      options.databaseUrl === undefined
        ? { folder: path.join(options.dataDir, 'database'), ...from }
        : { url: options.databaseUrl },
    );
    stops.push(() => database.close());
    await ensureOrganisation(database, source.clock, source.random, {
      name: 'Kanade',
      timeZone: 'Asia/Tokyo',
      locale: 'ja',
    });
    const masterKey = await agreeOnKey(database, source, options.masterKey);
    await options.prepare?.(database);
    const demo = (await options.openDemo?.(database, source, masterKey, log)) ?? null;
    if (demo) stops.push(() => demo.stop());

    const metrics = createMetrics();
    if (options.countsProcess) metrics.watchProcess();
    const proxies = options.proxies ?? trustProxies([]);
    const certificate = options.tls ? readCertificate(options.tls) : null;
    const http = openHttp(log, metrics, { certificate, proxies });
    const sockets = new SocketServer(http.server, {
      transports: ['websocket'],
      serveClient: false,
      maxHttpBufferSize: LARGEST_EVENT,
      perMessageDeflate: false,
      ...PING,
    });
    // Before socket.io reads it for the handshake: limits and the audit speak of the caller, not of our proxy.
    sockets.engine.on('connection', (socket: { remoteAddress: string; request: IncomingMessage }) => {
      const forwardedFor = socket.request.headers['x-forwarded-for'];
      socket.remoteAddress = proxies.callerOf(socket.remoteAddress, forwardedFor?.toString());
    });
    const sessions = await openSessions(database, source, masterKey);
    const files =
      options.s3 === undefined
        ? folderStore(path.join(options.dataDir, 'files'))
        : // Loaded only where it is used: the client of S3 is as large as the rest of the server.
          (await import('./attachments/s3-store.ts')).s3Store(options.s3);
    const scan = options.scan ?? null;
    const changes = conversationChanges();
    let isStopping = false;
    addHealthRoutes(http, {
      database,
      metrics,
      metricsToken: options.metricsToken,
      clock: source.clock,
      isStopping: () => isStopping,
    });
    addSessionRoutes(http, sessions, () => demo?.accounts ?? null);
    addDeviceRoutes(http, sessions, openDeviceKeys(database, source, masterKey));
    addAccountRoutes(http, sessions, {
      passwords: openPasswords(database, source, sessions),
      factors: openSecondFactors(database, source, masterKey),
    });
    addPageRoutes(http);
    addAttachmentRoutes(http, database, files, sessions);
    const uploads = openUploads(database, source, files, scan);
    addUploadRoutes(http, sessions, uploads);
    const fileOf = importFiles(options.dataDir);
    const imports = runImports({ database, source, log, fileOf });
    const setUp = openSetUp(database, source);
    addSetUpRoutes(http, setUp);

    const dispatcher = createDispatcher({
      database,
      source,
      changes,
      files,
      log,
      channelOf: (id) => channels.channelOf(id),
      later,
    });
    const gateway = openSyncGateway({
      database,
      source,
      log,
      metrics,
      sockets,
      sessions,
      commands: commandTable(changes, dispatcher.wake),
      channelOf: (id) => channels.channelOf(id),
      tellChannel: (accountId, change) => changes.tell(accountId, change),
    });
    const signalToConsoles = gateway.signalFromCustomer;
    const channels = openChannels(
      { database, source, changes, files, scan, http, sockets, log, signalToConsoles },
      channelAdapters(options.lineApiUrl),
      masterKey,
    );
    const webhooks = runWebhooks({
      database,
      source,
      masterKey,
      log,
      mayBeInside: options.webhooksInside ?? false,
      later,
    });
    const administration = openAdministration(
      { database, source, masterKey },
      administrationHandlers(
        {
          database,
          random: source.random,
          clock: source.clock,
          masterKey,
          channels,
          http,
          wakeSending: () => dispatcher.sweep(),
        },
        { database, fileOf, wake: imports.wake },
        {
          database,
          dataDir: options.dataDir,
          consoles: async () => (await metrics.consoles.get()).values[0]?.value ?? 0,
        },
        { masterKey, random: source.random, wake: () => void webhooks.sweep().catch(() => {}) },
      ),
    );
    addAdministrationRoutes(http, sessions, administration);
    const api = serveApi(http, { database, source, masterKey });

    stops.push(
      // HTTP waits for its connections to end, and a visitor's socket is one: so sockets are closed before it.
      () => http.close(),
      () => {
        sockets.disconnectSockets(true);
        sockets.engine.close();
      },
      () => channels.stop(),
      () => dispatcher.stop(),
      () => imports.stop(),
      () => webhooks.stop(),
    );
    // Before anybody can knock: a telephone system that is told "unknown account" does not ask again.
    await channels.startAll();
    await http.listen({ host: options.host, port: options.port });
    if (options.tls) stops.push(followCertificate(options.tls, http.server as unknown as SecureServer, log));
    const url = urlOf(options, http.server.address() as AddressInfo);
    await dispatcher.sweep();
    const jobs = await startJobs(database, log, metrics, [
      { name: 'dispatch.sweep', everySeconds: options.sweepEverySeconds ?? 30, run: () => dispatcher.sweep() },
      { name: 'imports.run', everySeconds: options.sweepEverySeconds ?? 30, run: () => imports.sweep() },
      { name: 'sessions.prune', everySeconds: DAY_SECONDS, run: () => sessions.prune() },
      { name: 'administration.prune', everySeconds: DAY_SECONDS, run: () => administration.prune() },
      { name: 'webhooks.send', everySeconds: options.sweepEverySeconds ?? 30, run: () => webhooks.sweep() },
      { name: 'webhooks.prune', everySeconds: DAY_SECONDS, run: () => webhooks.prune() },
      { name: 'api.prune', everySeconds: DAY_SECONDS, run: () => api.prune() },
      ...(scan === null
        ? []
        : [
            {
              name: 'files.scanAgain',
              everySeconds: SCAN_AGAIN_SECONDS,
              run: async () =>
                log.info('files.scannedAgain', { files: await scanAgain(database, source, files, scan) }),
            },
          ]),
      {
        name: 'uploads.forget',
        everySeconds: DAY_SECONDS,
        run: async () => log.info('uploads.forgotten', { files: await uploads.forgetUnused() }),
      },
      {
        name: 'feed.forgetTombstones',
        everySeconds: DAY_SECONDS,
        run: async () => log.info('feed.forgotten', { tombstones: await forgetTombstones(database, source) }),
      },
      {
        name: 'customers.suggestDuplicates',
        everySeconds: 60,
        run: async () => {
          const found = await suggestDuplicates(database, source);
          if (found > 0) log.info('customers.duplicates-suggested', { pairs: found });
        },
      },
      {
        name: 'drafts.forget',
        everySeconds: DAY_SECONDS,
        run: async () => log.info('drafts.forgotten', await forgetDrafts(database, source)),
      },
    ]);
    // PostgreSQL is asked for a backup without us.
    if (database.engine === 'pglite') stops.push(await openOperatorDoor(database, source, options.dataDir, log));
    stops.push(
      () => jobs.stop(),
      () => {
        isStopping = true;
        gateway.stop();
      },
    );
    await demo?.connect(url, options.demoTraffic);
    log.info('server.started', { engine: database.engine });
    return {
      url,
      database,
      http,
      demoAccounts: demo?.accounts ?? [],
      setUpWord: await setUp.offer(),
      startChannels: () => channels.startAll(),
      stop: stopAll,
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** A timer that does not keep the process alive by itself. */
function later(afterMs: number, then: () => void): () => void {
  const timer = setTimeout(then, afterMs).unref();
  return () => clearTimeout(timer);
}

function urlOf({ host, tls }: ServerOptions, { port }: AddressInfo): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${tls ? 'https' : 'http'}://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}
