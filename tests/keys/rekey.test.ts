/** Bringing the files of an agent under another key, ended at every touch of the disk: the next start finds all of them whole. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readRing } from '../../src/main/core/keys/key-ring.ts';
import { openRing } from '../../src/main/core/keys/open-ring.ts';
import { AGENT, faultsOf, HOST_KEY, keysOf, makeAgentFolder, NAMES, openWith } from './agent-folder.ts';
import { breakAt, Ended } from './break-at.ts';

let prepared: string;
beforeAll(async () => {
  prepared = await makeAgentFolder();
});

function freshCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'rekey-copy-'));
  cpSync(prepared, copy, { recursive: true });
  return copy;
}
const oldKey = (): string => openRing(readRing(join(prepared, AGENT))!, { by: 'host', hostKey: HOST_KEY })![0]!;

test('the files come under the new key, whole, and the old one opens none of them', () => {
  const dataDir = freshCopy();
  expect(faultsOf(dataDir, 2)).toEqual([]);
  for (const name of NAMES) {
    const file = openWith(join(dataDir, AGENT, name), oldKey());
    expect(() => file.prepare('select count(*) from sqlite_master').get(), name).toThrow(/not a database/);
    file.close();
  }
  expect(readRing(join(dataDir, AGENT))?.keys.map(({ n }) => n)).toEqual([2]);
});

test('ended before every single touch of the disk, and then once more on the way back, nothing is lost', () => {
  let isDone = false;
  let at = 0;
  while (!isDone) {
    at += 1;
    const dataDir = freshCopy();
    for (const n of [at, Math.ceil(at / 2)]) {
      const breaking = breakAt(n, () => {
        throw new Ended();
      });
      try {
        keysOf(dataDir, 2).openHere(AGENT);
        if (n === at) isDone = breaking.touches() < n;
      } catch (error) {
        if (!(error instanceof Ended)) throw error;
      } finally {
        breaking.restore();
      }
    }
    expect(faultsOf(dataDir, 3), `ended before touch ${at}`).toEqual([]);
    expect(readRing(join(dataDir, AGENT))?.keys, `ended before touch ${at}`).toHaveLength(1);
    expect(
      readdirSync(join(dataDir, AGENT)).filter((name) => name.includes('rekey')),
      `ended before touch ${at}`,
    ).toEqual([]);
  }
  expect(at).toBeGreaterThan(30);
});

async function runAndDie(dataDir: string, at: number): Promise<{ touches: number; signal: NodeJS.Signals | null }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'rekey-and-die.ts'), dataDir, String(at)]);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += String(chunk)));
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, by) => resolve(by)));
  return { touches: Number(said), signal };
}

test('kill -9 of a real process at moments over the whole of it leaves files that the next start opens', async () => {
  const { touches } = await runAndDie(freshCopy(), 0);
  expect(touches).toBeGreaterThan(30);
  for (const part of [0.2, 0.45, 0.6, 0.75, 0.95]) {
    const dataDir = freshCopy();
    const at = Math.ceil(touches * part);
    expect((await runAndDie(dataDir, at)).signal, `before touch ${at} of ${touches}`).toBe('SIGKILL');
    expect(faultsOf(dataDir, 3), `killed before touch ${at} of ${touches}`).toEqual([]);
  }
});

test('a disk that is full while the copies are made changes nothing, and the old key stays', async () => {
  const dataDir = freshCopy();
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  const fs = (await import('node:fs')).default;
  const { syncBuiltinESMExports } = await import('node:module');
  const copy = fs.copyFileSync;
  let copies = 0;
  fs.copyFileSync = (...values) => {
    if (++copies === 2) throw full;
    copy(...values);
  };
  syncBuiltinESMExports();
  try {
    expect(keysOf(dataDir, 2).openHere(AGENT)).toBe(oldKey());
  } finally {
    fs.copyFileSync = copy;
    syncBuiltinESMExports();
  }
  expect(faultsOf(dataDir, 3)).toEqual([]);
  expect(readdirSync(join(dataDir, AGENT)).filter((name) => name.includes('rekey'))).toEqual([]);
});
