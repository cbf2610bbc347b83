/** `BrowserWindow`: what can be seen of a window is remembered, what a page shows is a real Chromium page. */
import { appStandin, closing, getChromium } from './app.ts';
import { themeStandin } from './system.ts';
import { KnownEmitter, notImplemented, onlyKnown, refuseUnknownOptions } from './only-known.ts';
import { saw } from './run.ts';
import { WebContentsStandin } from './web-contents.ts';

const EVENTS = [
  'close',
  'closed',
  'show',
  'hide',
  'focus',
  'blur',
  'ready-to-show',
  'minimize',
  'restore',
  'maximize',
  'unmaximize',
  'resize',
  'resized',
  'move',
  'moved',
  'page-title-updated',
  'query-session-end',
  'session-end',
  'unresponsive',
];
const OPTIONS = [
  'width',
  'height',
  'x',
  'y',
  'minWidth',
  'minHeight',
  'show',
  'title',
  'icon',
  'backgroundColor',
  'titleBarStyle',
  'titleBarOverlay',
  'autoHideMenuBar',
  'webPreferences',
  'paintWhenInitiallyHidden',
  'center',
  'frame',
];
const PREFERENCES = [
  'preload',
  'sandbox',
  'contextIsolation',
  'nodeIntegration',
  'webSecurity',
  'backgroundThrottling',
  'spellcheck',
  'webviewTag',
  'nodeIntegrationInWorker',
  'nodeIntegrationInSubFrames',
  'navigateOnDragDrop',
  'devTools',
  'safeDialogs',
  'enableWebSQL',
  'additionalArguments',
];

type Bounds = { x: number; y: number; width: number; height: number };
type Options = Partial<Bounds> & { show?: boolean; title?: string; webPreferences?: Record<string, unknown> };

export class BrowserWindowStandin extends KnownEmitter {
  private static lastId = 0;
  private static readonly all = new Set<BrowserWindowStandin>();
  private static focused: BrowserWindowStandin | null = null;
  static getAllWindows(): BrowserWindowStandin[] {
    return [...BrowserWindowStandin.all];
  }
  static getFocusedWindow(): BrowserWindowStandin | null {
    return BrowserWindowStandin.focused;
  }
  static fromWebContents(contents: WebContentsStandin | undefined): BrowserWindowStandin | null {
    return [...BrowserWindowStandin.all].find((window) => window.webContents.id === contents?.id) ?? null;
  }
  static fromId(id: number): BrowserWindowStandin | null {
    return [...BrowserWindowStandin.all].find((window) => window.id === id) ?? null;
  }

  readonly id: number;
  readonly webContents: WebContentsStandin;
  private bounds: Bounds;
  private title: string;
  private visible: boolean;
  private minimized = false;
  private maximized = false;
  private gone = false;
  private readonly self: BrowserWindowStandin;

  constructor(options: Options = {}) {
    super('BrowserWindow', EVENTS);
    if (!appStandin.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    refuseUnknownOptions('BrowserWindow', options, OPTIONS);
    const preferences = options.webPreferences ?? {};
    refuseUnknownOptions('BrowserWindow webPreferences', preferences, PREFERENCES);
    if (
      preferences['sandbox'] === false ||
      preferences['contextIsolation'] === false ||
      preferences['nodeIntegration'] === true
    ) {
      throw notImplemented('a window without sandbox or contextIsolation, or with nodeIntegration');
    }
    BrowserWindowStandin.lastId += 1;
    this.id = BrowserWindowStandin.lastId;
    this.bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 };
    this.title = options.title ?? appStandin.getName();
    this.visible = options.show !== false;
    const preload = preferences['preload'];
    const self = onlyKnown('BrowserWindow', this);
    this.self = self;
    this.webContents = new WebContentsStandin({
      destroyed: () => this.gone,
      close: () => {
        this.close();
      },
      width: this.bounds.width,
      height: this.bounds.height,
      preload: typeof preload === 'string' ? preload : undefined,
    });
    void this.webContents.useColours(themeStandin.shouldUseDarkColors ? 'dark' : 'light').catch(() => undefined);
    void this.webContents.resize(this.bounds.width, this.bounds.height).catch(() => undefined);
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show', {}));
    BrowserWindowStandin.all.add(self);
    saw('BrowserWindow', { ...options, webPreferences: preferences });
    setImmediate(() => {
      appStandin.emit('web-contents-created', {}, this.webContents);
      appStandin.emit('browser-window-created', {}, self);
    });
    return self;
  }

