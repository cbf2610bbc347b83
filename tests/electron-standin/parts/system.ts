/** What the operating system tells an app: theme, power, displays. Tests change it through `globalThis.electronStandin`. */
import { KnownEmitter, onlyKnown } from './only-known.ts';
import { standin } from './run.ts';

class NativeThemeStandin extends KnownEmitter {
  private source: 'system' | 'light' | 'dark' = 'system';
  private systemIsDark = false;

  constructor() {
    super('nativeTheme', ['updated']);
  }
  get themeSource(): 'system' | 'light' | 'dark' {
    return this.source;
  }
  set themeSource(source: 'system' | 'light' | 'dark') {
    this.source = source;
    this.emit('updated', {});
  }
  get shouldUseDarkColors(): boolean {
    return this.source === 'dark' || (this.source === 'system' && this.systemIsDark);
  }
  get shouldUseHighContrastColors(): boolean {
    return false;
  }
  setSystemDark(dark: boolean): void {
    this.systemIsDark = dark;
    this.emit('updated', {});
  }
}

class PowerMonitorStandin extends KnownEmitter {
  private idleSeconds = 0;

  constructor() {
    super('powerMonitor', ['suspend', 'resume', 'lock-screen', 'unlock-screen', 'shutdown', 'on-ac', 'on-battery']);
  }
  getSystemIdleTime(): number {
    return this.idleSeconds;
  }
  setIdleSeconds(seconds: number): void {
    this.idleSeconds = seconds;
  }
}

const display = {
  id: 1,
  scaleFactor: 1,
  bounds: { x: 0, y: 0, width: 1920, height: 1080 },
  workArea: { x: 0, y: 0, width: 1920, height: 1040 },
  workAreaSize: { width: 1920, height: 1040 },
  size: { width: 1920, height: 1080 },
};

class ScreenStandin extends KnownEmitter {
  constructor() {
    super('screen', ['display-added', 'display-removed', 'display-metrics-changed']);
  }
  getPrimaryDisplay(): typeof display {
    return display;
  }
  getAllDisplays(): (typeof display)[] {
    return [display];
  }
  getDisplayMatching(): typeof display {
    return display;
  }
}

export const themeStandin = new NativeThemeStandin();
export const nativeTheme = onlyKnown('nativeTheme', themeStandin);
const power = new PowerMonitorStandin();
export const powerMonitor = onlyKnown('powerMonitor', power);
export const screen = onlyKnown('screen', new ScreenStandin());

Object.assign(standin, {
  setSystemDark: (dark: boolean) => {
    themeStandin.setSystemDark(dark);
  },
  setIdleSeconds: (seconds: number) => {
    power.setIdleSeconds(seconds);
  },
  power: (event: 'suspend' | 'resume' | 'lock-screen' | 'unlock-screen') => power.emit(event),
});
