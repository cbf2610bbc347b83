/**
 * Reads how the server is to run: command line, then environment, then a file, then what stands here. Starts nothing; a key
 * that is unknown or wrong is answered with a sentence that names it. Every key is told in docs/configuration.md.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { TlsFiles } from './http/tls-files.ts';
import { type TrustedProxies, trustProxies } from './http/trusted-proxies.ts';
import type { S3Settings } from './attachments/s3-store.ts';

export type Configuration = {
  dataDir: string;
  host: string;
  port: number;
  databaseUrl: string | undefined;
  masterKey: string | undefined;
  metricsToken: string | undefined;
  /** Where people and providers reach this server, without a slash at its end; undefined: as it listens. */
  publicUrl: string | undefined;
  /** Certificate and key for HTTPS, or undefined for plain HTTP. */
  tls: TlsFiles | undefined;
  /** Proxies whose X-Forwarded-For is believed. */
  proxies: TrustedProxies;
  demo: boolean;
  demoTraffic: boolean;
  help: boolean;
};

export const USAGE = `Usage: npm run server -- [options]

  --data DIR        folder for the database and files (default: ./data/server)
  --port N          port to listen on, 0 = any free one (default: 4800)
  --host HOST       address to listen on (default: 127.0.0.1)
  --tls-cert FILE   certificate with its chain, PEM; with --tls-key the server speaks HTTPS itself
  --tls-key FILE    its private key, PEM; both files are read again when they change
  --trust-proxy A   address or network (10.0.0.0/8) of a proxy in front; its X-Forwarded-For is believed, nobody else's;
                    may be given several times
  --public-url URL  where people and providers reach this server, such as https://desk.example.jp
  --config FILE     a file of these settings in JSON (default: kanade.json in the data folder, where there is one)
  --demo            fill an empty database with the demo centre (default: --no-demo)
  --no-demo         start with an empty centre
  --demo-traffic    let invented customers write and call; only in a demo centre
  --help            show this

Environment
  DATABASE_URL        address of a PostgreSQL; without it the database is in the data folder
  KANADE_MASTER_KEY   32 bytes in base64, seals the settings of channel accounts; without it master.key in the data folder
  KANADE_METRICS_TOKEN  whoever sends this as a bearer token may read /metrics; without it only this computer may
  KANADE_VIRUS_SCAN   clamd:/path/of/its.socket, clamd:host:port or command:… (bytes on standard input, exit code 1 = infected)
  KANADE_S3_BUCKET    keeps the files of messages in this bucket instead of the data folder; with KANADE_S3_REGION (us-east-1),
                      KANADE_S3_ENDPOINT, KANADE_S3_PREFIX, KANADE_S3_KEY_ID and KANADE_S3_SECRET
  KANADE_WEBHOOKS_INSIDE  yes = webhooks may lead to this machine and its neighbours
  KANADE_LINE_API_URL a stand-in for LINE on this computer, for trying things out
  KANADE_SERVER_DATA, KANADE_LISTEN_HOST, KANADE_LISTEN_PORT, KANADE_PUBLIC_URL, KANADE_CONFIG, KANADE_TLS_CERT,
  KANADE_TLS_KEY, KANADE_TRUST_PROXY (several with commas)
                      the options of the same names; an option goes before its variable, a variable before the file
  KANADE_READY=json   print one line of JSON when the server is ready
`;

/** Addresses that only this computer reaches. */
const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|::1)$/;

/** A mistake on the command line, in the environment or in the file. */
export class BadOption extends Error {
  override name = 'BadOption';
}

const text = z.string().min(1);
const port = z.number().int().min(0).max(65_535);

