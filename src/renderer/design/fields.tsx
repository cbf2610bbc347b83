/**
 * Fields that leave the input method alone. Their text is uncontrolled: React never writes into a field that someone
 * is typing in. A text from outside (a draft taken over, an edit of a stopped reply) comes in by `setText`, and waits
 * for the end of a composition.
 */
import { type CSSProperties, type ReactNode, type Ref, useId, useImperativeHandle, useRef } from 'react';
import { afterComposition } from './ime.ts';

export type TextHandle = {
  text(): string;
  /** Puts a text, or what is made of the one that stands there then, in the field; waits for the end of a composition. */
  setText(next: string | ((now: string) => string)): void;
  /** Puts a text where the caret stands and selects a part of it; waits for the end of a composition. */
  insert(text: string, select: { from: number; to: number } | null): void;
  /** Selects a part and brings the focus there. */
  select(from: number, to: number): void;
  focus(): void;
};

type Field = HTMLInputElement | HTMLTextAreaElement;

function handleOf(field: () => Field | null, changed: () => void): TextHandle {
  return {
    text: () => field()?.value ?? '',
    setText(next) {
      afterComposition(() => {
        const at = field();
        const text = typeof next === 'string' ? next : next(at?.value ?? '');
        if (at === null || at.value === text) return;
        at.value = text;
        at.setSelectionRange(text.length, text.length);
        changed();
      });
    },
    insert(text, select) {
      afterComposition(() => {
        const at = field();
        if (at === null) return;
        const from = at.selectionStart ?? at.value.length;
        at.setRangeText(text, from, at.selectionEnd ?? from, 'end');
        changed();
        at.focus();
        if (select !== null) at.setSelectionRange(from + select.from, from + select.to);
      });
    },
    select(from, to) {
      afterComposition(() => {
        field()?.focus();
        field()?.setSelectionRange(from, to);
      });
    },
    focus() {
      afterComposition(() => field()?.focus());
    },
  };
}

const EDGE =
  'rounded-md border border-strong bg-surface text-ink placeholder:text-ink3 aria-invalid:border-red disabled:opacity-60';

type TextFieldProps = {
  label: string;
  /** Stands over the field, or is only read out. */
  hideLabel?: boolean;
  type?: 'text' | 'password' | 'url' | 'search' | 'email';
  initial?: string;
  placeholder?: string | undefined;
  autoComplete?: string;
  error?: string | undefined;
  hint?: ReactNode;
  isDisabled?: boolean;
  onText?: (text: string) => void;
  onBlur?: () => void;
  inputRef?: Ref<TextHandle>;
  name?: string;
};

/** One line of text with its label, hint and fault. */
export function TextField(props: TextFieldProps) {
  const {
    label,
    hideLabel = false,
    type = 'text',
    initial = '',
    placeholder,
    autoComplete,
    error,
    hint,
    isDisabled,
    onText,
    onBlur,
    inputRef,
    name,
  } = props;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useImperativeHandle(
    inputRef,
    () =>
      handleOf(
        () => field.current,
        () => onText?.(field.current?.value ?? ''),
      ),
    [onText],
  );
  return (
    <div className="min-w-0">
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'mb-1 block text-12 font-medium text-ink2'}>
        {label}
      </label>
      <input
        id={id}
        ref={field}
        name={name}
        type={type}
        defaultValue={initial}
        placeholder={placeholder}
        autoComplete={autoComplete}
        disabled={isDisabled}
        spellCheck={false}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={error !== undefined || hint !== undefined ? `${id}-more` : undefined}
        onInput={(event) => onText?.(event.currentTarget.value)}
        onBlur={onBlur}
        className={`h-8 w-full px-2.5 text-13 ${EDGE}`}
      />
      {(error !== undefined || hint !== undefined) && (
        <p id={`${id}-more`} className={`mt-1 text-12 ${error !== undefined ? 'text-red' : 'text-ink3'}`}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

type TextAreaProps = {
  label: string;
  initial?: string;
  placeholder?: string | undefined;
  onText?: (text: string) => void;
  onBlur?: () => void;
  onPasteFiles?: (files: File[]) => void;
  areaRef?: Ref<TextHandle>;
  /** Least and greatest height in lines of text; it grows with what is written. */
  minLines?: number;
  maxLines?: number;
  /** `bare`: the box around it is drawn by whoever uses it. */
  bare?: boolean;
  lang?: string | undefined;
};

/** Several lines; Enter is always a new line. Grows with its text (`field-sizing: content`). */
export function TextArea({
  label,
  initial = '',
  placeholder,
  onText,
  onBlur,
  onPasteFiles,
  areaRef,
  minLines = 3,
  maxLines = 12,
  bare = false,
  lang,
}: TextAreaProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(
    areaRef,
    () =>
      handleOf(
        () => field.current,
        () => onText?.(field.current?.value ?? ''),
      ),
    [onText],
  );
  const style = {
    fieldSizing: 'content',
    minHeight: `calc(${minLines * 1.7}em + 1rem)`,
    maxHeight: `calc(${maxLines * 1.7}em + 1rem)`,
  } as CSSProperties;
  return (
    <textarea
      ref={field}
      aria-label={label}
      defaultValue={initial}
      placeholder={placeholder}
      lang={lang}
      style={style}
      onInput={(event) => onText?.(event.currentTarget.value)}
      onBlur={onBlur}
      onPaste={(event) => {
        const files = [...event.clipboardData.files];
        if (files.length === 0 || onPasteFiles === undefined) return;
        event.preventDefault();
        onPasteFiles(files);
      }}
      className={`message-text scroll-thin block w-full resize-none text-14 ${bare ? 'bg-transparent px-3.5 py-2 outline-none placeholder:text-ink3' : `px-2.5 py-1.5 ${EDGE}`}`}
    />
  );
}