  loadURL(address: string): Promise<void> {
    return this.webContents.loadURL(address);
  }
  show(): void {
    this.showInactive();
    this.focus();
  }
  showInactive(): void {
    saw('BrowserWindow.showInactive', this.id);
    this.minimized = false;
    if (this.visible) return;
    this.visible = true;
    this.emit('show', {});
  }
  hide(): void {
    this.visible = false;
    this.blur();
    this.emit('hide', {});
  }
  focus(): void {
    saw('BrowserWindow.focus', this.id);
    if (BrowserWindowStandin.focused === this.self) return;
    BrowserWindowStandin.focused?.blur();
    BrowserWindowStandin.focused = this.self;
    void this.webContents.bringToFront().catch(() => undefined);
    this.emit('focus', {});
  }
  blur(): void {
    if (BrowserWindowStandin.focused !== this.self) return;
    BrowserWindowStandin.focused = null;
    this.emit('blur', {});
  }
  isVisible(): boolean {
    return this.visible && !this.minimized;
  }
  isFocused(): boolean {
    return BrowserWindowStandin.focused === this.self;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  minimize(): void {
    this.minimized = true;
    this.blur();
    this.emit('minimize', {});
  }
  restore(): void {
    this.minimized = false;
    this.emit('restore', {});
  }
  maximize(): void {
    this.maximized = true;
    this.emit('maximize', {});
  }
  unmaximize(): void {
    this.maximized = false;
    this.emit('unmaximize', {});
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  isFullScreen(): boolean {
    return false;
  }
  moveTop(): void {
    saw('BrowserWindow.moveTop', this.id);
  }
  setAlwaysOnTop(flag: boolean, level?: string): void {
    saw('BrowserWindow.setAlwaysOnTop', this.id, flag, level);
  }
  flashFrame(flag: boolean): void {
    saw('BrowserWindow.flashFrame', this.id, flag);
  }
  setTitleBarOverlay(overlay: object): void {
    saw('BrowserWindow.setTitleBarOverlay', this.id, overlay);
  }
  setOverlayIcon(icon: { isEmpty(): boolean } | null, description: string): void {
    saw('BrowserWindow.setOverlayIcon', this.id, icon !== null && !icon.isEmpty(), description);
  }
  setBackgroundColor(colour: string): void {
    saw('BrowserWindow.setBackgroundColor', this.id, colour);
  }
  removeMenu(): void {
    saw('BrowserWindow.removeMenu', this.id);
  }
  setTitle(title: string): void {
    this.title = title;
  }
  getTitle(): string {
    return this.title;
  }
  getBounds(): Bounds {
    return { ...this.bounds };
  }
  getNormalBounds(): Bounds {
    return { ...this.bounds };
  }
  setBounds(bounds: Partial<Bounds>): void {
    this.bounds = { ...this.bounds, ...bounds };
    void this.webContents.resize(this.bounds.width, this.bounds.height).catch(() => undefined);
    this.emit('resize', {});
    this.emit('resized', {});
  }
  isDestroyed(): boolean {
    return this.gone;
  }
  close(): void {
    if (!this.offer('close')) this.destroy();
  }
  destroy(): void {
    if (this.gone) return;
    this.blur();
    this.gone = true;
    BrowserWindowStandin.all.delete(this.self);
    void this.webContents.end();
    this.emit('closed', {});
    if (BrowserWindowStandin.all.size === 0 && !appStandin.isQuitting()) {
      setImmediate(() => {
        if (appStandin.listenerCount('window-all-closed') > 0) appStandin.emit('window-all-closed');
        else appStandin.quit();
      });
    }
  }
}

closing.allWindows = () => {
  for (const window of BrowserWindowStandin.getAllWindows()) window.close();
  return BrowserWindowStandin.getAllWindows().length === 0;
};

void appStandin.whenReady().then(async () => {
  const { browser } = getChromium();
  // A page that opened a window although the app said no, or that nobody asked for, is closed again.
  browser.on('Target.targetCreated', ({ targetInfo }) => {
    if (
      targetInfo.type === 'page' &&
      targetInfo.openerId !== undefined &&
      !WebContentsStandin.isOurs(targetInfo.targetId)
    ) {
      void browser.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => undefined);
    }
  });
  await browser.send('Target.setDiscoverTargets', { discover: true });
  themeStandin.on('updated', () => {
    for (const window of BrowserWindowStandin.getAllWindows())
      void window.webContents.useColours(themeStandin.shouldUseDarkColors ? 'dark' : 'light').catch(() => undefined);
  });
});
