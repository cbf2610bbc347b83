/**
 * What a shop puts into its pages: `<script src="…/widget.js" data-account="KEY" async></script>`. Draws the button, opens
 * the frame of our server, and stays out of the page otherwise: its own styles, no cookie, nothing stored, nothing read.
 *
 * `data-lang="ja|en"` fixes the language, `data-side="left"` moves the button. `window.kanadeChat.open()` opens it.
 */
import { packed, readToLoader, type ToFrame } from './frame-messages.ts';

declare global {
  interface Window {
    kanadeChat?: { open(): void; close(): void };
  }
}

const styles = `
:host { all: initial; }
.launcher { position: fixed; bottom: 20px; right: 20px; z-index: 2147483000; width: 60px; height: 60px; border: 0; border-radius: 50%;
  cursor: pointer; display: grid; place-items: center; background: var(--colour, #3a4fc9); color: var(--ink, #fff);
  box-shadow: 0 4px 16px rgb(0 0 0 / .28); transition: transform .15s; }
.launcher:hover { transform: scale(1.05); }
.launcher:focus-visible { outline: 3px solid #fff; outline-offset: -6px; box-shadow: 0 0 0 4px var(--colour, #3a4fc9); }
.launcher svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.count { position: absolute; top: -4px; right: -4px; min-width: 22px; height: 22px; padding: 0 6px; box-sizing: border-box; border-radius: 11px;
  background: #c2183a; color: #fff; font: 700 13px/22px system-ui, sans-serif; text-align: center; }
.count[hidden], .frame[hidden] { display: none; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.frame { position: fixed; bottom: 92px; right: 20px; z-index: 2147483000; width: 384px; height: min(620px, calc(100dvh - 112px)); border: 0;
  border-radius: 16px; box-shadow: 0 12px 48px rgb(0 0 0 / .32); background: #fff; color-scheme: light dark; }
.frame.away { visibility: hidden; pointer-events: none; opacity: 0; transform: translateY(8px); }
.frame { transition: opacity .15s, transform .15s; }
.left .launcher, .left .frame { right: auto; left: 20px; }
@media (max-width: 480px) { .open .launcher { visibility: hidden; } .frame { inset: 0; width: 100%; height: 100dvh; border-radius: 0; } .left .frame { left: 0; } }
@media (prefers-reduced-motion: reduce) { .launcher, .frame { transition: none; } }
`;

const firstWords = {
  ja: { open: 'チャットを開く', close: 'チャットを閉じる' },
  en: { open: 'Open chat', close: 'Close chat' },
};

function start(script: HTMLScriptElement): void {
  const account = script.dataset['account'];
  if (account === undefined || account === '' || window.kanadeChat !== undefined) return;
  const server = new URL(script.src);
  const language = script.dataset['lang'] ?? (navigator.language.startsWith('ja') ? 'ja' : 'en');
  let words = firstWords[language === 'ja' ? 'ja' : 'en'];
  let isOpen = false;
  let unread = 0;

  const host = document.createElement('kanade-chat');
  const root = host.attachShadow({ mode: 'open' });
  // A constructed sheet needs no 'unsafe-inline' in the shop's own policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];
  const wrap = document.createElement('div');
  if (script.dataset['side'] === 'left') wrap.classList.add('left');
  const launcher = document.createElement('button');
  launcher.type = 'button';
  launcher.className = 'launcher';
  launcher.append(
    icon(
      'M21 11.5a8.4 8.4 0 0 1-9 8.4 9 9 0 0 1-3.9-.9L3 21l2-4.7a8 8 0 0 1-1.5-4.8A8.5 8.5 0 0 1 12 3a8.5 8.5 0 0 1 9 8.5z',
    ),
  );
  const count = document.createElement('span');
  count.className = 'count';
  count.hidden = true;
  count.setAttribute('aria-hidden', 'true');
  launcher.append(count);
  const said = document.createElement('p');
  said.className = 'said';
  said.setAttribute('role', 'status');
  const frame = document.createElement('iframe');
  frame.className = 'frame away';
  frame.src = `${server.origin}/widget/frame?account=${encodeURIComponent(account)}&lang=${encodeURIComponent(language)}`;
  frame.title = language === 'ja' ? 'チャット' : 'Chat';
  wrap.append(frame, launcher, said);
  root.append(wrap);

  function tell(message: ToFrame): void {
    frame.contentWindow?.postMessage(packed(message), server.origin);
  }
  function label(): void {
    const badge = unread === 0 ? '' : language === 'ja' ? `（未読 ${unread} 件）` : ` (${unread} unread)`;
    launcher.setAttribute('aria-label', isOpen ? words.close : words.open + badge);
    launcher.setAttribute('aria-expanded', String(isOpen));
    count.textContent = unread > 99 ? '99+' : String(unread);
    count.hidden = unread === 0 || isOpen;
  }
  function setOpen(open: boolean): void {
    if (isOpen === open) return;
    isOpen = open;
    frame.classList.toggle('away', !open);
    wrap.classList.toggle('open', open);
    label();
    tell({ type: open ? 'shown' : 'hidden' });
    // A hidden frame cannot be left by Tab: who closes it stands on the button again.
    if (open) frame.focus();
    else launcher.focus();
  }
  launcher.addEventListener('click', () => setOpen(!isOpen));
  host.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') setOpen(false);
  });
  window.addEventListener('message', (event) => {
    if (event.source !== frame.contentWindow || event.origin !== server.origin) return;
    const message = readToLoader(event.data);
    switch (message?.type) {
      case 'ready':
        tell({ type: isOpen ? 'shown' : 'hidden' });
        return;
      case 'look':
        words = { open: message.open, close: message.close };
        wrap.style.setProperty('--colour', message.colour);
        wrap.style.setProperty('--ink', message.ink);
        label();
        return;
      case 'unread':
        if (message.count > unread && !isOpen) said.textContent = message.words;
        unread = message.count;
        label();
        return;
      case 'close':
        setOpen(false);
        return;
      case undefined:
        return;
    }
  });
  label();
  document.body.append(host);
  window.kanadeChat = { open: () => setOpen(true), close: () => setOpen(false) };
}

function icon(d: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', d);
  svg.append(path);
  return svg;
}

// Only now: later, in a callback, nobody knows any more which script this is.
const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  // The shop's own page comes first; the frame is loaded when it has everything.
  if (document.readyState === 'complete') start(script);
  else window.addEventListener('load', () => start(script), { once: true });
}
