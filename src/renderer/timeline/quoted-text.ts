/** Finds the part of a mail's text that only repeats what was written before, so that it can be folded away. Pure. */

export type QuotedText = { readonly own: string; readonly quoted: string; readonly quotedLines: number };

/** How clients introduce what they repeat: Japanese and English Outlook, Gmail, Apple Mail, mobile carriers. */
const INTRODUCTIONS = [
  /^-{3,}\s*(original message|元のメッセージ|転送メッセージ|forwarded message)\s*-{3,}$/i,
  /^_{10,}$/,
  /^on .{6,120} wrote:$/i,
  /^\d{4}年\d{1,2}月\d{1,2}日.{0,80}[:：]$/,
  /^(差出人|from)\s*[:：].+/i,
];

/**
 * Splits a mail's plain text. The quoted part is only folded when it stands at the end and something of the writer's own
 * comes first: an answer written between the quoted lines stays whole.
 */
export function splitQuoted(text: string): QuotedText {
  const lines = text.split('\n');
  const lineAt = (i: number): string => lines[i] ?? '';
  const whole: QuotedText = { own: text, quoted: '', quotedLines: 0 };
  let start = lines.findIndex((line, i) => {
    const trimmed = line.trim();
    if (!INTRODUCTIONS.some((form) => form.test(trimmed))) return false;
    // "From:" alone can be the writer's own words; a head of a mail has a second field under it.
    return (
      !/^(差出人|from)/i.test(trimmed) ||
      /^(日時|送信日時|宛先|件名|sent|date|to|subject)\s*[:：]/i.test(lines[i + 1]?.trim() ?? '')
    );
  });
  if (start === -1) {
    let last = lines.length - 1;
    while (last >= 0 && lineAt(last).trim() === '') last--;
    let first = last + 1;
    while (first > 0 && (lineAt(first - 1).startsWith('>') || lineAt(first - 1).trim() === '')) first--;
    while (first <= last && lineAt(first).trim() === '') first++;
    if (first > last) return whole;
    start = first;
  }
  const own = lines.slice(0, start).join('\n').trimEnd();
  if (own === '') return whole;
  const quoted = lines.slice(start).join('\n').trimEnd();
  return { own, quoted, quotedLines: quoted.split('\n').length };
}
