/** The form of one thing, over its page: fields, the words of a refusal, save and leave. Leaving keeps nothing. */
import { CircleAlert, Trash2 } from 'lucide-react';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/overlays.tsx';
import { useText } from '../../i18n/text.ts';
import { useHasLine } from '../use-administration.ts';

/** What a form has to do with its change. */
type Sending = { isSending: boolean; fault: string | null };

/** `onRemove` offers to take the thing away; it is asked twice. */
export function FormDialog({
  title,
  change,
  onSave,
  onClose,
  onRemove,
  removing,
  saveLabel,
  width,
  children,
}: {
  title: string;
  change: Sending;
  onSave: () => void;
  onClose: () => void;
  onRemove?: (() => void) | undefined;
  removing?: Sending;
  saveLabel?: string;
  width?: string;
  children: ReactNode;
}) {
  const t = useText();
  const form = useId();
  const hasLine = useHasLine();
  const [isSure, setSure] = useState(false);
  const fault = change.fault ?? removing?.fault ?? null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (hasLine && !change.isSending) onSave();
  };
  return (
    <Dialog
      isOpen
      title={title}
      onClose={onClose}
      {...(width === undefined ? {} : { width })}
      footer={
        <>
          {onRemove !== undefined && (
            <span className="mr-auto">
              <Button
                size="normal"
                kind={isSure ? 'danger' : 'quiet'}
                icon={Trash2}
                isDisabled={!hasLine || removing?.isSending === true}
                onPress={() => (isSure ? onRemove() : setSure(true))}
              >
                {t(isSure ? 'administration.removeSure' : 'administration.remove')}
              </Button>
            </span>
          )}
          <Button size="normal" onPress={onClose}>
            {t('administration.cancel')}
          </Button>
          <Button
            size="normal"
            kind="solid"
            type="submit"
            form={form}
            isPending={change.isSending}
            isDisabled={!hasLine}
          >
            {change.isSending ? t('administration.saving') : (saveLabel ?? t('administration.save'))}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid grid-cols-1 gap-3">
        {!hasLine && <p className="text-13 text-amber">{t('administration.offline')}</p>}
        {fault !== null && (
          <p role="alert" className="flex items-start gap-1.5 text-13 text-red">
            <CircleAlert size={15} aria-hidden className="mt-[0.1875rem] shrink-0" />
            {fault}
          </p>
        )}
        {children}
      </form>
    </Dialog>
  );
}

/** Several fields that belong together, under one name. */
export function FieldGroup({ title, more, children }: { title: string; more?: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0 rounded-lg border border-line px-3 pt-1 pb-3">
      <legend className="px-1 text-12 font-medium text-ink2">{title}</legend>
      {more !== undefined && <p className="mb-2 text-12 text-ink3">{more}</p>}
      {children}
    </fieldset>
  );
}
