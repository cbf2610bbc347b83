/** Facts about the customer that an agent may change, one field at a time, and what the customer has agreed to. */
import { Check, Pencil } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Sheet } from '../../shared/console-shapes.ts';
import { consentStates } from '../../shared/domain/consent.ts';
import type { CustomerChange } from '../../shared/domain/customer-field.ts';
import { useOrder } from '../console/use-order.ts';
import { IconButton } from '../design/button.tsx';
import { Chip } from '../design/chip.tsx';
import { TextField, type TextHandle } from '../design/fields.tsx';
import { isCommittingEnter } from '../design/ime.ts';
import { Menu } from '../design/overlays.tsx';
import { useText } from '../i18n/text.ts';

const FIELDS = ['displayName', 'kana', 'preferredNote'] as const;
type Field = (typeof FIELDS)[number];
const CONSENT_TONES = { granted: 'green', denied: 'red', unknown: 'ink' } as const;

/** See the file's head. */
export function Facts({ sheet }: { sheet: Sheet }) {
  const t = useText();
  return (
    <section aria-label={t('karte.facts')} className="border-t border-line px-4 py-3">
      <h3 className="mb-1.5 text-13 font-bold">{t('karte.facts')}</h3>
      <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-2 gap-y-1 text-13">
        {FIELDS.map((field) => (
          <Fact key={field} sheet={sheet} field={field} />
        ))}
        {sheet.consents.map((consent) => (
          <Answer key={consent.purpose} sheet={sheet} consent={consent} />
        ))}
      </dl>
    </section>
  );
}

function Fact({ sheet, field }: { sheet: Sheet; field: Field }) {
  const t = useText();
  const order = useOrder();
  const { customer } = sheet;
  const [seen, setSeen] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const input = useRef<TextHandle>(null);
  const name = t(`customer.field.${field}`);
  const save = async (): Promise<void> => {
    const text = (input.current?.text() ?? '').trim();
    setOpen(false);
    const value = field === 'preferredNote' && text === '' ? null : text;
    if (value === seen || (field === 'displayName' && text === '')) return;
    await order((api) =>
      api.customers.setField({ customerId: customer.id, change: { field, value, seen } as CustomerChange }),
    );
  };
  return (
    <>
      <dt className="truncate text-ink3">{name}</dt>
      <dd className="flex min-w-0 items-center gap-1.5 text-ink">
        {isOpen ? (
          <div
            className="flex min-w-0 flex-1 items-center gap-1"
            onKeyDown={(event) => {
              if (event.key === 'Escape') setOpen(false);
              if (!isCommittingEnter(event)) return;
              event.preventDefault();
              void save();
            }}
          >
            <div className="min-w-0 flex-1">
              <TextField label={name} hideLabel initial={seen ?? ''} inputRef={input} />
            </div>
            <IconButton icon={Check} label={t('karte.saveField', { name })} onPress={() => void save()} />
          </div>
        ) : (
          <>
            <span className="min-w-0 truncate">{customer[field] ?? ''}</span>
            {sheet.pendingFields.includes(field) && (
              <span className="text-12 font-bold text-amber">{t('delivery.queued')}</span>
            )}
            <IconButton
              size="tiny"
              iconSize={13}
              icon={Pencil}
              label={t('karte.editField', { name })}
              className="-my-1"
              onPress={() => {
                setSeen(customer[field]);
                setOpen(true);
              }}
            />
          </>
        )}
      </dd>
    </>
  );
}

function Answer({ sheet, consent }: { sheet: Sheet; consent: Sheet['consents'][number] }) {
  const t = useText();
  const order = useOrder();
  const { purpose, state, isPending } = consent;
  const name = t(`consent.purpose.${purpose}`);
  return (
    <>
      <dt className="truncate text-ink3">{name}</dt>
      <dd className="flex min-w-0 items-center gap-1.5">
        <Chip tone={CONSENT_TONES[state]}>{t(`consent.${state}`)}</Chip>
        {isPending && <span className="text-12 font-bold text-amber">{t('delivery.queued')}</span>}
        <Menu
          label={t('karte.editField', { name })}
          trigger={
            <IconButton
              size="tiny"
              iconSize={13}
              icon={Pencil}
              label={t('karte.editField', { name })}
              className="-my-1"
            />
          }
          lines={consentStates.map((next) => ({
            kind: 'item' as const,
            id: next,
            label: t(`consent.${next}`),
            isOn: next === state,
            onAction: () =>
              void order((api) =>
                api.customers.setConsent({ customerId: sheet.customer.id, purpose, state: next, seenState: state }),
              ),
          }))}
        />
      </dd>
    </>
  );
}
