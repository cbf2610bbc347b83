/** The frame of the widget: puts form, chat and offline form together, and tells the page around it what it may know. */
import { newId } from '../shared/domain/clock.ts';
import {
  accountKeySchema,
  languageSchema,
  type WidgetLanguage,
  type WidgetSettings,
} from '../shared/widget-protocol.ts';
import { type DrawnChat, drawChat } from './draw-chat.ts';
import { drawForm, type Filled } from './draw-form.ts';
import { packed, readToFrame, type ToLoader } from './frame-messages.ts';
import { icons, make, makeIcon } from './make-element.ts';
import { newVisitorToken, openVisitorStore, storageOf } from './stored-visitor.ts';
import { type Kept, openWidgetClient, type Visitor, type WidgetClient } from './widget-client.ts';
import { openWidgetHttp } from './widget-http.ts';
import { errorWords, wordsIn } from './words.ts';

const clock = { now: () => Date.now() };
const random = { next: () => Math.random(), bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) };
/** How often to ask again for a server that cannot be reached, in ms. */
const ASK_AGAIN_MS = 10_000;

const query = new URLSearchParams(location.search);
const account = accountKeySchema.catch('').parse(query.get('account') ?? '');
const store = openVisitorStore(account, storageOf(window));
const http = openWidgetHttp(location.origin, account);

let language: WidgetLanguage = languageSchema
  .catch(navigator.language.startsWith('ja') ? 'ja' : 'en')
  .parse(query.get('lang'));
let settings: WidgetSettings | null = null;
let client: WidgetClient | null = null;
let chat: DrawnChat | null = null;
let view: 'loading' | 'form' | 'chat' | 'offline' | 'offlineSent' = 'loading';
let isShown = window.parent === window;
let isUnreachable = false;
let filled: Partial<Filled> = {};
let draft = '';
let offlineId = newId(clock, random);
let askAgain: ReturnType<typeof setTimeout> | undefined;
let focusView = (): void => undefined;

function tellLoader(message: ToLoader): void {
  // The page around is not known by name here; nothing in these messages is secret (see frame-messages.ts).
  if (window.parent !== window) window.parent.postMessage(packed(message), '*');
}

function startClient(visitor: Visitor, resume?: Kept): WidgetClient {
  const opened = openWidgetClient({
    serverUrl: location.origin,
    account,
    language,
    visitor,
    clock,
    random,
    ...(resume === undefined ? {} : { resume }),
    keep: (kept) => store.save(visitor, kept),
  });
  let unread = 0;
  opened.onChange((state) => {
    chat?.show(state);
    drawAvailability();
    if (isShown && document.visibilityState === 'visible' && chat?.isAtEnd() === true) opened.markRead();
    if (opened.state().unread === unread) return;
    unread = opened.state().unread;
    tellLoader({ type: 'unread', count: unread, words: unread === 0 ? '' : wordsIn(language).newMessages(unread) });
  });
  return opened;
}

function startChat(now: Filled): null {
  const visitor: Visitor = { token: newVisitorToken(), name: now.name, mail: now.mail };
  store.save(visitor, { waiting: [], readUpTo: null });
  client = startClient(visitor);
  client.say(now.text);
  filled = { ...now, text: '' };
  show('chat');
  return null;
}

async function sendOffline(now: Filled): Promise<string | null> {
  const outcome = await http.sendOfflineForm({ ...now, mail: now.mail ?? '', clientMessageId: offlineId, language });
  if (!outcome.ok) return errorWords(wordsIn(language), outcome.why);
  offlineId = newId(clock, random);
  filled = { ...now, text: '' };
  show('offlineSent');
  return null;
}

function leave(): void {
  client?.close();
  client = null;
  chat = null;
  store.forget();
  filled = {};
  draft = '';
  tellLoader({ type: 'unread', count: 0, words: '' });
  show(settings?.isOpen === false ? 'offline' : 'form');
}

const body = make('div', { class: 'body' });
const title = make('h1', {});
const badge = make('span', { class: 'badge', hidden: true });
const availability = make('p', { class: 'availability' });
const languageButton = make('button', { type: 'button', class: 'plain' });
const leaveButton = make('button', { type: 'button', class: 'icon' }, makeIcon(...icons.leave));
const closeButton = make('button', { type: 'button', class: 'icon' }, makeIcon(...icons.close));
const sure = make('div', { class: 'sure', role: 'alertdialog', hidden: true });
const panel = make(
  'main',
  { class: 'panel' },
  make(
    'header',
    {},
    make('div', { class: 'who' }, make('div', { class: 'title' }, title, badge), availability),
    languageButton,
    leaveButton,
    closeButton,
  ),
  sure,
  body,
);

function drawAvailability(): void {
  const words = wordsIn(language);
  const isOpen = client?.state().isOpen ?? settings?.isOpen ?? null;
  availability.textContent = isOpen === null ? '' : isOpen ? words.openNow : words.closedNow;
  availability.classList.toggle('open', isOpen === true);
}

function drawAround(): void {
  const words = wordsIn(language);
  document.documentElement.lang = language;
  document.title = words.chat;
  title.textContent = settings?.name ?? words.chat;
  badge.textContent = words.demo;
  badge.hidden = settings?.isDemo !== true;
  languageButton.textContent = words.otherLanguage;
  languageButton.lang = language === 'ja' ? 'en' : 'ja';
  for (const [button, label] of [
    [leaveButton, words.leave],
    [closeButton, words.closeChat],
  ] as const) {
    button.setAttribute('aria-label', label);
    button.title = label;
  }
  leaveButton.hidden = client === null;
  closeButton.hidden = window.parent === window;
  drawAvailability();
  if (settings === null) return;
  if (settings.isDemo) loadDemoFonts();
  const { colour } = settings;
  const ink = inkOn(colour);
  document.documentElement.style.setProperty('--colour', colour);
  document.documentElement.style.setProperty('--on-colour', ink);
  tellLoader({ type: 'look', colour, ink, open: words.openChat, close: words.closeChat });
}

