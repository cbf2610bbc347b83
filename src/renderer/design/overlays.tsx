/** Raised layers: menu, popover, dialog. They hold the focus while open and give it back; F-keys and letters rest. */
import { Check, type LucideIcon, X } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Dialog as AriaDialog,
  Heading,
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuTrigger,
  Modal,
  ModalOverlay,
  Popover as AriaPopover,
  type PopoverProps,
  Separator,
} from 'react-aria-components';
import { useText } from '../i18n/text.ts';
import { IconButton } from './button.tsx';
import { KeyCap } from './key-cap.tsx';

const RAISED = 'fade-in rounded-xl bg-raised text-ink shadow-3 outline-none';

/** A menu on a button. `trigger` must be a button of this folder. */
export function Menu({ trigger, label, placement = 'bottom end', children }: { trigger: ReactNode; label: string; placement?: PopoverProps['placement']; children: ReactNode }) {
  return (
    <MenuTrigger>
      {trigger}
      <AriaPopover placement={placement!} offset={4} className={`${RAISED} min-w-52 max-w-96`}>
        <AriaMenu aria-label={label} className="max-h-[70vh] overflow-y-auto p-1.5 outline-none">
          {children}
        </AriaMenu>
      </AriaPopover>
    </MenuTrigger>
  );
}

/** One line of a menu. `isOn` draws a tick and says "checked". */
export function MenuItem(props: { icon?: LucideIcon; keys?: string; isOn?: boolean; isDisabled?: boolean; tone?: 'plain' | 'red'; note?: string | undefined; onAction: () => void; children: string }) {
  const { icon: Icon, keys, isOn, isDisabled = false, tone = 'plain', note, onAction, children } = props;
  return (
    <AriaMenuItem
      textValue={children}
      isDisabled={isDisabled}
      onAction={onAction}
      {...(isOn === undefined ? {} : { 'aria-current': isOn ? ('true' as const) : ('false' as const) })}
      className={`flex min-h-8 items-center gap-2.5 rounded-md px-2.5 py-1 text-13 outline-none data-[disabled]:opacity-50 data-[focused]:bg-accent-tint data-[focused]:text-accent-ink ${tone === 'red' ? 'text-red' : 'text-ink'}`}
    >
      {isOn !== undefined && <Check size={16} aria-hidden className={`shrink-0 ${isOn ? '' : 'invisible'}`} />}
      {Icon !== undefined && <Icon size={16} aria-hidden className="shrink-0" />}
      <span className="min-w-0 flex-1">
        {children}
        {note !== undefined && <span className="block text-12 text-ink3">{note}</span>}
      </span>
      {keys !== undefined && <KeyCap keys={keys} />}
    </AriaMenuItem>
  );
}

/** A rule between groups of a menu. */
export function MenuRule() {
  return <Separator className="my-1.5 h-px bg-line" />;
}

/** A small head over a group of a menu's lines; not a choice itself. */
export function MenuHead({ children }: { children: string }) {
  return (
    <AriaMenuItem isDisabled textValue={children} className="px-2.5 pt-1 pb-0.5 text-12 text-ink3 outline-none">
      {children}
    </AriaMenuItem>
  );
}

/** A raised box beside what opened it. For content with controls of its own; use Menu for a list of choices. */
export function Popover({ label, width, placement = 'bottom end', children, ...rest }: Omit<PopoverProps, 'children' | 'className'> & { label: string; width: string; children: ReactNode }) {
  return (
    <AriaPopover {...rest} placement={placement} offset={6} className={`${RAISED} max-w-[calc(100vw-1rem)] overflow-hidden`} style={{ width }}>
      <AriaDialog aria-label={label} className="flex max-h-[80vh] flex-col outline-none">
        {children}
      </AriaDialog>
    </AriaPopover>
  );
}

/** A question or a form that must be answered or left before anything else. Escape and a press outside leave it. */
export function Dialog({ title, isOpen, onClose, width = '30rem', children, footer }: { title: string; isOpen: boolean; onClose: () => void; width?: string; children: ReactNode; footer?: ReactNode }) {
  const t = useText();
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
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
          {footer !== undefined && <div className="flex shrink-0 items-center justify-end gap-2 border-t border-line bg-subtle px-4 py-2.5">{footer}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
