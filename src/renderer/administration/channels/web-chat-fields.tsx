/** The fields of a web chat: the sites that may show it, its look and words, and when somebody answers. */
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { FormOf } from '../../../shared/administration/channel-forms.ts';
import { Button, IconButton } from '../../design/button.tsx';
import { TextArea, TextField } from '../../design/fields.tsx';
import { Toggle } from '../../design/toggle.tsx';
import { useText } from '../../i18n/text.ts';
import { FieldGroup } from '../parts/form-dialog.tsx';
import type { FaultAt } from './use-account-form.ts';

type Form = FormOf<'webChat'>;
type Span = NonNullable<Form['hours']>['spans'][number];
type Props = { form: Form; faultAt: FaultAt; onChange: (form: Form) => void };

const newSpan: Span = { days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' };

/** What a person pastes from the address line of a browser: the path goes, the rest is written as browsers send it. */
function originOf(text: string): string {
  const trimmed = text.trim();
  return URL.canParse(trimmed) ? new URL(trimmed).origin : trimmed;
}

/** See the file's head. */
export function WebChatFields({ form, faultAt, onChange }: Props) {
  const t = useText();
  const sites = form.allowedOrigins.join('\n');
  const badSite = form.allowedOrigins
    .map((_, at) => faultAt(`allowedOrigins.${at}`))
    .find((told) => told !== undefined);
  return (
    <>
      <TextField
        label={t('channels.chat.address')}
        initial={form.address}
        placeholder={t('channels.example.site')}
        error={faultAt('address')}
        onText={(address) => onChange({ ...form, address })}
      />
      <div>
        <p className="mb-1 text-12 font-medium text-ink2">{t('channels.chat.sites')}</p>
        <TextArea
          label={t('channels.chat.sites')}
          initial={sites}
          placeholder={t('channels.example.origin')}
          minLines={2}
          onText={(text) =>
            onChange({
              ...form,
              allowedOrigins: text
                .split('\n')
                .map(originOf)
                .filter((origin) => origin !== ''),
            })
          }
        />
        <p className={`mt-1 text-12 ${badSite === undefined ? 'text-ink3' : 'text-red'}`}>
          {badSite ?? t('channels.chat.sitesMore')}
        </p>
      </div>
      <FieldGroup title={t('channels.chat.look')}>
        <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-3">
          <TextField
            label={t('channels.chat.title')}
            initial={form.title ?? ''}
            placeholder={t('channels.chat.titleEmpty')}
            error={faultAt('title')}
            onText={(title) => onChange({ ...form, title: title.trim() === '' ? null : title })}
          />
          <label className="block text-12 font-medium text-ink2">
            <span className="mb-1 block">{t('channels.chat.colour')}</span>
            <input
              type="color"
              defaultValue={form.colour}
              onInput={(event) => onChange({ ...form, colour: event.currentTarget.value })}
              className="h-8 w-16 rounded-md border border-strong bg-surface p-0.5"
            />
          </label>
        </div>
        <div className="mt-3 grid grid-cols-2 gap-3">
          {(['ja', 'en'] as const).map((language) => (
            <div key={language}>
              <p className="mb-1 text-12 font-medium text-ink2">{t(`channels.chat.greeting.${language}`)}</p>
              <TextArea
                label={t(`channels.chat.greeting.${language}`)}
                initial={form.greeting[language]}
                lang={language}
                minLines={2}
                onText={(text) => onChange({ ...form, greeting: { ...form.greeting, [language]: text } })}
              />
            </div>
          ))}
        </div>
      </FieldGroup>
      <FieldGroup title={t('channels.chat.hours')} more={t('channels.chat.hoursMore')}>
        <div className="grid gap-2">
          <Toggle isOn={form.isAway} onChange={(isAway) => onChange({ ...form, isAway })}>
            {t('channels.chat.away')}
          </Toggle>
          <Toggle
            isOn={form.hours !== null}
            onChange={(isOn) =>
              onChange({ ...form, hours: isOn ? { timeZone: 'Asia/Tokyo', spans: [newSpan] } : null })
            }
          >
            {t('channels.chat.hasHours')}
          </Toggle>
          {form.hours !== null && <Hours hours={form.hours} form={form} faultAt={faultAt} onChange={onChange} />}
        </div>
      </FieldGroup>
    </>
  );
}

function Hours({ hours, form, faultAt, onChange }: Props & { hours: NonNullable<Form['hours']> }) {
  const t = useText();
  /** Each line keeps its fields when another is taken away. */
  const [keys, setKeys] = useState(() => hours.spans.map(() => crypto.randomUUID()));
  const put = (spans: Span[]): void => onChange({ ...form, hours: { ...hours, spans } });
  return (
    <div className="grid gap-2">
      <TextField
        label={t('channels.chat.timeZone')}
        initial={hours.timeZone}
        error={faultAt('hours.timeZone')}
        onText={(timeZone) => onChange({ ...form, hours: { ...hours, timeZone } })}
      />
      {hours.spans.map((span, at) => (
        <SpanLine
          key={keys[at]}
          span={span}
          fault={
            faultAt(`hours.spans.${at}.to`) ?? faultAt(`hours.spans.${at}.from`) ?? faultAt(`hours.spans.${at}.days`)
          }
          onChange={(next) => put(hours.spans.with(at, next))}
          onRemove={() => {
            setKeys((now) => now.toSpliced(at, 1));
            put(hours.spans.toSpliced(at, 1));
          }}
        />
      ))}
      {faultAt('hours.spans') !== undefined && <p className="text-12 text-red">{faultAt('hours.spans')}</p>}
      <div>
        <Button
          icon={Plus}
          onPress={() => {
            setKeys((now) => [...now, crypto.randomUUID()]);
            put([...hours.spans, newSpan]);
          }}
        >
          {t('channels.chat.addSpan')}
        </Button>
      </div>
    </div>
  );
}

function SpanLine({
  span,
  fault,
  onChange,
  onRemove,
}: {
  span: Span;
  fault: string | undefined;
  onChange: (span: Span) => void;
  onRemove: () => void;
}) {
  const t = useText();
  const time = (which: 'from' | 'to') => (
    <input
      type="time"
      aria-label={t(`channels.chat.${which}`)}
      // A field of times has no 24:00; the end of the day is written as 00:00 there.
      defaultValue={span[which] === '24:00' ? '00:00' : span[which]}
      onInput={(event) => {
        const { value } = event.currentTarget;
        onChange({ ...span, [which]: which === 'to' && value === '00:00' ? '24:00' : value });
      }}
      className="num h-7 rounded-md border border-strong bg-surface px-1.5 text-13 text-ink"
    />
  );
  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <div className="flex gap-0.5" role="group" aria-label={t('channels.chat.days')}>
          {([1, 2, 3, 4, 5, 6, 0] as const).map((day) => {
            const isOn = span.days.includes(day);
            return (
              <button
                key={day}
                type="button"
                aria-pressed={isOn}
                onClick={() =>
                  onChange({
                    ...span,
                    days: isOn ? span.days.filter((one) => one !== day) : [...span.days, day].toSorted(),
                  })
                }
                className={`edge-forced h-7 min-w-8 rounded-sm border px-1.5 text-12 ${isOn ? 'border-accent-solid bg-accent-tint font-bold text-accent-ink' : 'border-line text-ink2'}`}
              >
                {t(`channels.chat.day.${day}`)}
              </button>
            );
          })}
        </div>
        <div className="flex items-center gap-1.5">
          {time('from')}
          <span aria-hidden>–</span>
          {time('to')}
        </div>
        <IconButton label={t('channels.chat.removeSpan')} icon={X} size="small" onPress={onRemove} />
      </div>
      {fault !== undefined && <p className="mt-1 text-12 text-red">{fault}</p>}
    </div>
  );
}
