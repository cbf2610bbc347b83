/**
 * `webContents` of one window: the preload in its isolated world, frames over IPC, own scheme, navigation. One instance
 * holds one Chromium target. It never shows or hides anything: that is the window's business.
 */
import { readFileSync } from 'node:fs';
import { getChromium } from './app.ts';
import type { Session } from './chromium.ts';
import { ipcMainStandin } from './ipc-main.ts';
import { KnownEmitter, notImplemented, onlyKnown } from './only-known.ts';
import { fromHttps, toHttps } from './protocol.ts';
import { settlePermissions, defaultSession } from './session.ts';
import { makeMainFrame } from './main-frame.ts';
import { passRequest } from './pass-request.ts';
import { fromWire, toWire } from './wire.ts';

const EVENTS = [
  'did-finish-load',
  'did-fail-load',
  'dom-ready',
  'did-navigate',
  'did-start-navigation',
  'will-navigate',
  'will-redirect',
  'will-attach-webview',
  'render-process-gone',
  'unresponsive',
  'responsive',
  'destroyed',
  'preload-error',
  'console-message',
  'page-title-updated',
];
const WORLD = 'electron-preload';
const BINDING = '__electronStandinIpc';

export type Owner = { destroyed(): boolean; close(): void; width: number; height: number; preload: string | undefined };
type OpenHandler = (details: { url: string; frameName: string; features: string; disposition: string }) => {
  action: 'allow' | 'deny';
};

const source = (file: string): string => readFileSync(new URL(`../worlds/${file}`, import.meta.url), 'utf8');

export class WebContentsStandin extends KnownEmitter {
  private static lastId = 0;
  private static readonly byTarget = new Map<string, WebContentsStandin>();
  static fromDevToolsTargetId(targetId: string): WebContentsStandin | undefined {
    return WebContentsStandin.byTarget.get(targetId);
  }
  static getAllWebContents(): WebContentsStandin[] {
    return [...WebContentsStandin.byTarget.values()];
  }
  static isOurs(targetId: string): boolean {
    return WebContentsStandin.byTarget.has(targetId);
  }

  readonly id: number;
  readonly session = defaultSession;
  readonly mainFrame = makeMainFrame();
  targetId = '';
  private readonly owner: Owner;
  private readonly attached: Promise<Session>;
  private preloadContext: string | undefined;
  private frameId = '';
  private crashed = false;
  private askOpen: OpenHandler | undefined;
  private expects: string | undefined;
  private readonly self: WebContentsStandin;

  constructor(owner: Owner) {
    super('webContents', EVENTS);
    WebContentsStandin.lastId += 1;
    this.id = WebContentsStandin.lastId;
    this.owner = owner;
    const self = onlyKnown('webContents', this);
    this.self = self;
    this.attached = this.attach();
    this.attached.catch((error: unknown) => {
      if (!owner.destroyed()) process.stderr.write(`electron stand-in: the window could not open: ${String(error)}\n`);
    });
    return self;
  }

