/** Draws one line of the chat: whose it is, its words or files, its time and its mark. Text is text. */
import type { WidgetFile, WidgetLanguage } from '../shared/widget-protocol.ts';
import type { ChatLine } from './chat-log.ts';
import { icons, linkText, make, makeIcon } from './make-element.ts';
import { errorWords, type WidgetWords } from './words.ts';

export type LineParts = {
  words: WidgetWords;
  language: WidgetLanguage;
  tryAgain: (key: string) => void;
  discard: (key: string) => void;
  readFile: (attachmentId: string) => Promise<Blob>;
};

/** Types that a browser shows as a picture and that can hold no script. */
const pictures = /^image\/(png|jpeg|gif|webp|avif)$/;

/** What a line looks like now; a line is drawn again only when this changes. */
export function faceOf(line: ChatLine): string {
  return [line.mark, line.failedBecause, line.seq === null, line.files.map((file) => file.attachmentId)].join('|');
}

/** @returns the line, to be put into the log */
export function drawLine(line: ChatLine, parts: LineParts): HTMLElement {
  const { words } = parts;
  const author = line.isMine ? words.you : line.authorName;
  const body = make('div', { class: 'bubble' });
  if (line.text !== '') body.append(line.isMine ? line.text : linkText(line.text));
  for (const file of line.files) body.append(drawFile(line, file, parts));
  const time = new Intl.DateTimeFormat(parts.language, { hour: '2-digit', minute: '2-digit' }).format(line.sentAt);
  const foot = make('p', { class: 'foot' }, make('time', { datetime: new Date(line.sentAt).toISOString() }, time));
  if (line.mark !== null) foot.append(make('span', { class: `mark ${line.mark}` }, markWords(line, words)));
  const element = make(
    'div',
    { class: `line ${line.isMine ? 'mine' : 'theirs'}`, 'data-key': line.key },
    make('p', { class: line.isMine ? 'author hidden' : 'author' }, author),
    body,
    foot,
  );
  if (line.mark === 'failed') {
    const again = make('button', { type: 'button', class: 'link' }, words.tryAgain);
    const drop = make('button', { type: 'button', class: 'link' }, words.discard);
    again.addEventListener('click', () => parts.tryAgain(line.key));
    drop.addEventListener('click', () => parts.discard(line.key));
    foot.append(again, drop);
  }
  return element;
}

function markWords(line: ChatLine, words: WidgetWords): string {
  switch (line.mark) {
    case 'sending':
      return words.markSending;
    case 'sent':
      return words.markSent;
    case 'read':
      return words.markRead;
    case 'failed':
      return `${words.markFailed} — ${errorWords(words, line.failedBecause)}`;
    case null:
      return '';
  }
}

function drawFile(line: ChatLine, file: WidgetFile, parts: LineParts): HTMLElement {
  const { words } = parts;
  const size = new Intl.NumberFormat(parts.language, { maximumFractionDigits: 1 }).format(file.size / 1024 / 1024);
  const label = [makeIcon(...icons.file), make('span', {}, file.name), make('span', { class: 'size' }, `${size} MB`)];
  // Until the server has it there is nothing to fetch.
  if (line.seq === null) return make('p', { class: 'file' }, ...label);
  const button = make('button', { type: 'button', class: 'file', 'aria-label': words.download(file.name) }, ...label);
  button.addEventListener('click', () => {
    parts.readFile(file.attachmentId).then(
      (blob) => save(blob, file.name),
      () => (button.textContent = words.fileGone),
    );
  });
  if (!pictures.test(file.type)) return button;
  const picture = make('img', { alt: words.picture(file.name), class: 'picture', hidden: true });
  parts.readFile(file.attachmentId).then(
    (blob) => {
      picture.addEventListener('load', () => URL.revokeObjectURL(picture.src), { once: true });
      // The server hands everything out as bytes; the type is given here, from the list above.
      picture.src = URL.createObjectURL(new Blob([blob], { type: file.type }));
      picture.hidden = false;
    },
    () => undefined,
  );
  return make('div', {}, picture, button);
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
