/**
 * A call that rings for this agent: who it is and what matters, over the work and without touching the focus. It cannot be
 * answered here, the telephone does that; it ends by itself when its time is over, whatever arrives.
 */
import { ArrowRight, Clock, Phone, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import type { CustomerId, ConversationId } from '../../shared/domain/ids.ts';
import type { QueryOutput } from '../console/ask.ts';
import { useQuery } from '../console/use-query.ts';
import { Button, IconButton } from '../design/button.tsx';
import { Chip } from '../design/chip.tsx';
import { serverNow, useMinute, useNow } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';

export type Ring = QueryOutput<'calls.ringing'>['calls'][number];

/** Rings for me that are not over yet. The query ends a ring by the server's clock; a window that slept checks again. */
export function useRings(): readonly Ring[] {
  const rings = useQuery('calls.ringing', {}).data?.calls ?? [];
  return rings.filter((ring) => ring.isForMe);
}

/** Only while something rings: the tick of a second is not for an empty desk. */
export function RingPops({
  rings,
  onOpen,
}: {
  rings: readonly Ring[];
  onOpen: (customerId: CustomerId, conversationId: ConversationId) => void;
}) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = rings.filter((ring) => !hidden.has(ring.call.id));
  return (
    <div className="pointer-events-none fixed top-13 left-[clamp(1rem,13vw,11.875rem)] z-30 flex max-w-[calc(100vw-2rem)] flex-col gap-2">
      {shown.slice(0, 3).map((ring) => (
        <RingPop
          key={ring.call.id}
          ring={ring}
          onOpen={onOpen}
          onHide={() => setHidden(new Set([...hidden, ring.call.id]))}
        />
      ))}
    </div>
  );
}

function RingPop({
  ring,
  onOpen,
  onHide,
}: {
  ring: Ring;
  onOpen: (customerId: CustomerId, conversationId: ConversationId) => void;
  onHide: () => void;
}) {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  const minute = useMinute();
  const queues = useQuery('settings.get', {}).data?.queues;
  const { call, customer, caution, lastConversation } = ring;
  const left = call.expiresAt - Math.max(now, serverNow() - 1000);
  if (left <= 0) return null;
  const whole = Math.max(1, call.expiresAt - call.offeredAt);
  const queue = queues?.find((each) => each.id === call.queueId);
  const number = call.fromMasked ?? t(call.fromReason === 'withheld' ? 'call.withheld' : 'call.unknownNumber');
  return (
    <section
      role="alertdialog"
      aria-label={t('ring.label', { name: customer.displayName })}
      data-ring={call.id}
      className="edge-forced fade-in pointer-events-auto w-[27.25rem] max-w-full overflow-hidden rounded-xl bg-raised shadow-3"
    >
      <div className="flex h-9 items-center gap-2 bg-ch-phone pr-1 pl-4 text-13 text-on-ch">
        <Phone size={15} strokeWidth={2.3} aria-hidden />
        <b className="font-bold">{t('ring.title')}</b>
        {queue !== undefined && <span className="truncate">{queue.name}</span>}
        <span className="num ml-auto" aria-hidden>
          {t('ring.waited', { time: format.clock(now - call.offeredAt) })}
        </span>
        <IconButton
          icon={X}
          label={t('ring.hide')}
          onPress={onHide}
          size="tiny"
          className="!text-on-ch data-[hovered]:!bg-on-ch/15"
        />
      </div>
      <div className="px-4 pt-3 pb-3.5">
        <div className="flex flex-wrap items-baseline gap-x-2">
          <b className="text-18 font-bold">
            {customer.displayName}
            {customer.kind === 'person' && <span className="ml-1 text-14 font-normal">{t('customer.honorific')}</span>}
          </b>
          <span className="text-12 text-ink3">{customer.kana}</span>
          {customer.rank !== null && (
            <span className="ml-auto">
              <Chip>{customer.rank}</Chip>
            </span>
          )}
        </div>
        <div className="num mt-0.5 flex flex-wrap items-center gap-x-2 text-13 text-ink2">
          {number}
          <span className="text-ink3">{t('ring.unverified')}</span>
        </div>
        {lastConversation !== null && (
          <dl className="mt-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 rounded-lg bg-canvas px-3 py-2.5 text-13">
            <dt className="text-ink3">{t('ring.last')}</dt>
            <dd className="min-w-0">
              <span className="num">{format.dayAndTime(lastConversation.lastActivityAt, minute)}</span>{' '}
              {t(`status.${lastConversation.status}`)}
            </dd>
            <dt className="text-ink3">{t('ring.matter')}</dt>
            <dd className="min-w-0 truncate">{lastConversation.subject ?? lastConversation.preview}</dd>
          </dl>
        )}
        {caution !== null && (
          <p
            className={`mt-2.5 flex items-start gap-2 text-13 ${caution.kind === 'care' ? 'text-accent-ink' : 'text-red'}`}
          >
            <TriangleAlert size={15} aria-hidden className="mt-[0.1875rem] shrink-0" />
            <span>
              <b className="font-bold">{t(caution.kind === 'care' ? 'caution.care' : 'caution.warning')}</b>{' '}
              {caution.text}
            </span>
          </p>
        )}
        <div className="mt-3 flex flex-wrap items-center gap-2">
          <p className="flex min-w-0 flex-1 items-center gap-1.5 text-12 text-ink3">
            <Clock size={12} aria-hidden className="shrink-0" />
            <span className="num">{t('ring.left', { seconds: Math.ceil(left / 1000) })}</span>
          </p>
          <Button
            kind="plain"
            size="normal"
            icon={ArrowRight}
            onPress={() => onOpen(call.customerId, call.conversationId)}
          >
            {t('ring.open')}
          </Button>
        </div>
      </div>
      <div className="h-1 bg-sunken" aria-hidden>
        <div className="h-full bg-ch-phone" style={{ width: `${Math.min(100, (100 * left) / whole)}%` }} />
      </div>
    </section>
  );
}
