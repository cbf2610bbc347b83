/** Draws the chat itself and keeps it level with its state: the log, who types, what is wrong with the line, the composer. */
import type { WidgetLanguage } from '../shared/widget-protocol.ts';
import type { ChatLine } from './chat-log.ts';
import { drawComposer } from './draw-composer.ts';
import { drawLine, faceOf } from './draw-line.ts';
import { icons, make, makeIcon } from './make-element.ts';
import type { ChatState, WidgetClient } from './widget-client.ts';
import type { WidgetWords } from './words.ts';

export type ChatParts = {
  words: WidgetWords;
  language: WidgetLanguage;
  client: WidgetClient;
  draft: string;
  onDraft: (text: string) => void;
  /** The visitor would rather write a mail. */
  writeMail: () => void;
  now: () => number;
};

export type DrawnChat = {
  element: HTMLElement;
  focus: () => void;
  show: (state: ChatState) => void;
  /** Whether the last answer is on screen. */
  isAtEnd: () => boolean;
};

/** A line that is gone for so long, in ms, is worth the offer to write a mail. */
const OFFER_MAIL_AFTER_MS = 15_000;
/** So near to the end counts as being there, in px. */
const NEAR_END = 60;

/** Draws an empty chat; `show` fills it. */
export function drawChat(parts: ChatParts): DrawnChat {
  const { words, client, language } = parts;
  const log = make('div', {
    class: 'log',
    role: 'log',
    'aria-label': words.log,
    'aria-live': 'polite',
    'aria-busy': 'true',
    tabindex: 0,
  });
  const typing = make('p', { class: 'typing', role: 'status' });
  const notice = make('div', { class: 'notice', role: 'status' });
  const below = make(
    'button',
    { type: 'button', class: 'below', hidden: true },
    makeIcon(...icons.down),
    words.newBelow,
  );
  const composer = drawComposer({
    words,
    draft: parts.draft,
    onDraft: parts.onDraft,
    onTyping: () => client.noteTyping(),
    say: (text) => void client.say(text),
    sendFile: (file) => void client.sendFile(file),
  });
  const element = make('div', { class: 'chat' }, notice, log, below, typing, composer.element);
  const drawn = new Map<string, { face: string; element: HTMLElement }>();
  const days = new Map<string, HTMLElement>();
  let shownNotice = '';
  let shownLines: readonly ChatLine[] | null = null;

  function isAtEnd(): boolean {
    return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
  }
  function toEnd(): void {
    log.scrollTop = log.scrollHeight;
    below.hidden = true;
  }
  function drawOne(line: ChatLine): HTMLElement {
    const face = faceOf(line);
    const before = drawn.get(line.key);
    if (before?.face === face) return before.element;
    const after = drawLine(line, {
      words,
      language,
      tryAgain: (key) => client.tryAgain(key),
      discard: (key) => client.discard(key),
      readFile: (attachmentId) => client.readFile(attachmentId),
    });
    before?.element.replaceWith(after);
    drawn.set(line.key, { face, element: after });
    return after;
  }
  function drawDay(at: number): HTMLElement {
    const words = new Intl.DateTimeFormat(language, {
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      weekday: 'short',
    }).format(at);
    const day = days.get(words) ?? make('p', { class: 'day' }, make('span', {}, words));
    days.set(words, day);
    return day;
  }
  /** Puts the lines in their order and leaves those alone that stand right, so that nothing is read out twice. */
  function drawLines(lines: readonly ChatLine[]): void {
    const wanted: HTMLElement[] = [];
    for (const line of lines) {
      const day = drawDay(line.sentAt);
      if (!wanted.includes(day)) wanted.push(day);
      wanted.push(drawOne(line));
    }
    const keys = new Set(lines.map((line) => line.key));
    for (const [key, one] of drawn) {
      if (keys.has(key)) continue;
      one.element.remove();
      drawn.delete(key);
    }
    wanted.forEach((one, i) => {
      if (log.children[i] !== one) log.insertBefore(one, log.children[i] ?? null);
    });
  }
  function drawNotice(state: ChatState): void {
    const hasWaited = state.offlineSince !== null && parts.now() - state.offlineSince > OFFER_MAIL_AFTER_MS;
    const text =
      state.refused !== null
        ? words.refused
        : state.connection !== 'online'
          ? words.reconnecting
          : state.isSlowed
            ? words.slowed
            : !state.log.isOpen
              ? words.ended
              : state.isOpen === false
                ? words.closedButWrite
                : '';
    const offersMail = (state.connection !== 'online' && hasWaited) || state.refused !== null;
    if (shownNotice === `${text}${offersMail}`) return;
    shownNotice = `${text}${offersMail}`;
    notice.replaceChildren(text);
    if (!offersMail) return;
    const mail = make('button', { type: 'button', class: 'link' }, words.mailInstead);
    mail.addEventListener('click', parts.writeMail);
    notice.append(' ', mail);
  }

  log.addEventListener('scroll', () => {
    if (isAtEnd()) below.hidden = true;
  });
  below.addEventListener('click', toEnd);
  element.addEventListener('dragover', (event) => {
    event.preventDefault();
    element.dataset['drop'] = words.dropHere;
  });
  for (const end of ['dragleave', 'drop'] as const) element.addEventListener(end, () => delete element.dataset['drop']);
  element.addEventListener('drop', (event) => {
    event.preventDefault();
    composer.take(event.dataTransfer?.files ?? []);
  });

  return {
    element,
    focus: composer.focus,
    isAtEnd,
    show(state) {
      if (state.log.lines !== shownLines) {
        const wasAtEnd = shownLines === null || isAtEnd();
        const isOwn = state.log.lines.at(-1)?.seq === null;
        const grew = state.log.lines.length > (shownLines?.length ?? 0);
        shownLines = state.log.lines;
        drawLines(shownLines);
        if (wasAtEnd || (isOwn && grew)) toEnd();
        else if (grew) below.hidden = false;
      }
      // What was said before this window opened is not read out; what comes from now on is.
      if (state.log.conversationId !== null) log.setAttribute('aria-busy', 'false');
      const who = state.typing === null ? '' : words.typing(state.typing);
      if (typing.textContent !== who) typing.textContent = who;
      drawNotice(state);
    },
  };
}
