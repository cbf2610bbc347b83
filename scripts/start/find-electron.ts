/**
 * Finds the Electron executable, or fetches it where that is quick. The npm package carries no binary; its install.js
 * fetches one and checks it against the package's checksums.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** Why there is no Electron; words.ts says it. */
export type NoElectron =
  | 'noDisplay'
  | 'asRoot'
  | 'notInFolder'
  | 'downloadSlow'
  | 'downloadFailed'
  | 'downloadIncomplete'
  | 'notStarted';
export type FoundElectron = { executable: string } | { why: NoElectron };

/** Long enough for a fast line to bring 120 MB; who has a slower one runs `npx install-electron` once. */
const FETCH_WITHIN_MS = 45_000;
/** A fetch that failed is not tried again at every start. */
const TRY_AGAIN_AFTER_MS = 24 * 60 * 60 * 1000;

export type FindElectronOptions = {
  root: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Asked for by --host electron: try again, whatever happened before. */
  isWished: boolean;
  platform?: NodeJS.Platform;
  isRoot?: boolean;
  /** Fetches; a test gives its own. */
  fetch?: (installer: string) => Promise<unknown>;
};

/** The executable, or the reason why there is none, for a person. */
export async function findElectron(options: FindElectronOptions): Promise<FoundElectron> {
  const { root, env, isWished, platform = process.platform, isRoot = process.getuid?.() === 0 } = options;
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override !== undefined && override !== '') {
    const executable = path.join(override, platform === 'win32' ? 'electron.exe' : 'electron');
    return existsSync(executable) ? { executable } : { why: 'notInFolder' };
  }
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return { why: 'noDisplay' };
  // Chromium's sandbox cannot be had as root, and without it we do not show customers' mail.
  if (platform === 'linux' && isRoot) return { why: 'asRoot' };
  const folder = path.join(root, 'node_modules', 'electron');
  const there = findExecutable(folder);
  if (there !== undefined) return { executable: there };

  const failed = path.join(root, 'node_modules', '.cache', 'kanade', 'electron-not-fetched');
  if (!isWished && existsSync(failed) && Date.now() - statSync(failed).mtimeMs < TRY_AGAIN_AFTER_MS)
    return { why: readFileSync(failed, 'utf8') === 'downloadSlow' ? 'downloadSlow' : 'downloadFailed' };
  const fetch =
    options.fetch ??
    ((installer) =>
      promisify(execFile)(process.execPath, [installer], { timeout: FETCH_WITHIN_MS, killSignal: 'SIGKILL' }));
  try {
    await fetch(path.join(folder, 'install.js'));
  } catch (error) {
    const why =
      error instanceof Error && 'killed' in error && error.killed === true ? 'downloadSlow' : 'downloadFailed';
    mkdirSync(path.dirname(failed), { recursive: true });
    writeFileSync(failed, why);
    return { why };
  }
  rmSync(failed, { force: true });
  const fetched = findExecutable(folder);
  return fetched === undefined ? { why: 'downloadIncomplete' } : { executable: fetched };
}

/** As node_modules/electron/index.js finds it, without the download that its import begins. */
function findExecutable(folder: string): string | undefined {
  try {
    const executable = path.join(folder, 'dist', readFileSync(path.join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(executable) ? executable : undefined;
  } catch {
    return undefined;
  }
}