function show(next: typeof view): void {
  view = next;
  const words = wordsIn(language);
  drawAround();
  sure.hidden = true;
  chat = null;
  const remember = (now: Partial<Filled>): void => void (filled = now);
  switch (view) {
    case 'loading': {
      const again = make('button', { type: 'button', class: 'primary' }, words.tryAgain);
      again.addEventListener('click', () => void begin());
      body.replaceChildren(
        make('p', { class: 'intro', role: 'status' }, isUnreachable ? words.unreachable : words.loading),
        ...(isUnreachable ? [again] : []),
      );
      focusView = () => again.focus();
      break;
    }
    case 'form': {
      const intro = settings?.greeting[language] ?? '';
      const form = drawForm({
        words,
        kind: 'start',
        title: null,
        intro,
        filled,
        remember,
        submit: async (now) => startChat(now),
      });
      body.replaceChildren(form.element);
      focusView = form.focus;
      break;
    }
    case 'offline': {
      const intro = client === null ? words.offlineText : words.offlineTextUnreachable;
      const form = drawForm({
        words,
        kind: 'offline',
        title: words.offlineTitle,
        intro,
        filled,
        remember,
        submit: sendOffline,
      });
      body.replaceChildren(form.element, ...backToChat(words.backToChat));
      focusView = form.focus;
      break;
    }
    case 'offlineSent': {
      const more = make('button', { type: 'button', class: 'primary' }, words.askMore);
      more.addEventListener('click', () => show('offline'));
      body.replaceChildren(
        make('p', { class: 'intro', role: 'status' }, words.offlineSent),
        more,
        ...backToChat(words.backToChat),
      );
      focusView = () => more.focus();
      break;
    }
    case 'chat': {
      if (client === null) return;
      const shown = drawChat({
        words,
        language,
        client,
        draft,
        onDraft: (text) => void (draft = text),
        now: clock.now,
        writeMail: () => {
          filled = { ...filled, text: filled.text === undefined || filled.text === '' ? draft : filled.text };
          show('offline');
        },
      });
      chat = shown;
      body.replaceChildren(shown.element);
      shown.show(client.state());
      focusView = shown.focus;
      break;
    }
  }
  if (isShown) focusView();
}

function backToChat(label: string): HTMLElement[] {
  if (client === null) return [];
  const back = make('button', { type: 'button', class: 'link' }, label);
  back.addEventListener('click', () => show('chat'));
  return [back];
}

/** The demo must be readable on a bare machine too: there, and only there, a Japanese font comes along, piece by piece. */
function loadDemoFonts(): void {
  if (document.querySelector('link[data-fonts]') !== null) return;
  document.head.append(make('link', { rel: 'stylesheet', href: '/widget/assets/demo-fonts.css', 'data-fonts': true }));
}

/** White or black, whichever can be read better on a colour (WCAG relative luminance). */
function inkOn(colour: string): string {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000';
}

async function begin(): Promise<void> {
  const stored = store.load();
  if (stored !== null && client === null) {
    client = startClient(stored.visitor, stored.kept);
    filled = { name: stored.visitor.name, mail: stored.visitor.mail };
    show('chat');
  }
  settings = await http.readSettings();
  isUnreachable = settings === null;
  clearTimeout(askAgain);
  if (isUnreachable) askAgain = setTimeout(() => void begin(), ASK_AGAIN_MS);
  if (client === null) show(settings === null ? 'loading' : settings.isOpen ? 'form' : 'offline');
  else drawAround();
}

function hide(): void {
  // At once, not when the page around has answered: an answer that comes in between was not seen.
  if (window.parent !== window) isShown = false;
  tellLoader({ type: 'close' });
}

languageButton.addEventListener('click', () => {
  language = language === 'ja' ? 'en' : 'ja';
  show(view);
  languageButton.focus();
});
closeButton.addEventListener('click', hide);
leaveButton.addEventListener('click', () => {
  const words = wordsIn(language);
  const yes = make('button', { type: 'button', class: 'primary' }, words.leaveYes);
  const no = make('button', { type: 'button', class: 'link' }, words.cancel);
  yes.addEventListener('click', leave);
  no.addEventListener('click', () => {
    sure.hidden = true;
    leaveButton.focus();
  });
  sure.replaceChildren(make('p', { id: 'kanade-sure' }, words.leaveSure), yes, no);
  sure.setAttribute('aria-labelledby', 'kanade-sure');
  sure.hidden = false;
  no.focus();
});
document.addEventListener('keydown', (event) => {
  // Esc also ends a composition of an input method: that one is not for us.
  if (event.key !== 'Escape' || event.isComposing || event.keyCode === 229) return;
  if (sure.hidden) hide();
  else {
    sure.hidden = true;
    leaveButton.focus();
  }
});
document.addEventListener('visibilitychange', markReadIfSeen);
window.addEventListener('message', (event) => {
  const message = readToFrame(event.data);
  if (event.source !== window.parent || message === null) return;
  isShown = message.type === 'shown';
  if (!isShown) return;
  focusView();
  markReadIfSeen();
});
function markReadIfSeen(): void {
  if (isShown && document.visibilityState === 'visible' && chat?.isAtEnd() === true) client?.markRead();
}
// The notice of a broken line changes with time alone.
setInterval(() => {
  if (client !== null && client.state().connection !== 'online') chat?.show(client.state());
}, 2_000);

document.body.append(panel);
show('loading');
tellLoader({ type: 'ready' });
void begin();
