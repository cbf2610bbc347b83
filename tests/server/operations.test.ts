/** What docs/operations.md tells an operator to type is what the programs take. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readOptions } from '../../src/server/read-options.ts';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** Every `npm run X -- …` of the page, inside and outside of its blocks. */
const commands = [...read('docs/operations.md').matchAll(/npm run ([a-z:-]+)(?: -- ([^\n`]*))?/g)].map(
  ([, name = '', args = '']) => ({ name, args }),
);

test('every command of the page exists, and every option that it names stands in the help of that command', () => {
  expect(new Set(commands.map(({ name }) => name))).toEqual(new Set(['server', 'build', 'backup', 'restore']));
  for (const name of ['backup', 'restore', 'server']) {
    const entry = scripts[name]?.replace(/^node /, '') ?? '';
    const help = execFileSync(process.execPath, [path.join(root, entry), '--help'], { encoding: 'utf8' });
    const given = commands.filter((one) => one.name === name).flatMap(({ args }) => args.match(/--[a-z-]+/g) ?? []);
    for (const option of given) expect(help, `${name} ${option}`).toContain(option);
  }
});

test('the ways of starting that the page and the systemd unit name are ones that the server takes', () => {
  const unit = read('resources/kanade.service');
  const [, line = ''] = /^ExecStart=\/usr\/bin\/env node src\/server\/index\.ts (.*)$/m.exec(unit) ?? [];
  const ways = [
    line,
    ...commands.filter(({ name, args }) => name === 'server' && args !== '--help').map(({ args }) => args),
  ];
  expect(ways).toHaveLength(3);
  for (const way of ways) expect(readOptions(way.trim().split(/\s+/)).dataDir, way).toBe('/var/lib/kanade');
  // Systemd must not end what the server would still finish.
  const seconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]);
  expect(seconds * 1_000).toBeGreaterThan(
    Number(/STOP_WITHIN_MS = ([\d_]+)/.exec(read('src/server/index.ts'))?.[1]?.replace('_', '')),
  );
});
