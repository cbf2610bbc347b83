/**
 * The raised layers themselves: menu, popover, dialog. Fetched when the first of them opens (see `overlays.tsx`), so that
 * the first screen does not wait for them. They hold the focus while open and give it back; hotkeys rest meanwhile.
 */
import { Check, X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import {
  Dialog as AriaDialog,
  Heading,
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Modal,
  ModalOverlay,
  Popover as AriaPopover,
  type PopoverProps,
  Separator,
} from 'react-aria-components';
import { useText } from '../i18n/text.ts';
import { IconButton } from './button.tsx';
import { KeyCap } from './key-cap.tsx';
import type { DialogProps, MenuLine } from './overlays.tsx';

const RAISED = 'fade-in rounded-xl bg-raised text-ink shadow-3 outline-none';

type LayerProps = {
  label: string;
  anchor: RefObject<HTMLElement | null>;
  placement: NonNullable<PopoverProps['placement']>;
  onClose: () => void;
};

const closing =
  (onClose: () => void) =>
  (isOpen: boolean): void => {
    if (!isOpen) onClose();
  };

/** The list of choices of a menu, hung on its button. */
export function MenuLayer({ label, anchor, placement, onClose, lines }: LayerProps & { lines: readonly MenuLine[] }) {
  return (
    <AriaPopover
      triggerRef={anchor}
      isOpen
      onOpenChange={closing(onClose)}
      placement={placement}
      offset={4}
      className={`${RAISED} max-w-96 min-w-52`}
    >
      <AriaMenu
        aria-label={label}
        autoFocus="first"
        onClose={onClose}
        className="scroll-thin max-h-[70vh] overflow-y-auto p-1.5 outline-none"
      >
        {lines.map((line, i) =>
          line.kind === 'item' ? <ItemLine key={line.id} line={line} /> : <StillLine key={i} line={line} />,
        )}
      </AriaMenu>
    </AriaPopover>
  );
}

function StillLine({ line }: { line: Exclude<MenuLine, { kind: 'item' }> }) {
  if (line.kind === 'rule') return <Separator className="my-1.5 h-px bg-line" />;
  return (
    <AriaMenuItem isDisabled textValue={line.label} className="px-2.5 pt-1 pb-0.5 text-12 text-ink3 outline-none">
      {line.label}
    </AriaMenuItem>
  );
}

function ItemLine({ line }: { line: Extract<MenuLine, { kind: 'item' }> }) {
  const { icon: Icon, keys, isOn, isDisabled = false, note, count, label, id, onAction } = line;
  return (
    <AriaMenuItem
      id={id}
      textValue={label}
      isDisabled={isDisabled}
      onAction={onAction}
      {...(isOn === undefined ? {} : { 'aria-current': isOn ? ('true' as const) : ('false' as const) })}
      className="flex min-h-8 items-center gap-2.5 rounded-md px-2.5 py-1 text-13 text-ink outline-none data-[disabled]:opacity-50 data-[focused]:bg-accent-tint data-[focused]:text-accent-ink"
    >
      {isOn !== undefined && <Check size={16} aria-hidden className={`shrink-0 ${isOn ? '' : 'invisible'}`} />}
      {Icon !== undefined && <Icon size={16} aria-hidden className="shrink-0" />}
      <span className="min-w-0 flex-1">
        {label}
        {note !== undefined && <span className="block text-12 text-ink3">{note}</span>}
      </span>
      {count !== undefined && <span className="num text-12 text-ink3">{count}</span>}
      {keys !== undefined && <KeyCap keys={keys} />}
    </AriaMenuItem>
  );
}

/** A raised box beside its button, for content with controls of its own. */
export function PopoverLayer({
  label,
  anchor,
  placement,
  onClose,
  width,
  children,
}: LayerProps & { width: string; children: ReactNode }) {
  return (
    <AriaPopover
      triggerRef={anchor}
      isOpen
      onOpenChange={closing(onClose)}
      placement={placement}
      offset={6}
      className={`${RAISED} max-w-[calc(100vw-1rem)] overflow-hidden`}
      style={{ width }}
    >
      <AriaDialog aria-label={label} className="flex max-h-[80vh] flex-col outline-none">
        {children}
      </AriaDialog>
    </AriaPopover>
  );
}

/** The box in the middle of the window; what is behind it cannot be reached. */
export function DialogLayer({ title, onClose, width = '30rem', children, footer }: Omit<DialogProps, 'isOpen'>) {
  const t = useText();
  return (
    <ModalOverlay
      isOpen
      onOpenChange={closing(onClose)}
      isDismissable
      className="fade-in fixed inset-0 z-40 grid place-items-center bg-[rgb(13_17_24/0.45)] p-4"
    >
      <Modal className={`${RAISED} flex max-h-[calc(100vh-2rem)] max-w-full flex-col`} style={{ width }}>
        <AriaDialog className="flex min-h-0 flex-col outline-none">
          <div className="flex shrink-0 items-center gap-2 border-b border-line py-2 pr-2 pl-4">
            <Heading slot="title" className="min-w-0 flex-1 text-16 font-bold">
              {title}
            </Heading>
            <IconButton label={t('action.close')} icon={X} onPress={onClose} />
          </div>
          <div className="scroll-thin min-h-0 overflow-y-auto px-4 py-3.5">{children}</div>
          {footer !== undefined && (
            <div className="flex shrink-0 items-center justify-end gap-2 border-t border-line bg-subtle px-4 py-2.5">
              {footer}
            </div>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
