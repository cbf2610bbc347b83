/** Draws the keys of one hotkey. Says nothing to a screen reader: the button it stands in carries `aria-keyshortcuts`. */
import { memo } from 'react';

/** `keys` as the hotkey table writes them; `on: 'solid'` draws plain letters for a coloured button. */
export const KeyCap = memo(function KeyCap({ keys, on = 'pane' }: { keys: string; on?: 'pane' | 'solid' }) {
  const parts = keys.split(/[+ ]/).filter((part) => part !== '');
  if (on === 'solid')
    return (
      <kbd aria-hidden className="num whitespace-nowrap font-sans text-11 font-medium">
        {parts.map(shown).join(' ')}
      </kbd>
    );
  return (
    <kbd aria-hidden className="num inline-flex items-center gap-0.5 whitespace-nowrap font-sans text-11 text-ink3">
      {parts.map((part) => (
        <span
          key={part}
          className="edge-forced inline-block min-w-4 rounded-sm border border-line bg-subtle px-1 text-center leading-[0.9375rem]"
        >
          {shown(part)}
        </span>
      ))}
    </kbd>
  );
});

const ARROWS: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑' };

function shown(part: string): string {
  return ARROWS[part] ?? part;
}
