/**
 * Makes text from outside fit to be stored and shown. Pure. It never escapes: text stays text, and whoever shows it
 * shows it as text.
 */

/**
 * Takes out what a database or a screen cannot bear: NUL (PostgreSQL refuses it), other control characters except tab
 * and line ends, and halves of surrogate pairs. Line ends become `\n`. Nothing else is changed, and nothing is cut.
 */
export function toStorableText(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // eslint-disable-next-line no-control-regex -- these are the characters that are meant
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '')
      .toWellFormed()
  );
}

/** Longest name that is kept, in UTF-16 units; the end with the extension stays. */
const LONGEST_FILE_NAME = 120;

/**
 * A file name that can be shown and saved on any system: the last part of a path, without control characters, without
 * the marks that turn the direction of writing (`invoice_\u202Efdp.exe` reads as `invoice_exe.pdf`), without characters
 * that Windows forbids and without leading dots. Never empty.
 */
export function cleanFileName(name: string): string {
  const last =
    name
      .toWellFormed()
      .split(/[/\\]/)
      .filter((part) => part.trim() !== '')
      .at(-1) ?? '';
  const cleaned = last
    // eslint-disable-next-line no-control-regex -- these are the characters that are meant
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  if (cleaned === '') return 'file';
  if (cleaned.length <= LONGEST_FILE_NAME) return cleaned;
  const dot = cleaned.lastIndexOf('.');
  const extension = dot > 0 && cleaned.length - dot <= 12 ? cleaned.slice(dot) : '';
  return cleaned.slice(0, LONGEST_FILE_NAME - extension.length).toWellFormed() + extension;
}
