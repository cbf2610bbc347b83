/**
 * Asks a virus scanner about the bytes of a file: ClamAV's daemon over its socket, or a command that reads the bytes from
 * its standard input. What a scanner that is down or does not understand leaves open is said as such, never as clean.
 */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';

export type ScanResult = { is: 'clean' } | { is: 'infected'; name: string } | { is: 'unknown'; why: string };
export type Scan = (bytes: Uint8Array) => Promise<ScanResult>;

/** A setting that names no scanner. The message is for the person who started the server. */
export class BadScanner extends Error {
  override name = 'BadScanner';
}

/** A file of 25 MB takes ClamAV some seconds; a customer's message waits no longer than this, in ms. */
const WITHIN_MS = 30_000;
/** clamd takes a stream in chunks of its own choosing; this one is small enough for every StreamMaxLength. */
const CHUNK_BYTES = 64 * 1024;
const LONGEST_ANSWER = 4_096;

/**
 * Reads the setting: `clamd:/run/clamav/clamd.ctl`, `clamd:127.0.0.1:3310`, or `command:clamdscan --no-summary -`.
 * @returns null where none is set
 * @throws BadScanner
 */
export function openScanner(setting: string | undefined): Scan | null {
  if (setting === undefined || setting === '') return null;
  const [, kind, where] = /^(clamd|command):(.+)$/.exec(setting) ?? [];
  if (kind === 'command' && where !== undefined) return byCommand(where.trim().split(/\s+/));
  if (kind === 'clamd' && where !== undefined) {
    const [, host, port] = /^([^/]+):(\d{1,5})$/.exec(where) ?? [];
    if (host !== undefined && Number(port) > 0) return byClamd({ host, port: Number(port) });
    if (where.startsWith('/')) return byClamd({ path: where });
  }
  throw new BadScanner(
    'KANADE_VIRUS_SCAN must be clamd:/path/of/its.socket, clamd:host:port, or command: and a command that reads a file from standard input.',
  );
}

/** clamd(8), INSTREAM: chunks of a length in four bytes and the bytes, a length of zero at the end, one line as the answer. */
function byClamd(at: { path: string } | { host: string; port: number }): Scan {
  return (bytes) =>
    new Promise((resolve) => {
      let answer = '';
      const socket = connect(at);
      const end = (result: ScanResult): void => {
        socket.destroy();
        resolve(result);
      };
      socket.setTimeout(WITHIN_MS, () => end({ is: 'unknown', why: 'timeout' }));
      socket.on('error', (error) => end({ is: 'unknown', why: codeOf(error) }));
      socket.on('data', (data: Buffer) => {
        answer = (answer + data.toString('utf8')).slice(0, LONGEST_ANSWER);
      });
      socket.on('close', () => end(readAnswer(answer)));
      socket.on('connect', () => {
        socket.write('zINSTREAM\0');
        for (let from = 0; from < bytes.byteLength; from += CHUNK_BYTES) {
          const chunk = bytes.subarray(from, from + CHUNK_BYTES);
          const length = Buffer.alloc(4);
          length.writeUInt32BE(chunk.byteLength);
          socket.write(length);
          socket.write(chunk);
        }
        socket.write(Buffer.alloc(4));
      });
    });
}

/** `stream: OK`, `stream: Win.Test.EICAR_HDB-1 FOUND`, or a sentence that ends in ERROR. */
function readAnswer(answer: string): ScanResult {
  const line = answer.replace(/\0/g, '').trim();
  if (/^stream: OK$/.test(line)) return { is: 'clean' };
  const [, name] = /^stream: (.+) FOUND$/.exec(line) ?? [];
  if (name !== undefined) return { is: 'infected', name: name.slice(0, 100) };
  return { is: 'unknown', why: 'not-understood' };
}

/** As clamscan(1) ends: 0 nothing found, 1 a virus, anything else an error. No shell: the command is split at spaces. */
function byCommand([command = '', ...args]: readonly string[]): Scan {
  return (bytes) =>
    new Promise((resolve) => {
      const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], timeout: WITHIN_MS });
      let said = '';
      child.on('error', (error) => resolve({ is: 'unknown', why: codeOf(error) }));
      child.stdout.on('data', (data: Buffer) => {
        said = (said + data.toString('utf8')).slice(0, LONGEST_ANSWER);
      });
      child.on('close', (code) => {
        const name = /: (.+) FOUND/.exec(said)?.[1] ?? 'found';
        if (code === 0) resolve({ is: 'clean' });
        else if (code === 1) resolve({ is: 'infected', name: name.slice(0, 100) });
        else resolve({ is: 'unknown', why: code === null ? 'timeout' : `exit-${code}` });
      });
      // A scanner that has seen enough closes its end.
      child.stdin.on('error', () => undefined);
      child.stdin.end(bytes);
    });
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : 'failed';
}
