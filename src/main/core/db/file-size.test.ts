/** A file really gets smaller when what it held is gone. */
import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shrinkSlice, sizeOf } from './file-size.ts';
import { type FileName, openDb } from './open-db.ts';
import { write } from './write.ts';

test.each(['cache', 'search'] satisfies FileName[])('%s.db gives its emptied pages back, slice by slice', (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'size-'));
  const { file } = openDb(name, { folder, key: 'ab'.repeat(32), clock: { now: () => 0 }, announce: () => undefined });
  write(file, (writer) => {
    for (let at = 0; at < 2_000; at++)
      writer.run('insert into meta (key, value) values (?, ?)', `filler ${at}`, 'x'.repeat(5_000));
  });
  const full = sizeOf(file);
  write(file, (writer) => writer.run("delete from meta where key like 'filler %'"));
  expect(sizeOf(file).unused).toBeGreaterThan(full.used / 2);
  let slices = 0;
  while (shrinkSlice(file)) slices += 1;
  expect(slices).toBeGreaterThan(5);
  file.close();
  expect(statSync(join(folder, `${name}.db`)).size).toBeLessThan(full.used / 4);
});
