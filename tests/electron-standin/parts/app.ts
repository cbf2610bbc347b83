/** `app`: lifecycle, paths, the single-instance lock, and the Chromium that starts once the main bundle has loaded. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, watch, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Chromium, startChromium } from './chromium.ts';
import { KnownEmitter, onlyKnown } from './only-known.ts';
import { findFlag, getRun, mainLoaded, saw } from './run.ts';

const EVENTS = [
  'ready',
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
  'activate',
  'second-instance',
  'browser-window-created',
  'web-contents-created',
  'child-process-gone',
  'certificate-error',
];

let chromium: Chromium | undefined;
/** Throws before the app is ready, as Electron's own modules do. */
export function getChromium(): Chromium {
  if (!chromium) throw new Error('electron stand-in: not before app is ready');
  return chromium;
}

/** What `app.quit` must close first; filled by browser-window.ts, so that the two files do not import each other. */
export const closing = { allWindows: (): boolean => true };

const watched = getRun().isDriven
  ? new Promise<void>((resolve) => Reflect.set(globalThis, '__playwright_run', resolve))
  : Promise.resolve();

class AppStandin extends KnownEmitter {
  name: string = getRun().name;
  readonly isPackaged = false;
  badgeCount = 0;
  readonly commandLine = onlyKnown('app.commandLine', {
    switches: new Map<string, string>(getRun().flags.map((flag) => splitSwitch(flag.slice(2)))),
    appendSwitch(name: string, value = ''): void {
      this.switches.set(name, value);
    },
    hasSwitch(name: string): boolean {
      return this.switches.has(name);
    },
    getSwitchValue(name: string): string {
      return this.switches.get(name) ?? '';
    },
  });
  private ready = false;
  private quitting = false;
  private readonly paths = new Map<string, string>();
  private stopWatching: (() => void) | undefined;
  private readonly becomesReady: Promise<void>;

  constructor() {
    super('app', EVENTS);
    this.becomesReady = mainLoaded.then(() => this.start());
    // Electron on Linux turns both signals into an orderly quit.
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => {
        this.quit();
      });
  }

  private async start(): Promise<void> {
    const profile = path.join(this.getPath('userData'), 'standin-chromium');
    mkdirSync(profile, { recursive: true });
    const switches = [...this.commandLine.switches]
      .filter(([name]) => !IGNORED_SWITCHES.has(name))
      .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
    chromium = await startChromium(profile, switches, () => {
      process.exit(1);
    });
    // Playwright looks at every window from its first moment: it says this once it has connected to Chromium.
    await watched;
    this.ready = true;
    this.emit('ready', {}, {});
  }

  whenReady(): Promise<void> {
    return this.becomesReady;
  }
  isReady(): boolean {
    return this.ready;
  }
  getVersion(): string {
    return getRun().version;
  }
  getName(): string {
    return this.name;
  }
  setName(name: string): void {
    this.name = name;
  }
  getAppPath(): string {
    return getRun().folder;
  }
  getLocale(): string {
    return (process.env['LANG'] ?? 'en-US').split('.')[0]?.replace('_', '-') ?? 'en-US';
  }
  getPreferredSystemLanguages(): string[] {
    return [this.getLocale()];
  }
  getPath(name: string): string {
    const known = this.paths.get(name);
    if (known !== undefined) return known;
    switch (name) {
      case 'home':
        return os.homedir();
      case 'temp':
        return os.tmpdir();
      case 'appData':
        return process.env['XDG_CONFIG_HOME'] ?? path.join(os.homedir(), '.config');
      case 'userData':
      case 'sessionData': {
        // A stand-in never writes into a person's own settings: without a flag it takes a fresh folder.
        const folder = findFlag('user-data-dir') ?? mkdtempSync(path.join(os.tmpdir(), 'electron-standin-'));
        this.paths.set('userData', folder);
        return folder;
      }
      case 'exe':
        return process.execPath;
      default:
        throw new Error(`electron stand-in: app.getPath('${name}') is not implemented`);
    }
  }
  setPath(name: string, value: string): void {
    this.paths.set(name, value);
  }
  setAppLogsPath(folder?: string): void {
    this.paths.set('logs', folder ?? path.join(this.getPath('userData'), 'logs'));
  }
  setAppUserModelId(id: string): void {
    saw('app.setAppUserModelId', id);
  }
  setBadgeCount(count = 0): boolean {
    this.badgeCount = count;
    saw('app.setBadgeCount', count);
    return true;
  }
  getBadgeCount(): number {
    return this.badgeCount;
  }
  enableSandbox(): void {
    saw('app.enableSandbox');
  }
  setAboutPanelOptions(options: object): void {
    saw('app.setAboutPanelOptions', options);
  }

  /** One file names the first process; a second one leaves its command line beside it and is told no. */
  requestSingleInstanceLock(additionalData: unknown = {}): boolean {
    const folder = path.join(this.getPath('userData'), 'standin-singleton');
    const lock = path.join(folder, 'first');
    mkdirSync(folder, { recursive: true });
    const owner = readOwner(lock);
    if (owner !== undefined && owner !== process.pid && isAlive(owner)) {
      const call = path.join(folder, `second-${String(process.pid)}.json`);
      writeFileSync(`${call}.part`, JSON.stringify({ argv: process.argv, cwd: process.cwd(), additionalData }));
      writeFileSync(call, readFileSync(`${call}.part`));
      unlinkSync(`${call}.part`);
      return false;
    }
    writeFileSync(lock, String(process.pid));
    const watcher = watch(folder, () => {
      this.hearSecondInstances(folder);
    });
    this.stopWatching = () => {
      watcher.close();
      rmSync(folder, { recursive: true, force: true });
    };
    return true;
  }
  hasSingleInstanceLock(): boolean {
    return this.stopWatching !== undefined;
  }
  releaseSingleInstanceLock(): void {
    this.stopWatching?.();
    this.stopWatching = undefined;
  }
  private hearSecondInstances(folder: string): void {
    for (const file of readdirSync(folder).filter((name) => name.startsWith('second-') && name.endsWith('.json'))) {
      let call: { argv: string[]; cwd: string; additionalData: unknown };
      try {
        call = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as typeof call;
        unlinkSync(path.join(folder, file));
      } catch {
        // Still being written: the next change of the folder tells again.
        continue;
      }
      this.emit('second-instance', {}, call.argv, call.cwd, call.additionalData);
    }
  }

  quit(): void {
    if (this.quitting) return;
    if (this.offer('before-quit') || !closing.allWindows() || this.offer('will-quit')) return;
    this.quitting = true;
    this.emit('quit', {}, 0);
    void this.end(0);
  }
  exit(code = 0): void {
    this.quitting = true;
    this.emit('quit', {}, code);
    void this.end(code);
  }
  isQuitting(): boolean {
    return this.quitting;
  }
  private async end(code: number): Promise<void> {
    this.releaseSingleInstanceLock();
    await chromium?.close().catch(() => undefined);
    process.exit(code);
  }
}

const IGNORED_SWITCHES = new Set(['inspect', 'remote-debugging-port', 'user-data-dir', 'require']);

function splitSwitch(flag: string): [string, string] {
  const at = flag.indexOf('=');
  return at === -1 ? [flag, ''] : [flag.slice(0, at), flag.slice(at + 1)];
}
function readOwner(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return undefined;
  }
}
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const appStandin = new AppStandin();
export const app = onlyKnown('app', appStandin);
