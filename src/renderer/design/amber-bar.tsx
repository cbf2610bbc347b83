/** A bar under the top bar that says what needs care, over everything else on the desk. */
import type { ReactNode } from 'react';

/** Read out when it comes. */
export function AmberBar({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div
      role="status"
      className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-2.5 border-b border-amber-line bg-amber-tint px-4 text-13 text-amber"
    >
      {icon}
      {children}
    </div>
  );
}
