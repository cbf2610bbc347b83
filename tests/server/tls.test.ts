/** HTTPS by the server itself, a certificate that is renewed while it runs, and whose word about a caller's address counts. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followCertificate, readCertificate, type TlsFiles } from '../../src/server/http/tls-files.ts';
import { createLog } from '../../src/server/log/log.ts';
import { eventually } from '../support/eventually.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let folder: string;
let files: TlsFiles;
let server: TestServer;

/** A certificate for localhost that only this test believes. */
function certify(name: string): TlsFiles {
  const made = { cert: path.join(folder, `${name}.pem`), key: path.join(folder, `${name}.key`) };
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const how = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', [...how, '-keyout', made.key, '-out', made.cert, ...subject], { stdio: 'ignore' });
  return made;
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kanade-tls-'));
  files = certify('first');
  server = await startTestServer({ tls: files, proxies: ['127.0.0.1'] });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A wrong sign-in as if it came through the proxy from this address. */
async function signInFrom(forwardedFor: string): Promise<number> {
  const body = JSON.stringify({
    login: `nobody-${forwardedFor.length}`,
    password: 'wrong',
    device: {
      clientId: '01890000-0000-7000-8000-000000000001',
      name: 'test',
      platform: 'linux',
      appVersion: '0',
    },
  });
  return await new Promise((resolve, reject) => {
    request(
      `${server.url}/api/session`,
      {
        method: 'POST',
        ca: readFileSync(files.cert),
        headers: { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor },
      },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    )
      .once('error', reject)
      .end(body);
  });
}

test('the server speaks HTTPS and the same certificate carries the sockets', async () => {
  expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const socket = io(`${server.url}/console`, {
    transports: ['websocket'],
    reconnection: false,
    ca: readFileSync(files.cert, 'utf8'),
    auth: { token: 'x' },
  });
  const refused = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
  // The answer of our own door, not of TLS.
  expect(refused.message).toBe('signed-out');
  socket.close();
});

test('attempts are counted by the address that the proxy names, and what the caller wrote before it counts for nothing', async () => {
  for (let n = 0; n < 30; n++) await signInFrom(`10.9.9.${n}, 198.51.100.1`);
  expect(await signInFrom('10.9.9.99, 198.51.100.1')).toBe(429);
  expect(await signInFrom('198.51.100.2')).toBe(401);
});

test('a renewed certificate is given to new connections; a pair that does not fit changes nothing', async () => {
  const renewed = { cert: path.join(folder, 'live.pem'), key: path.join(folder, 'live.key') };
  const put = (from: TlsFiles, parts: (keyof TlsFiles)[]) => {
    for (const part of parts) {
      writeFileSync(`${renewed[part]}.new`, readFileSync(from[part]));
      renameSync(`${renewed[part]}.new`, renewed[part]);
    }
  };
  put(files, ['cert', 'key']);
  const secured = createServer(readCertificate(renewed)).listen(0, '127.0.0.1');
  const lines: string[] = [];
  const stop = followCertificate(
    renewed,
    secured,
    createLog('info', (line) => lines.push(line)),
    20,
  );
  const nameSeen = async () =>
    await new Promise<string>((resolve, reject) => {
      const { port } = secured.address() as AddressInfo;
      const line = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve(String(line.getPeerCertificate().subject.CN));
        line.end();
      }).once('error', reject);
    });
  await new Promise((resolve) => secured.once('listening', resolve));
  expect(await nameSeen()).toBe('first');
  const second = certify('second');
  put(second, ['cert']);
  await eventually(() => lines.some((line) => line.includes('tls.not-reloaded')));
  expect(await nameSeen()).toBe('first');
  put(second, ['key']);
  await eventually(async () => (await nameSeen()) === 'second');
  stop();
  secured.close();
  expect(() => readCertificate({ cert: files.cert, key: second.key })).toThrow(/does not belong to the certificate/);
  expect(() => readCertificate({ cert: second.key, key: second.key })).toThrow(/in PEM/);
  expect(() => readCertificate({ cert: path.join(folder, 'none'), key: second.key })).toThrow(
    /cannot be read \(ENOENT\)/,
  );
});
