/** A group of buttons that belong together: one tab stop, arrow keys inside. */
import type { ReactNode } from 'react';
import { Toolbar as AriaToolbar } from 'react-aria-components';

/** `label` is read out when the focus enters. */
export function Toolbar({
  label,
  className = '',
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <AriaToolbar aria-label={label} className={`flex items-center gap-0.5 ${className}`}>
      {children}
    </AriaToolbar>
  );
}
