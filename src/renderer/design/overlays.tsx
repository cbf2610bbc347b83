/**
 * What opens a raised layer: a menu or a popover on a button, a dialog in the middle. Light enough for the first screen;
 * the layers come from `layers.tsx` with the first one that opens.
 */
import type { LucideIcon } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { ButtonContext, type PopoverProps } from 'react-aria-components';

const layers = () => import('./layers.tsx');
const MenuLayer = lazy(() => layers().then((loaded) => ({ default: loaded.MenuLayer })));
const PopoverLayer = lazy(() => layers().then((loaded) => ({ default: loaded.PopoverLayer })));
const DialogLayer = lazy(() => layers().then((loaded) => ({ default: loaded.DialogLayer })));

/** Fetches the layers while nothing else is to be done, so that the first menu opens as fast as the second. */
export function fetchLayersSoon(): void {
  requestIdleCallback(() => void layers(), { timeout: 3000 });
}

/** One line of a menu. `isOn` draws a tick; `note` stands under the words. */
export type MenuLine =
  | { readonly kind: 'rule' }
  | { readonly kind: 'head'; readonly label: string }
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly label: string;
      readonly onAction: () => void;
      readonly icon?: LucideIcon;
      readonly keys?: string;
      readonly isOn?: boolean;
      readonly isDisabled?: boolean;
      readonly note?: string;
      /** How many there are, at the right. */
      readonly count?: string;
    };

type OpenerProps = { trigger: ReactNode; label: string; placement?: NonNullable<PopoverProps['placement']> };

/** A menu on a button. `trigger` holds exactly one button of this folder. */
export function Menu({
  trigger,
  label,
  placement = 'bottom end',
  lines,
}: OpenerProps & { lines: readonly MenuLine[] }) {
  const [isOpen, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const open = (): void => setOpen(true);
  return (
    <>
      <ButtonContext
        value={{
          ref: anchor,
          onPress: open,
          onKeyDown: (event) => {
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') open();
            else event.continuePropagation();
          },
          'aria-haspopup': 'menu',
          'aria-expanded': isOpen,
        }}
      >
        {trigger}
      </ButtonContext>
      {isOpen && (
        <Suspense fallback={null}>
          <MenuLayer label={label} anchor={anchor} placement={placement} lines={lines} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

/** A box on a button. `children` is drawn while it is open and may close it. */
export function Popover({
  trigger,
  label,
  placement = 'bottom end',
  width,
  children,
}: OpenerProps & { width: string; children: (close: () => void) => ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const close = (): void => setOpen(false);
  return (
    <>
      <ButtonContext
        value={{ ref: anchor, onPress: () => setOpen(true), 'aria-haspopup': 'dialog', 'aria-expanded': isOpen }}
      >
        {trigger}
      </ButtonContext>
      {isOpen && (
        <Suspense fallback={null}>
          <PopoverLayer label={label} anchor={anchor} placement={placement} width={width} onClose={close}>
            {children(close)}
          </PopoverLayer>
        </Suspense>
      )}
    </>
  );
}

export type DialogProps = {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** In rem. */
  width?: string;
  children: ReactNode;
  footer?: ReactNode;
};

/** A question or a form that must be answered or left before anything else. Escape and a press outside leave it. */
export function Dialog({ isOpen, ...rest }: DialogProps) {
  if (!isOpen) return null;
  return (
    <Suspense fallback={null}>
      <DialogLayer {...rest} />
    </Suspense>
  );
}
