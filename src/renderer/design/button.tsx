/** The buttons of the console. At most one `solid` stands in a pane. Knows no feature and starts nothing by itself. */
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import { KeyCap } from './key-cap.tsx';

export type ButtonKind = 'solid' | 'plain' | 'quiet' | 'danger' | 'amber' | 'go';

const KINDS: Record<ButtonKind, string> = {
  solid: 'bg-accent-solid text-on-accent data-[hovered]:bg-accent-hover data-[pressed]:bg-accent-hover',
  plain: 'border border-strong/55 bg-surface text-ink data-[hovered]:bg-hover data-[pressed]:bg-selected',
  quiet: 'text-ink2 data-[hovered]:bg-hover data-[hovered]:text-ink data-[pressed]:bg-selected',
  danger: 'bg-red-solid text-on-red',
  amber: 'border border-amber-line bg-amber-tint text-amber',
  go: 'bg-green-solid text-on-green',
};

const BASE =
  'edge-forced inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md text-13 font-medium whitespace-nowrap ' +
  'data-[disabled]:cursor-not-allowed data-[disabled]:opacity-50';

export type ButtonProps = Omit<AriaButtonProps, 'children' | 'className' | 'style'> & {
  kind?: ButtonKind;
  /** 28 px inside bars and rows, 32 elsewhere, 36 for the first act of a call. */
  size?: 'small' | 'normal' | 'large';
  icon?: LucideIcon;
  /** Keys from the hotkey table, drawn behind the words. */
  keys?: string | undefined;
  /** Only for widths and margins. */
  className?: string;
  children: ReactNode;
};

const SIZES = { small: 'h-7 px-2', normal: 'h-8 px-3', large: 'h-9 px-4' } as const;

/** A button with words. */
export function Button({
  kind = 'plain',
  size = 'small',
  icon: Icon,
  keys,
  className = '',
  children,
  ...rest
}: ButtonProps) {
  return (
    <AriaButton {...rest} {...shortcut(keys)} className={`${BASE} ${SIZES[size]} ${KINDS[kind]} ${className}`}>
      {Icon !== undefined && <Icon size={16} aria-hidden className="shrink-0" />}
      {children}
      {keys !== undefined && <KeyCap keys={keys} on={kind === 'plain' || kind === 'quiet' ? 'pane' : 'solid'} />}
    </AriaButton>
  );
}

export type IconButtonProps = Omit<AriaButtonProps, 'children' | 'className' | 'style' | 'aria-label'> & {
  /** Read out, and shown on hover or focus together with the keys. */
  label: string;
  icon: LucideIcon;
  keys?: string | undefined;
  kind?: ButtonKind;
  /** 24 px is the smallest target allowed (WCAG 2.5.8). */
  size?: 'tiny' | 'small' | 'normal';
  iconSize?: number;
  className?: string;
  children?: ReactNode;
};

const ICON_SIZES = { tiny: 'size-6', small: 'size-7', normal: 'size-8' } as const;

/** A button that shows only a sign; its words come up on hover and focus. */
export function IconButton({
  label,
  icon: Icon,
  keys,
  kind = 'quiet',
  size = 'small',
  iconSize = 16,
  className = '',
  children,
  ...rest
}: IconButtonProps) {
  return (
    <WithHint label={label} keys={keys}>
      <AriaButton
        {...rest}
        {...shortcut(keys)}
        aria-label={label}
        className={`relative ${BASE} ${ICON_SIZES[size]} ${KINDS[kind]} ${className}`}
      >
        <Icon size={iconSize} aria-hidden />
        {children}
      </AriaButton>
    </WithHint>
  );
}

/** Words and keys that come up while the pointer rests on a control or the focus is on it. */
export function WithHint({ label, keys, children }: { label: string; keys?: string | undefined; children: ReactNode }) {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      {children}
      <Tooltip
        offset={6}
        className="fade-in z-50 flex max-w-72 items-center gap-2 rounded-md bg-raised px-2 py-1 text-12 text-ink shadow-2"
      >
        {label}
        {keys !== undefined && <KeyCap keys={keys} />}
      </Tooltip>
    </TooltipTrigger>
  );
}

/** `Ctrl+Enter` as ARIA writes it: `Control+Enter`. A sequence such as `G I` has no ARIA form and is left out. */
export function shortcut(keys: string | undefined): { 'aria-keyshortcuts'?: string } {
  if (keys === undefined || keys.includes(' ')) return {};
  return { 'aria-keyshortcuts': keys.replace('Ctrl', 'Control') };
}

/** A button that reads as a link inside text. Padded to 24 px. */
export function TextButton({
  children,
  className = '',
  ...rest
}: Omit<AriaButtonProps, 'children' | 'className' | 'style'> & { children: ReactNode; className?: string }) {
  return (
    <AriaButton
      {...rest}
      className={`inline-flex min-h-6 items-center gap-1 rounded-sm text-12 font-medium text-accent data-[hovered]:underline data-[disabled]:opacity-50 ${className}`}
    >
      {children}
    </AriaButton>
  );
}
