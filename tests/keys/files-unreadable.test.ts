/** A known sentence, said in every way in which a text comes to the disk, stands in no byte of it: open, killed and closed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { SENTENCES } from './sentences.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Runs a core in a process whose temporary files lie in `root` too. Gives the process and its data folder. */
async function speak(root: string): Promise<{ child: ChildProcess; gone: Promise<unknown> }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'speak-and-wait.ts')], {
    env: { ...process.env, TMPDIR: root, SQLITE_TMPDIR: root, TEMP: root, TMP: root },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  let faults = '';
  child.stderr.on('data', (chunk: Buffer) => (faults += String(chunk)));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    lines.once('line', () => resolve());
    void gone.then((code) => reject(new Error(`the core ended with ${String(code)}: ${faults}`)));
  });
  return { child, gone };
}

/** Every form in which the sentences could stand in a file. */
const forms = SENTENCES.flatMap((sentence) => {
  const utf16 = Buffer.from(sentence, 'utf16le');
  return [
    Buffer.from(sentence, 'utf8'),
    utf16,
    Buffer.from(utf16).swap16(),
    Buffer.from(JSON.stringify(sentence).replaceAll(/[^\0-\x7f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`)),
  ];
});

/** Files of a folder that hold a form of a sentence, and the names of all files that were read. */
function search(root: string): { holding: string[]; read: string[] } {
  const read: string[] = [];
  const holding: string[] = [];
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    const name = relative(root, path);
    read.push(name);
    if (forms.some((form) => bytes.includes(form)) || forms.some((form) => Buffer.from(name).includes(form)))
      holding.push(name);
  }
  return { holding, read };
}

test('the search itself finds the sentences in every form', () => {
  const root = mkdtempSync(join(tmpdir(), 'found-'));
  forms.forEach((form, at) =>
    writeFileSync(join(root, String(at)), Buffer.concat([Buffer.alloc(5_000), form, Buffer.alloc(9)])),
  );
  expect(search(root).holding).toHaveLength(forms.length);
});

test('no byte of the folder says the sentences: while the core runs, after kill -9, and after an end in order', async () => {
  const root = mkdtempSync(join(tmpdir(), 'unreadable-'));
  const first = await speak(root);
  const open = search(root);
  expect(open.holding).toEqual([]);
  // Otherwise nothing was looked at: databases with their journals, and the ring.
  for (const name of [
    'device.db',
    'outbox.db',
    'outbox.db-wal',
    'cache.db',
    'cache.db-wal',
    'cache.db-shm',
    'search.db',
    'keys.json',
  ])
    expect(
      open.read.some((path) => path.endsWith(`/${name}`)),
      name,
    ).toBe(true);

  first.child.kill('SIGKILL');
  await first.gone;
  expect(search(root).holding).toEqual([]);

  const second = await speak(root);
  second.child.stdin?.write('end\n');
  await second.gone;
  const closed = search(root);
  expect(closed.holding).toEqual([]);
  expect(closed.read.filter((path) => path.endsWith('outbox.db'))).toHaveLength(2);
}, 120_000);
