/** The smallest app that uses what the product's main bundle uses: one sender-checked channel, relayed to a worker thread. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { app, BrowserWindow, ipcMain, nativeTheme, protocol, safeStorage, session, shell } from 'electron';

protocol.registerSchemesAsPrivileged([
  { scheme: 'sample', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'";
const PAGES = {
  '/index.html': [
    'text/html',
    '<!doctype html><title>sample</title><p id="out"></p><a id="away" href="https://example.invalid/">away</a><a id="blank" href="https://example.invalid/help" target="_blank">blank</a><script src="page.js"></script>',
  ],
  '/page.js': [
    'text/javascript',
    "window.atFirstScript = typeof window.wire; window.wire.onFrame((frame) => { document.querySelector('#out').textContent = JSON.stringify(frame); });",
  ],
};

if (!app.requestSingleInstanceLock()) app.quit();
else void app.whenReady().then(start);

async function start() {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.webRequest.onBeforeRequest((details, answer) =>
    answer({ cancel: !details.url.startsWith('sample://app/') }),
  );
  protocol.handle('sample', (request) => {
    const [type, body] = PAGES[new URL(request.url).pathname] ?? [];
    if (type === undefined) return new Response('', { status: 404 });
    return new Response(body, { headers: { 'content-type': type, 'content-security-policy': POLICY } });
  });
  nativeTheme.themeSource = 'dark';

  const { result: key } = await safeStorage.decryptStringAsync(await safeStorage.encryptStringAsync('ab'.repeat(32)));
  const thread = new Worker(new URL('./thread.js', import.meta.url), {
    workerData: { file: path.join(app.getPath('userData'), 'sample.db'), key },
  });
  const window = new BrowserWindow({
    width: 900,
    height: 640,
    show: false,
    webPreferences: {
      preload: path.join(import.meta.dirname, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    },
  });
  ipcMain.on('frame', (event, frame) => {
    if (event.senderFrame !== window.webContents.mainFrame || event.senderFrame.origin !== 'sample://app') return;
    thread.postMessage(frame);
  });
  thread.on('message', (frame) => window.webContents.send('frame', frame));
  window.webContents.setWindowOpenHandler(({ url }) => {
    void shell.openExternal(url);
    return { action: 'deny' };
  });
  window.webContents.on('will-navigate', (event) => event.preventDefault());
  window.webContents.on('render-process-gone', () => window.webContents.reload());
  window.once('ready-to-show', () => window.show());
  app.on('second-instance', () => window.focus());
  app.on('window-all-closed', () => app.quit());
  await window.loadURL('sample://app/index.html');
}
