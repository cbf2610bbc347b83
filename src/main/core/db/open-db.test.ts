/** What becomes of files that are damaged, older or newer than this version. */
import { closeSync, mkdtempSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, expect, test } from 'vitest';
import { isDamage, openFile } from './connection.ts';
import { migrate, NewerFileError, versionOf } from './migrate.ts';
import { type FileName, openDb, type OpenOptions } from './open-db.ts';
import { write } from './write.ts';

let options: OpenOptions;
beforeEach(() => {
  options = {
    folder: mkdtempSync(join(tmpdir(), 'open-')),
    key: 'ab'.repeat(32),
    clock: { now: () => Date.UTC(2026, 10, 23) },
    announce: () => undefined,
  };
});

/** Opens, writes enough for many pages, closes, and turns bytes over at a place. */
function damage(name: FileName, at: 'head' | 'middle' | 'end'): void {
  const { file } = openDb(name, options);
  write(file, (writer) => {
    for (let i = 0; i < 200; i++) {
      writer.run(
        `insert into ${name === 'device' ? 'setting' : 'meta'} (key, value) values (?, ?)`,
        `k${i}`,
        'x'.repeat(500),
      );
    }
  });
  file.close();
  const path = join(options.folder, `${name}.db`);
  const { size } = statSync(path);
  const handle = openSync(path, 'r+');
  for (let page = 0; page * 4_096 < size; page++) {
    if (at === 'middle' && page < 3) continue;
    if (at === 'end' && page * 4_096 < size * 0.8) continue;
    writeSync(handle, Buffer.alloc(64, 0x5a), 0, 64, page * 4_096 + 200);
  }
  closeSync(handle);
}

test.each([
  ['cache', 'head'],
  ['search', 'head'],
  ['outbox', 'head'],
  ['outbox', 'middle'],
  ['device', 'middle'],
] as const)('%s.db with its %s overwritten is set aside, kept, and begun anew', (name, at) => {
  damage(name, at);
  const { file, why, setAside, isWritable } = openDb(name, options);
  expect({ why, isWritable }).toEqual({ why: 'damaged', isWritable: true });
  expect(readdirSync(options.folder)).toContain(setAside?.split('/').at(-1));
  expect(file.reader.value('select count(*) from sqlite_master')).toBeGreaterThan(1);
  file.close();
});

test('cache.db that is damaged at its end opens, says so when it is read, and is found when it is checked', () => {
  damage('cache', 'end');
  const { file, why } = openDb('cache', options);
  expect(why).toBeNull();
  let met: unknown;
  try {
    file.reader.all('select * from meta');
  } catch (error) {
    met = error;
  }
  expect(isDamage(met)).toBe(true);
  file.close();
  const again = openDb('cache', { ...options, isChecked: true });
  expect(again.why).toBe('damaged');
  again.file.close();
});

test('a file opened with another key is not read, and is set aside as damaged', () => {
  openDb('cache', options).file.close();
  const { file, why } = openDb('cache', { ...options, key: 'cd'.repeat(32) });
  expect(why).toBe('damaged');
  file.close();
});

function makeNewer(name: FileName): void {
  const { file } = openDb(name, options);
  file.close();
  const raw = openFile(join(options.folder, `${name}.db`), options.key, 'full', () => undefined);
  migrate(raw, [
    ...Array.from({ length: versionOf(raw) }, () => ({ name: 'known', sql: '' })),
    { name: 'later', sql: 'create table later (a)' },
  ]);
  raw.close();
}

test.each(['cache', 'search', 'device'] as const)('%s.db of a newer version is set aside and begun anew', (name) => {
  makeNewer(name);
  const { file, why } = openDb(name, options);
  expect(why).toBe('newer');
  expect(file.reader.value("select 1 from sqlite_master where name = 'later'")).toBeUndefined();
  file.close();
});

test('outbox.db of a newer version is left alone: reads find nothing, and the file stays as it is', () => {
  makeNewer('outbox');
  const { file, why, isWritable } = openDb('outbox', options);
  expect({ why, isWritable, waiting: file.reader.value('select count(*) from outbox') }).toEqual({
    why: 'newer',
    isWritable: false,
    waiting: 0,
  });
  file.close();
  expect(readdirSync(options.folder).filter((entry) => entry.startsWith('outbox'))).toEqual(['outbox.db']);
});

test('an outbox that the first version wrote with its cipher is read, written on, and unreadable without the key', () => {
  const path = join(options.folder, 'outbox.db');
  const old = new Database(path);
  old.pragma("cipher = 'chacha20'");
  old.pragma(`key = "x'${options.key}'"`);
  old.pragma('journal_mode = WAL');
  old.close();
  for (const value of ['before', 'after']) {
    const { file, why } = openDb('outbox', options);
    expect(why).toBeNull();
    write(file, (writer) => writer.run('insert into meta (key, value) values (?, ?)', value, value));
    file.close();
  }
  const { file } = openDb('outbox', options);
  expect(file.reader.column("select value from meta where key in ('before', 'after') order by key")).toEqual([
    'after',
    'before',
  ]);
  file.close();
  expect(() => openFile(path, 'cd'.repeat(32), 'full', () => undefined)).toThrow();
});

test('an older file is brought forward and keeps what is in it', () => {
  const path = join(options.folder, 'old.db');
  const first = { name: '0001-begin', sql: "create table draft (text text); insert into draft values ('書きかけ')" };
  const second = {
    name: '0002-length',
    sql: 'alter table draft add column length integer; update draft set length = length(text)',
  };
  const old = openFile(path, options.key, 'full', () => undefined);
  migrate(old, [first]);
  old.close();
  const now = openFile(path, options.key, 'full', () => undefined);
  migrate(now, [first, second]);
  expect(now.reader.all('select text, length from draft')).toEqual([{ text: '書きかけ', length: 4 }]);
  expect(versionOf(now)).toBe(2);
  expect(() => migrate(now, [first])).toThrow(NewerFileError);
  now.close();
});

test('a migration that fails leaves the file in the version before it', () => {
  const file = openFile(join(options.folder, 'half.db'), options.key, 'full', () => undefined);
  const broken = { name: '0002-broken', sql: 'create table b (x); insert into absent values (1)' };
  expect(() => migrate(file, [{ name: '0001', sql: 'create table a (x)' }, broken])).toThrow(/no such table/);
  expect(versionOf(file)).toBe(1);
  expect(file.reader.column("select name from sqlite_master where name in ('a', 'b')")).toEqual(['a']);
  file.close();
});

test('a Reader cannot change a file, and write() leaves nothing of a change that throws', () => {
  const topics: string[] = [];
  const { file } = openDb('outbox', { ...options, announce: (all) => topics.push(...all) });
  expect(() => file.reader.all("insert into meta values ('a', 'b')")).toThrow(/use write/);
  expect(() =>
    write(file, (writer, touch) => {
      writer.run("insert into meta values ('a', 'b')");
      touch('outbox');
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(file.reader.value('select count(*) from meta')).toBe(0);
  expect(topics).toEqual([]);
  write(file, (writer, touch) => {
    writer.run("insert into meta values ('a', 'b')");
    touch('outbox');
    touch('outbox');
  });
  expect(topics).toEqual(['outbox']);
  file.close();
});
