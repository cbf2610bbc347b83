import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServerProcess } from '../support/server-process.ts';

const ENTRY = path.join(import.meta.dirname, '../../src/server/index.ts');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kanade-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the server until it ends by itself, and gives what it said. */
async function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [ENTRY, ...args], { env: { ...process.env, ...env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

test('says how it is used', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  for (const option of ['--data', '--port', '--host', '--demo', '--no-demo', '--demo-traffic', 'DATABASE_URL'])
    expect(out).toContain(option);
});

test('answers each mistake with one sentence and exit code 1', async () => {
  writeFileSync(path.join(folder, 'a-file'), '');
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const badKey = path.join(folder, 'bad-key');
  mkdirSync(badKey);
  writeFileSync(path.join(badKey, 'master.key'), 'short');
  const cases: [string[], Record<string, string>, RegExp][] = [
    [['--prot', '1'], {}, /--prot/],
    [['--port', 'many'], {}, /--port must be a number from 0 to 65535, not "many"\./],
    [
      ['--data', path.join(folder, 'one'), '--port', String(port)],
      {},
      /^The port is taken by another program\. .*--port\.$/m,
    ],
    [
      ['--data', path.join(folder, 'a-file', 'x'), '--port', '0'],
      {},
      /^The data folder .* cannot be written \(ENOTDIR\)\. .*--data/m,
    ],
    [['--data', badKey, '--port', '0'], {}, /master\.key must hold 32 bytes in base64/],
    [
      ['--data', path.join(folder, 'two'), '--port', '0'],
      { KANADE_MASTER_KEY: 'c2hvcnQ=' },
      /KANADE_MASTER_KEY must hold 32 bytes/,
    ],
    [
      ['--data', path.join(folder, 'three'), '--port', '0'],
      { DATABASE_URL: 'postgresql://x@127.0.0.1:1/x' },
      /DATABASE_URL does not answer/,
    ],
  ];
  for (const [args, env, sentence] of cases) {
    const { code, err } = await run(args, env);
    expect(err).toMatch(sentence);
    expect(err.trim().split('\n'), err).toHaveLength(1);
    expect(code).toBe(1);
  }
  taken.close();
}, 120_000);

test('keeps its folder to itself, lets it go at the end, takes it again after a power cut, and starts under no other key', async () => {
  const server = await startServerProcess(['--no-demo'], {}, path.join(folder, 'held'));
  const second = await run(['--data', server.dataDir, '--port', '0']);
  expect(second.code).toBe(1);
  expect(second.err).toMatch(/^Another server \(process \d+\) runs on the data folder .*--data\.$/m);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  await server.kill();
  await server.startAgain();
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(statSync(path.join(server.dataDir, 'master.key')).mode & 0o077).toBe(0);
  expect(await server.stop()).toBe(0);
  expect(() => readFileSync(path.join(server.dataDir, 'server.pid'))).toThrow();
  renameSync(path.join(server.dataDir, 'master.key'), path.join(folder, 'kept.key'));
  const without = await run(['--data', server.dataDir, '--port', '0']);
  expect(without.code).toBe(1);
  expect(without.err).toMatch(/^The secrets in this database .* there is no file .*master\.key\. Restore .*\.$/m);
}, 120_000);
