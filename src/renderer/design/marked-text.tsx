/** A text with the places that a search has found. */
import { Fragment, memo } from 'react';
import type { MarkedText as Marked } from '../../shared/console-shapes.ts';

/** Cuts a marked text into plain and found pieces. Marks outside of the text are left out. */
export function piecesOf({ text, marks }: Marked): { text: string; isFound: boolean }[] {
  const pieces: { text: string; isFound: boolean }[] = [];
  let at = 0;
  for (const [start, end] of [...marks].sort((a, b) => a[0] - b[0])) {
    if (end <= at || start >= text.length) continue;
    const from = Math.max(start, at);
    if (from > at) pieces.push({ text: text.slice(at, from), isFound: false });
    pieces.push({ text: text.slice(from, end), isFound: true });
    at = Math.min(end, text.length);
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isFound: false });
  return pieces;
}

/** Found pieces are bold and tinted: not by colour alone. */
export const MarkedText = memo(function MarkedText({ marked }: { marked: Marked }) {
  return piecesOf(marked).map((piece, i) =>
    piece.isFound ? (
      <mark key={i} className="rounded-sm bg-amber-tint font-bold text-amber">
        {piece.text}
      </mark>
    ) : (
      <Fragment key={i}>{piece.text}</Fragment>
    ),
  );
});
