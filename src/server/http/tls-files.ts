/** The server's certificate: read from two files, proven to belong together, and read again when they change. */
import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type Log, nameOfError } from '../log/log.ts';

/** Paths of a certificate with its chain, and of its private key, both PEM. */
export type TlsFiles = { cert: string; key: string };

/** The files are no certificate and its key. The message is for the operator. */
export class BadCertificate extends Error {
  override name = 'BadCertificate';
}

/** What of Node's HTTPS server is needed here. */
type Secured = { setSecureContext(options: { cert: Buffer; key: Buffer }): void };

/** How often the files are looked at, in ms. Their names may be links that are turned, so their directory is not watched. */
const LOOK_EVERY_MS = 10_000;

/**
 * Reads the pair.
 * @throws BadCertificate
 */
export function readCertificate(files: TlsFiles): { cert: Buffer; key: Buffer; validUntil: number } {
  const cert = read(files.cert);
  const key = read(files.key);
  try {
    createSecureContext({ cert, key });
    return { cert, key, validUntil: Date.parse(new X509Certificate(cert).validTo) };
  } catch (error) {
    const { code } = nameOfError(error);
    throw new BadCertificate(
      code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH'
        ? `The private key ${files.key} does not belong to the certificate ${files.cert}.`
        : `${files.cert} and ${files.key} must be a certificate and its private key in PEM (${code ?? 'not readable'}).`,
      { cause: error },
    );
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new BadCertificate(`The file ${file} cannot be read (${nameOfError(error).code ?? 'unknown'}).`, {
      cause: error,
    });
  }
}

/**
 * Gives new connections the new certificate when the files change; what is connected stays. A pair that is half
 * written or wrong changes nothing and is named in the log.
 * @returns the function that ends the watch
 */
export function followCertificate(
  files: TlsFiles,
  server: Secured,
  log: Log,
  lookEveryMs: number = LOOK_EVERY_MS,
): () => void {
  const reload = (): void => {
    try {
      const { cert, key, validUntil } = readCertificate(files);
      server.setSecureContext({ cert, key });
      log.info('tls.reloaded', { validUntil: new Date(validUntil).toISOString() });
    } catch (error) {
      log.error('tls.not-reloaded', nameOfError(error));
    }
  };
  const names = [files.cert, files.key];
  for (const name of names) watchFile(name, { interval: lookEveryMs, persistent: false }, reload);
  return () => {
    for (const name of names) unwatchFile(name, reload);
  };
}
