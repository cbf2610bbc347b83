/** Draws the field in which the visitor writes: Enter that is safe with input methods, files, a count near the limit. */
import { MAX_FILE_BYTES, MAX_TEXT_LENGTH } from '../shared/widget-protocol.ts';
import { icons, make, makeIcon } from './make-element.ts';
import { errorWords, type WidgetWords } from './words.ts';

export type ComposerParts = {
  words: WidgetWords;
  draft: string;
  onDraft: (text: string) => void;
  onTyping: () => void;
  say: (text: string) => void;
  sendFile: (file: { name: string; type: string; bytes: Uint8Array<ArrayBuffer> }) => void;
};

/** Characters that may be left before the count is shown. */
const COUNT_FROM = 400;

/**
 * Whether this key sends. While an input method composes, Enter takes the conversion; Safari tells the end of the
 * composition before the key, and only `keyCode` 229 still shows that the key belonged to it.
 */
export function isSendingEnter(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'isComposing' | 'keyCode'>): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

/** @returns the composer, the function that focuses it, and the one that takes dropped files */
export function drawComposer(parts: ComposerParts): {
  element: HTMLElement;
  focus: () => void;
  take: (files: Iterable<File>) => void;
} {
  const { words } = parts;
  const area = make('textarea', {
    rows: 1,
    'aria-label': words.write,
    placeholder: words.write,
    'aria-describedby': 'kanade-hint kanade-count',
  });
  area.value = parts.draft;
  const send = make(
    'button',
    { type: 'submit', class: 'icon primary', 'aria-label': words.send, title: words.send },
    makeIcon(...icons.send),
  );
  const count = make('p', { class: 'count', id: 'kanade-count', 'aria-live': 'polite' });
  const problem = make('p', { class: 'problem', role: 'alert' });
  const picker = make('input', { type: 'file', multiple: true, class: 'hidden', tabindex: -1, 'aria-hidden': 'true' });
  const attach = make(
    'button',
    { type: 'button', class: 'icon', 'aria-label': words.attach, title: words.attach },
    makeIcon(...icons.attach),
  );
  const form = make('form', { class: 'composer' }, attach, picker, area, send);
  const hint = make('p', { class: 'hidden', id: 'kanade-hint' }, words.writeHint);
  // On a telephone Enter makes a new line, as everywhere there; the button sends.
  const isTouch = matchMedia('(pointer: coarse)').matches;

  function refresh(): void {
    const left = MAX_TEXT_LENGTH - area.value.length;
    count.textContent = left < 0 ? words.over(-left) : left <= COUNT_FROM ? words.left(left) : '';
    count.classList.toggle('over', left < 0);
    send.disabled = area.value.trim() === '' || left < 0;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, 140)}px`;
  }
  function submit(): void {
    if (send.disabled) return;
    const text = area.value;
    area.value = '';
    parts.onDraft('');
    problem.textContent = '';
    refresh();
    parts.say(text);
    area.focus();
  }
  function take(files: Iterable<File>): void {
    problem.textContent = '';
    for (const file of files) {
      const why = file.size > MAX_FILE_BYTES ? 'file-too-large' : file.size === 0 ? 'file-empty' : null;
      if (why !== null) {
        problem.textContent = `${file.name}: ${errorWords(words, why)}`;
        continue;
      }
      void file.arrayBuffer().then(
        (bytes) => parts.sendFile({ name: file.name, type: file.type, bytes: new Uint8Array(bytes) }),
        () => (problem.textContent = `${file.name}: ${words.fileGone}`),
      );
    }
  }

  area.addEventListener('input', () => {
    parts.onDraft(area.value);
    if (area.value !== '') parts.onTyping();
    refresh();
  });
  area.addEventListener('keydown', (event) => {
    if (isTouch || !isSendingEnter(event)) return;
    event.preventDefault();
    submit();
  });
  area.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  attach.addEventListener('click', () => picker.click());
  picker.addEventListener('change', () => {
    take(picker.files ?? []);
    picker.value = '';
  });
  refresh();
  return { element: make('div', { class: 'write' }, problem, count, form, hint), focus: () => area.focus(), take };
}