/** `says`: what it must be. A secret is never quoted. `inFile` false: it may not stand in a file that lies about. */
type Key = { option?: string; variable: string; schema: z.ZodType; says: string; isSecret?: true; inFile?: false };
const keys = {
  data: { option: 'data', variable: 'KANADE_SERVER_DATA', schema: text, says: 'the name of a folder' },
  host: { option: 'host', variable: 'KANADE_LISTEN_HOST', schema: text, says: 'an address of this computer' },
  port: {
    option: 'port',
    variable: 'KANADE_LISTEN_PORT',
    schema: z.union([
      port,
      z
        .string()
        .regex(/^\d{1,5}$/)
        .transform(Number)
        .pipe(port),
    ]),
    says: 'a number from 0 to 65535',
  },
  publicUrl: {
    option: 'public-url',
    variable: 'KANADE_PUBLIC_URL',
    schema: z.string().refine(isPublicUrl),
    says: 'an address that begins with https:// and has no path (http:// only for this computer)',
  },
  tlsCert: { option: 'tls-cert', variable: 'KANADE_TLS_CERT', schema: text, says: 'the name of a file' },
  tlsKey: { option: 'tls-key', variable: 'KANADE_TLS_KEY', schema: text, says: 'the name of a file' },
  trustProxy: {
    option: 'trust-proxy',
    variable: 'KANADE_TRUST_PROXY',
    schema: z.union([z.array(z.string()), z.string().transform((list) => list.split(/\s*,\s*/))]).refine(areProxies),
    says: 'an address or a network such as 127.0.0.1 or 10.0.0.0/8',
  },
  databaseUrl: {
    variable: 'DATABASE_URL',
    schema: z.string().regex(/^postgres(ql)?:\/\/./),
    says: 'the address of a PostgreSQL, postgresql://…',
    isSecret: true,
  },
  metricsToken: {
    variable: 'KANADE_METRICS_TOKEN',
    schema: z.string().regex(/^[\x21-\x7e]{16,200}$/),
    says: '16 to 200 letters, digits or signs, without spaces',
    isSecret: true,
  },
  masterKey: {
    variable: 'KANADE_MASTER_KEY',
    schema: text,
    says: '32 bytes in base64',
    isSecret: true,
    inFile: false,
  },
} as const satisfies Record<string, Key>;
type KeyName = keyof typeof keys;
const keyNames = Object.keys(keys) as KeyName[];

/** Variables that are read elsewhere: by the console, by `npm start`, by other commands, and by parts of this server. */
const FOREIGN = new Set([
  'KANADE_ALLOW_PLAIN_KEY',
  'KANADE_CONFIG',
  'KANADE_LINE_API_URL',
  'KANADE_WEBHOOKS_INSIDE',
  'KANADE_VIRUS_SCAN',
  ...['BUCKET', 'REGION', 'ENDPOINT', 'PREFIX', 'KEY_ID', 'SECRET'].map((name) => `KANADE_S3_${name}`),
  'KANADE_DATA',
  'KANADE_FAKE',
  'KANADE_FAKE_ELECTRON',
  'KANADE_NEXT_MASTER_KEY',
  'KANADE_PARENT',
  'KANADE_PORT',
  'KANADE_READY',
  'KANADE_SERVER',
]);

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param args after the program's name
 * @param readText a file's text, null where there is none
 * @throws BadOption
 */
export function readOptions(
  args: readonly string[],
  environment: Environment = {},
  readText: (file: string) => string | null = () => null,
): Configuration {
  const { values } = parse(args);
  refuseUnknownVariables(environment);
  const fromFile = readFile(values.config ?? given(environment['KANADE_CONFIG']), values.data, environment, readText);

  const read = (name: KeyName): unknown => {
    const key: Key = keys[name];
    const option = key.option === undefined ? undefined : (values as Record<string, unknown>)[key.option];
    if (option !== undefined) return check(key, option, `--${key.option ?? ''}`);
    const variable = given(environment[key.variable]);
    if (variable !== undefined) return check(key, variable, key.variable);
    return fromFile.get(name);
  };
  const host = (read('host') as string | undefined) ?? '127.0.0.1';
  if (values.demo === true && !LOOPBACK.test(host))
    throw new BadOption(
      `--demo opens accounts that everybody knows, so it is served to this computer only: leave out --host ${host}.`,
    );
  const cert = read('tlsCert') as string | undefined;
  const key = read('tlsKey') as string | undefined;
  if ((cert === undefined) !== (key === undefined)) throw new BadOption('--tls-cert and --tls-key need each other.');
  const named = read('trustProxy') as string[] | undefined;
  if (cert === undefined && named === undefined && !LOOPBACK.test(host))
    throw new BadOption(
      `Passwords and customers' words would travel over --host ${host} in clear: give --tls-cert and --tls-key, or name the proxy that encrypts with --trust-proxy.`,
    );
  return {
    dataDir: (read('data') as string | undefined) ?? 'data/server',
    port: (read('port') as number | undefined) ?? 4800,
    host,
    databaseUrl: read('databaseUrl') as string | undefined,
    masterKey: read('masterKey') as string | undefined,
    metricsToken: read('metricsToken') as string | undefined,
    publicUrl: (read('publicUrl') as string | undefined)?.replace(/\/$/, ''),
    tls: cert !== undefined && key !== undefined ? { cert, key } : undefined,
    proxies: trustProxies(named ?? []),
    demo: values.demo ?? false,
    demoTraffic: values['demo-traffic'] ?? false,
    help: values.help ?? false,
  };
}

