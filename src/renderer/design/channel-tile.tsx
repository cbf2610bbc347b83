/** The sign of a channel: a tinted tile with a glyph. Colour and shape both say which; the label says it in words. */
import { Camera, Globe, Mail, MessageSquare, Phone, Smartphone } from 'lucide-react';
import { type CSSProperties, memo, type ReactElement } from 'react';

/** What the window can draw. A channel that a newer server brings is drawn as `other`. */
export type TileKind = 'phone' | 'webChat' | 'mail' | 'line' | 'x' | 'instagram' | 'sms' | 'other';

const COLOURS: Record<TileKind, string> = {
  phone: 'var(--color-ch-phone)',
  webChat: 'var(--color-ch-chat)',
  mail: 'var(--color-ch-mail)',
  line: 'var(--color-ch-line)',
  x: 'var(--color-ch-x)',
  instagram: 'var(--color-ch-ig)',
  sms: 'var(--color-ch-sms)',
  other: 'var(--color-ch-mail)',
};

/** Our own drawings, not the brands' marks: a round speech bubble with a tail, and two crossing strokes. */
const lineGlyph = (
  <path d="M12 3.2c-5 0-9 3.3-9 7.4 0 3.6 3.1 6.6 7.3 7.3.7.1.8.5.7 1.2l-.2 1.6c0 .4.3.6.7.4 2.6-1.3 7-4 8.6-6.2.6-1.2.9-2.7.9-4.3 0-4.1-4-7.4-9-7.4Z" />
);
const crossGlyph = <path d="M5 4.5 19 19.5M18.6 4.5 5.4 19.5" />;

function glyph(kind: TileKind, size: number): ReactElement {
  const of = { size, strokeWidth: 2.2, 'aria-hidden': true } as const;
  const own = (path: ReactElement) => (
    <svg
      className="lucide"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2.2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      {path}
    </svg>
  );
  switch (kind) {
    case 'phone':
      return <Phone {...of} />;
    case 'webChat':
      return <MessageSquare {...of} />;
    case 'mail':
      return <Mail {...of} />;
    case 'line':
      return own(lineGlyph);
    case 'x':
      return own(crossGlyph);
    case 'instagram':
      return <Camera {...of} />;
    case 'sms':
      return <Smartphone {...of} />;
    case 'other':
      return <Globe {...of} />;
  }
}

/** `size` in px at the normal text size; `label` is the channel's name. */
export const ChannelTile = memo(function ChannelTile({
  kind,
  size = 28,
  label,
}: {
  kind: TileKind;
  size?: number;
  label: string;
}) {
  const round = size >= 28 ? 'rounded-lg' : size >= 20 ? 'rounded-md' : 'rounded-sm';
  const style = { width: `${size / 16}rem`, height: `${size / 16}rem`, '--channel': COLOURS[kind] } as CSSProperties;
  return (
    <span
      role="img"
      aria-label={label}
      className={`channel-tile inline-grid shrink-0 place-items-center ${round}`}
      style={style}
    >
      {glyph(kind, Math.round(size * 0.54))}
    </span>
  );
});