  private async attach(): Promise<Session> {
    const chromium = getChromium();
    const { targetId } = await chromium.browser.send('Target.createTarget', {
      url: 'about:blank',
      newWindow: true,
      width: this.owner.width,
      height: this.owner.height,
    });
    this.targetId = targetId;
    WebContentsStandin.byTarget.set(targetId, this.self);
    const { sessionId } = await chromium.browser.send('Target.attachToTarget', { targetId, flatten: true });
    const session = chromium.sessionOf(sessionId);
    this.listen(session);
    await session.send('Page.enable');
    await session.send('Runtime.enable');
    await session.send('Inspector.enable');
    await session.send('Network.enable');
    this.frameId = (await session.send('Page.getFrameTree')).frameTree.frame.id;
    await session.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] });
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: source('main-world.js') });
    const { preload } = this.owner;
    if (preload !== undefined) {
      await session.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
      const code = readFileSync(preload, 'utf8');
      await session.send('Page.addScriptToEvaluateOnNewDocument', {
        worldName: WORLD,
        source: source('preload-world.js').replace('/*PRELOAD*/', () => code),
      });
    }
    return session;
  }

  private listen(session: Session): void {
    session.on('Runtime.executionContextCreated', ({ context }) => {
      const frame: unknown = context.auxData && Reflect.get(context.auxData, 'frameId');
      if (context.name === WORLD && frame === this.frameId) this.preloadContext = context.uniqueId;
    });
    session.on('Runtime.exceptionThrown', ({ exceptionDetails }) => {
      process.stderr.write(
        `electron stand-in: page error: ${exceptionDetails.exception?.description ?? exceptionDetails.text}\n`,
      );
    });
    session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId !== undefined) return;
      this.crashed = false;
      this.mainFrame.url = fromHttps(frame.url);
      this.emit('did-navigate', {}, this.mainFrame.url, 200, 'OK');
    });
    session.on('Page.domContentEventFired', () => this.emit('dom-ready', {}));
    session.on('Page.loadEventFired', () => this.emit('did-finish-load', {}));
    session.on('Inspector.targetCrashed', () => {
      this.crashed = true;
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    });
    session.on('Page.windowOpen', ({ url, windowName, windowFeatures }) => {
      const details = {
        url: fromHttps(url),
        frameName: windowName,
        features: windowFeatures.join(','),
        disposition: 'foreground-tab',
      };
      if (this.askOpen?.(details).action !== 'deny')
        process.stderr.write(`${notImplemented('a window opened by a page').message}\n`);
    });
    session.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === BINDING)
        void this.receive(JSON.parse(payload) as { t: string; id: number; channel: string; args: unknown[] });
    });
    session.on('Fetch.requestPaused', (paused) => {
      const isMainDocument = paused.resourceType === 'Document' && paused.frameId === this.frameId;
      void passRequest(
        session,
        paused,
        isMainDocument ? () => this.mayNavigate(fromHttps(paused.request.url)) : () => true,
      ).catch((error: unknown) => {
        if (!this.owner.destroyed())
          process.stderr.write(`electron stand-in: request ${paused.request.url}: ${String(error)}\n`);
      });
    });
  }

  /** A navigation that the main bundle did not ask for is offered to its `will-navigate` listeners. */
  private mayNavigate(url: string): boolean {
    if (this.expects === url) {
      this.expects = undefined;
      return true;
    }
    return !this.offer('will-navigate', { url, isMainFrame: true, isSameDocument: false });
  }

  private async receive(message: { t: string; id: number; channel: string; args: unknown[] }): Promise<void> {
    const event = {
      sender: this.self,
      senderFrame: this.mainFrame,
      frameId: 1,
      processId: 1,
      reply: (channel: string, ...args: unknown[]) => {
        this.send(channel, ...args);
      },
    };
    const args = message.args.map(fromWire);
    if (message.t === 'send') {
      ipcMainStandin.emit(message.channel, event, ...args);
      return;
    }
    let reply: { value: unknown } | { error: string };
    try {
      reply = { value: toWire(await ipcMainStandin.answer(message.channel, event, args)) };
    } catch (error) {
      reply = { error: `Error invoking remote method '${message.channel}': ${String(error)}` };
    }
    this.callPreload('__electronStandinReply', message.id, reply);
  }

  private callPreload(name: string, ...args: unknown[]): void {
    // Resolved at once when attached, so the order of two sends is kept.
    void this.attached
      .then((session) => {
        if (this.preloadContext === undefined || this.owner.destroyed()) return undefined;
        return session.send('Runtime.evaluate', {
          expression: `globalThis.${name}?.(...${JSON.stringify(args)})`,
          uniqueContextId: this.preloadContext,
        });
      })
      // The document went away meanwhile: Electron drops such a message too.
      .catch(() => undefined);
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.owner.destroyed()) throw new TypeError('Object has been destroyed');
    this.callPreload('__electronStandinReceive', channel, args.map(toWire));
  }
  async loadURL(address: string): Promise<void> {
    const session = await this.attached;
    const https = toHttps(address);
    if (/^https?:/.test(https)) await settlePermissions(new URL(https).origin);
    const loaded = new Promise<void>((resolve) =>
      this.once('did-finish-load', () => {
        resolve();
      }),
    );
    this.expects = fromHttps(https);
    const { errorText } = await session.send('Page.navigate', { url: https });
    if (errorText !== undefined) {
      this.emit('did-fail-load', {}, -2, errorText, address, true);
      throw new Error(`${errorText} loading '${address}'`);
    }
    await loaded;
  }
  reload(): void {
    this.expects = this.mainFrame.url;
    void this.attached
      .then((session) =>
        this.crashed
          ? session.send('Page.navigate', { url: toHttps(this.mainFrame.url) })
          : session.send('Page.reload'),
      )
      .catch((error: unknown) => process.stderr.write(`electron stand-in: reload: ${String(error)}\n`));
  }
  getURL(): string {
    return this.mainFrame.url;
  }
  getTitle(): Promise<string> {
    return this.executeJavaScript('document.title') as Promise<string>;
  }
  async executeJavaScript(code: string): Promise<unknown> {
    const session = await this.attached;
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression: code,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as unknown;
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.askOpen = handler;
  }
  forcefullyCrashRenderer(): void {
    // The renderer is gone before it could answer, so the command itself fails.
    void this.attached.then((session) => session.send('Page.crash')).catch(() => undefined);
  }
  isCrashed(): boolean {
    return this.crashed;
  }
  isDestroyed(): boolean {
    return this.owner.destroyed();
  }
  close(options: { waitForBeforeUnload?: boolean } = {}): void {
    if (options.waitForBeforeUnload === true) throw notImplemented('webContents.close({ waitForBeforeUnload })');
    this.owner.close();
  }
  setBackgroundThrottling(): void {
    // Chromium is started with throttling off for every window.
  }

  /** Not part of Electron: used by the window. */
  async useColours(scheme: 'light' | 'dark'): Promise<void> {
    const session = await this.attached;
    await session.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  }
  /** Not part of Electron: the inside of a frameless window is as large as the window. */
  async resize(width: number, height: number): Promise<void> {
    const session = await this.attached;
    await session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 0, mobile: false });
  }
  async bringToFront(): Promise<void> {
    const session = await this.attached;
    await session.send('Page.bringToFront');
  }
  async end(): Promise<void> {
    await this.attached.catch(() => undefined);
    WebContentsStandin.byTarget.delete(this.targetId);
    await getChromium()
      .browser.send('Target.closeTarget', { targetId: this.targetId })
      .catch(() => undefined);
    this.emit('destroyed');
  }
}
