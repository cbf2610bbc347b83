/** Draws the form before a chat and the form that is answered by mail. Says what is wrong beside the field; sends nothing itself. */
import { MAX_TEXT_LENGTH, visitorMailSchema, visitorNameSchema } from '../shared/widget-protocol.ts';
import { make } from './make-element.ts';
import type { WidgetWords } from './words.ts';

export type Filled = { name: string; mail: string | null; text: string };

export type FormParts = {
  words: WidgetWords;
  kind: 'start' | 'offline';
  intro: string;
  title: string | null;
  filled: Partial<Filled>;
  /** @returns what went wrong, in words, or null */
  submit: (filled: Filled) => Promise<string | null>;
  /** What stands in the fields now, so that another language or view does not lose it. */
  remember: (filled: Partial<Filled>) => void;
};

/** @returns the form, and the function that puts the focus where a person begins */
export function drawForm(parts: FormParts): { element: HTMLElement; focus: () => void } {
  const { words, kind } = parts;
  const name = field(
    'name',
    words.name,
    true,
    make('input', { type: 'text', autocomplete: 'name', maxlength: 80, value: parts.filled.name ?? '' }),
  );
  const mail = field(
    'mail',
    words.mail,
    kind === 'offline',
    make('input', { type: 'email', autocomplete: 'email', maxlength: 254, value: parts.filled.mail ?? '' }),
  );
  const area = make('textarea', { rows: 4, maxlength: MAX_TEXT_LENGTH });
  area.value = parts.filled.text ?? '';
  const question = field('question', words.question, true, area);
  const button = make('button', { type: 'submit', class: 'primary' }, kind === 'start' ? words.startChat : words.send);
  const problem = make('p', { class: 'problem', role: 'alert' });
  const form = make(
    'form',
    { novalidate: true, class: 'form' },
    parts.title === null ? null : make('h2', {}, parts.title),
    make('p', { class: 'intro' }, parts.intro),
    name.element,
    mail.element,
    question.element,
    problem,
    button,
    kind === 'start' ? make('p', { class: 'small' }, words.storageNote) : null,
  );

  function field(
    key: 'name' | 'mail' | 'question',
    label: string,
    isRequired: boolean,
    input: HTMLInputElement | HTMLTextAreaElement,
  ) {
    const id = `kanade-${key}`;
    input.id = id;
    if (isRequired) input.setAttribute('aria-required', 'true');
    const error = make('p', { class: 'error', id: `${id}-error` });
    const element = make(
      'div',
      { class: 'field' },
      make('label', { for: id }, label, make('span', { class: 'need' }, isRequired ? words.required : words.optional)),
      input,
      error,
    );
    return {
      element,
      input,
      show(isWrong: boolean) {
        error.textContent = isWrong ? words.errors[key] : '';
        if (isWrong) {
          input.setAttribute('aria-invalid', 'true');
          input.setAttribute('aria-describedby', error.id);
        } else {
          input.removeAttribute('aria-invalid');
          input.removeAttribute('aria-describedby');
        }
      },
    };
  }
  const filled = (): Filled => ({
    name: name.input.value.trim(),
    mail: mail.input.value.trim() === '' ? null : mail.input.value.trim(),
    text: question.input.value,
  });

  form.addEventListener('input', () => parts.remember(filled()));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const now = filled();
    const wrong = [
      [name, !visitorNameSchema.safeParse(now.name).success],
      [mail, now.mail === null ? kind === 'offline' : !visitorMailSchema.safeParse(now.mail).success],
      [question, now.text.trim() === '' || now.text.length > MAX_TEXT_LENGTH],
    ] as const;
    for (const [one, isWrong] of wrong) one.show(isWrong);
    const first = wrong.find(([, isWrong]) => isWrong);
    if (first !== undefined) return first[0].input.focus();
    button.disabled = true;
    button.textContent = words.sending;
    void parts.submit(now).then((why) => {
      button.disabled = false;
      button.textContent = kind === 'start' ? words.startChat : words.send;
      problem.textContent = why ?? '';
    });
  });
  return { element: form, focus: () => (name.input.value === '' ? name.input : question.input).focus() };
}
