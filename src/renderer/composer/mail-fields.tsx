/** Where a mail goes and what it is called. Three plain fields; the addresses are checked when it is sent. */
import { useState } from 'react';
import { TextButton } from '../design/button.tsx';
import { useText } from '../i18n/text.ts';

export type MailText = { readonly to: string; readonly cc: string; readonly subject: string };

type Props = {
  initial: MailText;
  onChange: (change: Partial<MailText>) => void;
  faults: Partial<Record<keyof MailText, string>>;
};

/** Uncontrolled like every field here: `initial` is read once; give the component a new `key` to begin anew. */
export function MailFields({ initial, onChange, faults }: Props) {
  const t = useText();
  const [hasCc, setCc] = useState(initial.cc !== '');
  return (
    <div className="border-b border-line text-13">
      <Line
        name="to"
        label={t('mail.field.to')}
        initial={initial.to}
        fault={faults.to}
        onText={(to) => onChange({ to })}
      >
        {!hasCc && <TextButton onPress={() => setCc(true)}>{t('mail.field.cc')}</TextButton>}
      </Line>
      {hasCc && (
        <Line
          name="cc"
          label={t('mail.field.cc')}
          initial={initial.cc}
          fault={faults.cc}
          onText={(cc) => onChange({ cc })}
        />
      )}
      <Line
        name="subject"
        label={t('mail.field.subject')}
        initial={initial.subject}
        fault={faults.subject}
        onText={(subject) => onChange({ subject })}
      />
    </div>
  );
}

type LineProps = {
  name: string;
  label: string;
  initial: string;
  fault: string | undefined;
  onText: (text: string) => void;
  children?: React.ReactNode;
};

function Line({ name, label, initial, fault, onText, children }: LineProps) {
  const id = `mail-${name}`;
  return (
    <div className="px-3">
      <div className="flex min-h-8 items-center gap-2">
        <label htmlFor={id} className="w-14 shrink-0 text-ink3">
          {label}
        </label>
        <input
          id={id}
          defaultValue={initial}
          onInput={(event) => onText(event.currentTarget.value)}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={fault !== undefined || undefined}
          aria-describedby={fault === undefined ? undefined : `${id}-fault`}
          className="h-7 min-w-0 flex-1 rounded-sm bg-transparent px-1.5 text-13 text-ink focus-visible:outline-offset-0"
        />
        {children}
      </div>
      {fault !== undefined && (
        <p id={`${id}-fault`} className="pb-1 pl-16 text-12 text-red">
          {fault}
        </p>
      )}
    </div>
  );
}
