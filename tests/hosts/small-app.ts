/**
 * The built hosts, unmodified, around a small core and a small page: what a host does can be seen without a server and
 * without the desk. The core answers by echo and does what its test calls say.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';

const root = path.join(import.meta.dirname, '..', '..');

const CORE = `
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
const note = (what) => appendFileSync(path.join(workerData.dataDir, 'core-journal'), what + '\\n');
const ports = new Set();
const stale = (topic) => { for (const port of ports) port.postMessage({ t: 'stale', topics: [topic] }); };
let unread = 3, ringsUntil = 0, theme = 'dark', online = true;
note('started key=' + workerData.key.length);
parentPort.postMessage({ t: 'started' });
parentPort.on('message', (message) => {
  if (message.t === 'wake') note('woken');
  if (message.t === 'stop') { note('stopped'); parentPort.postMessage({ t: 'stopped' }); process.exit(0); }
  if (message.t !== 'attach') return;
  const { port } = message;
  ports.add(port);
  port.on('close', () => ports.delete(port));
  port.on('message', ({ id, method, input }) => {
    const left = ringsUntil - performance.now();
    const answers = {
      'device.get': { language: 'en', theme, textSize: 100, enterSends: false, storageGb: 5, holds: {} },
      'inbox.outline': { groups: [], total: 0, tabs: { all: 0, mine: 0, unassigned: 0, pending: 0 }, unreadConversations: unread },
      'connection.get': { state: online ? 'online' : 'offline' },
      'calls.signs': { ringing: left > 0 ? [{ callId: '0192f3a0-0000-7000-8000-000000000001', msLeft: left }] : [], talkingSince: null },
    };
    if (method === 'test.die') throw new Error('told to die');
    if (method === 'test.unread') { unread = input; stale('inbox'); }
    if (method === 'test.ring') { ringsUntil = performance.now() + input; stale('calls'); }
    if (method === 'test.theme') { theme = input; stale('device'); }
    if (method === 'test.offline') { online = false; stale('connection'); }
    if (method === 'test.fatal') parentPort.postMessage({ t: 'fatal', reason: 'the files are of a newer version' });
    port.postMessage({ t: 'reply', id, ok: true, output: answers[method] ?? { echo: input, windows: ports.size } });
  });
});`;

const PAGE = `<!doctype html><html lang="ja"><meta charset="utf-8"><title>small</title>
<a id="web" href="https://www.example.co.jp/help" target="_blank" rel="noopener">web</a>
<a id="router" href="https://192.168.0.1/" target="_blank">router</a>
<a id="away" href="https://www.example.co.jp/">away</a>
<iframe id="mail" sandbox title="mail"></iframe><p id="state"></p>
<script>window.inlineRan = true;</script>
<script type="module" src="./small-page.js"></script></html>`;

const SCRIPT = `
import { connectHost } from ${JSON.stringify(path.join(root, 'src', 'renderer', 'console', 'connect-host.ts'))};
const look = { theme: document.documentElement.dataset.theme, lang: document.documentElement.lang, dark: matchMedia('(prefers-color-scheme: dark)').matches };
const evaluated = (() => { try { return String(new Function('return 1')()); } catch (error) { return error.name; } })();
const port = await connectHost();
const heard = [];
port.onFrame((frame) => heard.push(frame));
let last = 0;
const call = (method, input) => new Promise((resolve) => {
  const id = ++last;
  const off = port.onFrame((frame) => { 
    // As console-client.ts: when everything is stale, no answer will come any more.
    const isLost = frame.t === 'stale' && frame.topics.includes('*');
    if (isLost || (frame.t === 'reply' && frame.id === id)) { off(); resolve(isLost ? { ok: false, refusal: { why: 'failed' } } : frame); }
  });
  port.send({ t: 'call', id, method, input });
});
document.querySelector('#mail').srcdoc = '<p style="color: rgb(1, 2, 3)">mail</p><img src="https://www.example.co.jp/x.png"><script>parent.mailRan = true<' + '/script>';
Object.assign(window, { small: { look, evaluated, port, heard, call } });
document.querySelector('#state').textContent = 'ready';`;

let made: Promise<string> | undefined;

/** Folder of the app, made once for each worker; \`out/\` must have been built. */
export function smallApp(): Promise<string> {
  made ??= make();
  return made;
}

async function make(): Promise<string> {
  if (!existsSync(path.join(root, 'out', 'main', 'index.js'))) throw new Error('out/ is not there: npm run build');
  const app = mkdtempSync(path.join(tmpdir(), 'small-app-'));
  process.once('exit', () => rmSync(app, { recursive: true, force: true }));
  for (const part of ['main', 'preload'])
    cpSync(path.join(root, 'out', part), path.join(app, 'out', part), { recursive: true });
  cpSync(path.join(root, 'resources'), path.join(app, 'resources'), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(app, 'node_modules'));
  writeFileSync(
    path.join(app, 'package.json'),
    JSON.stringify({ name: 'kanade', version: '0.0.1', type: 'module', main: 'out/main/index.js' }),
  );
  writeFileSync(path.join(app, 'out', 'main', 'core-thread.js'), CORE);
  mkdirSync(path.join(app, 'page'));
  writeFileSync(path.join(app, 'page', 'small-page.js'), SCRIPT);
  await build({
    root: path.join(app, 'page'),
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: path.join(app, 'out', 'renderer'),
      emptyOutDir: true,
      rolldownOptions: { input: path.join(app, 'page', 'small-page.js'), output: { entryFileNames: 'small-page.js' } },
    },
  });
  // Put there by hand: the builder would move the inline script, which has to be refused, into a file.
  writeFileSync(path.join(app, 'out', 'renderer', 'index.html'), PAGE);
  return app;
}

/** What the small page puts on \`window\`. */
export type Small = {
  look: { theme: string | undefined; lang: string; dark: boolean };
  /** What became of `new Function` in a script of the page itself; Playwright's own evaluate may do more. */
  evaluated: string;
  port: { send(frame: unknown): void };
  heard: { t: string; topics?: string[] }[];
  call(method: string, input: unknown): Promise<{ ok: boolean; output?: unknown; refusal?: { why: string } }>;
};
declare global {
  // Playwright's page.evaluate runs in that page.
  var small: Small;
}
