/** What the window loads before it can draw its first screen, as it was built: the budget of docs/performance.md. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

const BUDGET_BYTES = 240_000;

const built = path.join(import.meta.dirname, '..', '..', 'out', 'renderer');
const assets = path.join(built, 'assets');

/** The script of the page and all that it imports before it runs; what is imported later, by a call, is not in it. */
function firstScripts(): string[] {
  const found = new Set<string>();
  const follow = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const code = readFileSync(path.join(assets, name), 'utf8');
    for (const [, next] of code.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) follow(next ?? '');
  };
  const page = readFileSync(path.join(built, 'index.html'), 'utf8');
  for (const [, name] of page.matchAll(/src="\.\/assets\/([^"]+\.js)"/g)) follow(name ?? '');
  return [...found];
}

test('the first load is within 240 KB of script, gzip, with the words of one language', () => {
  const words = readdirSync(assets).filter((name) => /^ja-.*\.js$/.test(name));
  expect(words).toHaveLength(1);
  const scripts = firstScripts();
  expect(scripts.length).toBeGreaterThan(2);
  const weights = [...scripts, ...words].map((name) => ({
    name,
    bytes: gzipSync(readFileSync(path.join(assets, name)), { level: 9 }).byteLength,
  }));
  const sum = weights.reduce((total, { bytes }) => total + bytes, 0);
  expect(sum, JSON.stringify(weights)).toBeLessThanOrEqual(BUDGET_BYTES);
});
