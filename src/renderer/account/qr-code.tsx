/** A QR code, drawn here: what it says goes to nobody. Dark on white in both themes, because a camera reads it. */
import qrcode from 'qrcode-generator';
import { useMemo } from 'react';

/** Modules of white around it (ISO/IEC 18004: four). */
const QUIET = 4;

/** `label` is what a screen reader says; `size` in rem. */
export function QrCode({ text, label, size }: { text: string; label: string; size: number }) {
  const [path, side] = useMemo(() => {
    const code = qrcode(0, 'M');
    code.addData(text);
    code.make();
    const count = code.getModuleCount();
    let drawn = '';
    for (let row = 0; row < count; row++)
      for (let column = 0; column < count; column++)
        if (code.isDark(row, column)) drawn += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
    return [drawn, count + 2 * QUIET] as const;
  }, [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      style={{ width: `${size}rem`, height: `${size}rem`, background: 'white', color: 'black' }}
      className="shrink-0 rounded-md"
      shapeRendering="crispEdges"
    >
      <path d={path} fill="currentColor" />
    </svg>
  );
}