/** An empty variable is one that is not set: shells make them easily. */
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function check(key: Key, value: unknown, as: string): unknown {
  const parsed = key.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const isShort = typeof value === 'string' || typeof value === 'number';
  const quoted = key.isSecret !== true && isShort ? `, not "${String(value).slice(0, 100)}"` : '';
  throw new BadOption(`${as} must be ${key.says}${quoted}.`);
}

function refuseUnknownVariables(environment: Environment): void {
  const known = new Set<string>(keyNames.map((name) => keys[name].variable));
  const unknown = Object.keys(environment).find(
    (name) => name.startsWith('KANADE_') && !known.has(name) && !FOREIGN.has(name),
  );
  if (unknown !== undefined)
    throw new BadOption(`${unknown} is not a setting of this server (see --help). Take it out or spell it right.`);
}

function readFile(
  named: string | undefined,
  dataOption: string | undefined,
  environment: Environment,
  readText: (file: string) => string | null,
): Map<KeyName, unknown> {
  const found = new Map<KeyName, unknown>();
  const folder = dataOption ?? given(environment['KANADE_SERVER_DATA']) ?? 'data/server';
  const file = named ?? path.join(folder, 'kanade.json');
  const json = readText(file);
  if (json === null) {
    if (named !== undefined)
      throw new BadOption(`The file of settings ${file} cannot be read. Give another one with --config.`);
    return found;
  }
  let settings: unknown;
  try {
    settings = JSON.parse(json);
  } catch {
    throw new BadOption(`${file} is not JSON.`);
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw new BadOption(`${file} must hold one object of settings, {"port": 4800, …}.`);
  for (const [name, value] of Object.entries(settings)) {
    const key = Object.hasOwn(keys, name) ? (keys as Record<string, Key>)[name] : undefined;
    if (key === undefined) throw new BadOption(`"${name}" in ${file} is not a setting of this server.`);
    if (key.inFile === false)
      throw new BadOption(
        `"${name}" may not stand in ${file}: put it into ${key.variable}, or leave it to master.key.`,
      );
    if (name === 'data' && named === undefined)
      throw new BadOption(
        `"data" in ${file} cannot name another folder: this file lies in it. Use --config or --data.`,
      );
    found.set(name as KeyName, check(key, value, `"${name}" in ${file}`));
  }
  return found;
}

function areProxies(named: readonly string[]): boolean {
  try {
    trustProxies(named);
    return true;
  } catch {
    return false;
  }
}

function isPublicUrl(address: string): boolean {
  try {
    const url = new URL(address);
    const isPlain = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
    return isPlain && (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)));
  } catch {
    return false;
  }
}

/**
 * The bucket for files; undefined where none is named.
 * @throws BadOption for half of a key, or an address that is none
 */
export function readS3Settings(env: Environment): S3Settings | undefined {
  const value = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const bucket = value('KANADE_S3_BUCKET');
  if (bucket === undefined) return undefined;
  const endpoint = value('KANADE_S3_ENDPOINT');
  if (endpoint !== undefined && !/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : ''))
    throw new BadOption('KANADE_S3_ENDPOINT must be an address such as https://s3.example.jp.');
  const accessKeyId = value('KANADE_S3_KEY_ID');
  const secretAccessKey = value('KANADE_S3_SECRET');
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw new BadOption('KANADE_S3_KEY_ID and KANADE_S3_SECRET belong together: give both, or neither.');
  const prefix = value('KANADE_S3_PREFIX') ?? '';
  return {
    bucket,
    region: value('KANADE_S3_REGION') ?? 'us-east-1',
    endpoint,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
    accessKeyId,
    secretAccessKey,
  };
}

/**
 * An address on this computer; undefined where none is set.
 * @throws BadOption for any other
 */
export function readLoopbackUrl(name: string, text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (!URL.canParse(text) || new URL(text).hostname !== '127.0.0.1')
    throw new BadOption(`${name} must be an address on this computer, such as http://127.0.0.1:4900.`);
  return text;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        'public-url': { type: 'string' },
        config: { type: 'string' },
        'tls-cert': { type: 'string' },
        'tls-key': { type: 'string' },
        'trust-proxy': { type: 'string', multiple: true },
        demo: { type: 'boolean' },
        'demo-traffic': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new BadOption(`${error instanceof Error ? error.message : 'bad option'} (see --help)`, { cause: error });
  }
}
