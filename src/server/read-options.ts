/** Reads the server's command line. Starts nothing; a mistake is answered with a sentence that names the option. */
import { parseArgs } from 'node:util';
import type { TlsFiles } from './http/tls-files.ts';
import { type TrustedProxies, trustProxies } from './http/trusted-proxies.ts';
import type { S3Settings } from './attachments/s3-store.ts';

export type CommandLine = {
  dataDir: string;
  port: number;
  host: string;
  demo: boolean;
  demoTraffic: boolean;
  /** Certificate and key for HTTPS, or undefined for plain HTTP. */
  tls: TlsFiles | undefined;
  /** Proxies whose X-Forwarded-For is believed. */
  proxies: TrustedProxies;
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
  KANADE_LINE_API_URL a stand-in for LINE on this computer, for trying things out
  KANADE_READY=json   print one line of JSON when the server is ready
`;

/** Addresses that only this computer reaches. */
const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|::1)$/;

/** A mistake on the command line. */
export class BadOption extends Error {
  override name = 'BadOption';
}

/**
 * Reads the arguments after the program's name.
 * @throws BadOption
 */
export function readOptions(args: readonly string[]): CommandLine {
  const { values } = parse(args);
  const port = values.port ?? '4800';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new BadOption(`--port must be a number from 0 to 65535, not "${port}".`);
  const host = values.host ?? '127.0.0.1';
  if (values.demo === true && !LOOPBACK.test(host))
    throw new BadOption(
      `--demo opens accounts that everybody knows, so it is served to this computer only: leave out --host ${host}.`,
    );
  const cert = values['tls-cert'];
  const key = values['tls-key'];
  if ((cert === undefined) !== (key === undefined)) throw new BadOption('--tls-cert and --tls-key need each other.');
  const tls = cert !== undefined && key !== undefined ? { cert, key } : undefined;
  const proxies = readProxies(values['trust-proxy'] ?? []);
  if (!tls && values['trust-proxy'] === undefined && !LOOPBACK.test(host))
    throw new BadOption(
      `Passwords and customers' words would travel over --host ${host} in clear: give --tls-cert and --tls-key, or name the proxy that encrypts with --trust-proxy.`,
    );
  if (values.data === '') throw new BadOption('--data needs the name of a folder.');
  return {
    dataDir: values.data ?? 'data/server',
    port: Number(port),
    host,
    demo: values.demo ?? false,
    demoTraffic: values['demo-traffic'] ?? false,
    tls,
    proxies,
    help: values.help ?? false,
  };
}

/**
 * The token for /metrics; undefined where none is set.
 * @throws BadOption for one that is easily guessed or cannot stand in a header
 */
export function readMetricsToken(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^[\x21-\x7e]{16,200}$/.test(text))
    throw new BadOption('KANADE_METRICS_TOKEN must be 16 to 200 letters, digits or signs, without spaces.');
  return text;
}

function readProxies(named: readonly string[]): TrustedProxies {
  try {
    return trustProxies(named);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new BadOption(
      `--trust-proxy must be an address or a network such as 127.0.0.1 or 10.0.0.0/8, not "${error.message}".`,
      { cause: error },
    );
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

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
