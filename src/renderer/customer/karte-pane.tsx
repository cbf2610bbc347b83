/**
 * The customer's sheet beside the thread: who this is, what to mind, how to reach them (masked), what they bought, what
 * was before. Reads one query; what is acknowledged goes through the outbox.
 */
import { Check, ClipboardCheck, Copy, Ear, Package, Star, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Sheet } from '../../shared/console-api.ts';
import type { ConversationId, CustomerId } from '../../shared/domain/ids.ts';
import { channelName } from '../console/channel-name.ts';
import { useOrder } from '../console/use-order.ts';
import { useQuery } from '../console/use-query.ts';
import { codeOf } from '../console/words-for-refusal.ts';
import { Button, IconButton } from '../design/button.tsx';
import { ChannelTile } from '../design/channel-tile.tsx';
import { Chip, type Tone } from '../design/chip.tsx';
import { ErrorState, SkeletonRows, useSlow } from '../design/states.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';

type Props = {
  customerId: CustomerId;
  openId: ConversationId | null;
  onOpen: (conversationId: ConversationId) => void;
};

/** See the file's head. */
export function KartePane({ customerId, openId, onOpen }: Props) {
  const t = useText();
  const answer = useQuery('customers.sheet', { customerId });
  const isSlow = useSlow(answer.isPending);
  return (
    <aside
      aria-label={t('karte.pane')}
      data-pane-focus="karte"
      tabIndex={-1}
      data-inset
      className="scroll-thin h-full min-w-0 overflow-y-auto bg-surface"
    >
      {answer.data !== undefined ? (
        <SheetView sheet={answer.data} openId={openId} onOpen={onOpen} />
      ) : answer.isError ? (
        <ErrorState title={t('karte.failed')} code={codeOf(answer.error)} onRetry={() => void answer.refetch()}>
          {t('karte.failedMore')}
        </ErrorState>
      ) : isSlow ? (
        <SkeletonRows count={6} height="3.25rem" />
      ) : null}
    </aside>
  );
}

function SheetView({
  sheet,
  openId,
  onOpen,
}: {
  sheet: Sheet;
  openId: ConversationId | null;
  onOpen: (conversationId: ConversationId) => void;
}) {
  const t = useText();
  return (
    <>
      <KarteHead sheet={sheet} />
      <Cautions sheet={sheet} />
      <HandoverNotes sheet={sheet} />
      <Contacts sheet={sheet} />
      {sheet.orderCount > 0 && <Orders sheet={sheet} />}
      <History sheet={sheet} openId={openId} onOpen={onOpen} />
      {sheet.conversationCount === 0 && <p className="px-4 pb-4 text-13 text-ink3">{t('karte.noHistory')}</p>}
    </>
  );
}

function KarteHead({ sheet }: { sheet: Sheet }) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const { customer } = sheet;
  const years = customer.since === null ? null : Math.max(1, Math.ceil(format.daysApart(customer.since, now) / 365));
  return (
    <div className="px-4 pt-3 pb-3">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <h2 className="text-18 font-bold">
          {customer.displayName}
          {customer.kind === 'person' && <span className="ml-1 text-13 font-normal">{t('customer.honorific')}</span>}
        </h2>
        <span className="text-12 text-ink3">{customer.kana}</span>
      </div>
      <div className="mt-1.5 flex flex-wrap gap-1">
        {customer.rank !== null && (
          <Chip icon={Star}>
            {years === null ? customer.rank : t('customer.rankYears', { rank: customer.rank, years })}
          </Chip>
        )}
        <Chip>{t(`stage.${customer.stage}`)}</Chip>
        {customer.handlingState !== 'normal' && (
          <Chip tone="red" icon={TriangleAlert}>
            {t(`handling.${customer.handlingState}`)}
          </Chip>
        )}
      </div>
    </div>
  );
}

function Cautions({ sheet }: { sheet: Sheet }) {
  const t = useText();
  return sheet.cautions.map((caution) => {
    const isCare = caution.kind === 'care';
    const Icon = isCare ? Ear : TriangleAlert;
    return (
      <p
        key={caution.id}
        className={`edge-forced mx-4 mb-3 flex items-start gap-2 rounded-lg px-3 py-2 text-13 ${isCare ? 'bg-accent-tint text-accent-ink' : 'bg-red-tint text-red'}`}
      >
        <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
        <span>
          <b className="font-bold">{t(isCare ? 'caution.care' : 'caution.warning')}</b> {caution.text}
        </span>
      </p>
    );
  });
}

function HandoverNotes({ sheet }: { sheet: Sheet }) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const order = useOrder();
  const open = sheet.handoverNotes.filter((note) => note.acknowledgedAt === null);
  return open.map((note) => (
    <section
      key={note.id}
      aria-label={t('handover.title')}
      className="edge-forced mx-4 mb-3 rounded-lg border border-dashed border-note-line bg-note-tint px-3 py-2 text-13"
    >
      <div className="flex flex-wrap items-center gap-x-2">
        <b className="font-bold text-note">{t('handover.title')}</b>
        <span className="num text-12 text-ink3">
          {note.authorName} · {format.stamp(note.createdAt, now)}
        </span>
      </div>
      <p className="message-text mt-0.5 text-13">{note.text}</p>
      <div className="mt-1.5 flex justify-end">
        {note.isAcknowledgePending ? (
          <span className="text-12 font-bold text-amber">{t('handover.waits')}</span>
        ) : (
          <Button
            icon={ClipboardCheck}
            onPress={() => void order((api) => api.customers.acknowledgeHandover({ handoverNoteId: note.id }))}
          >
            {t('handover.acknowledge')}
          </Button>
        )}
      </div>
    </section>
  ));
}

function Section({ title, count, children }: { title: string; count?: number | undefined; children: ReactNode }) {
  const format = useFormat();
  return (
    <section aria-label={title} className="border-t border-line px-4 py-3">
      <div className="mb-1.5 flex items-center gap-1.5">
        <h3 className="text-13 font-bold">{title}</h3>
        {count !== undefined && <span className="num text-12 text-ink3">{format.number(count)}</span>}
      </div>
      {children}
    </section>
  );
}

function Contacts({ sheet }: { sheet: Sheet }) {
  const t = useText();
  const { customer, identities } = sheet;
  return (
    <Section title={t('karte.contact')}>
      <dl className="grid grid-cols-[4.25rem_minmax(0,1fr)] gap-y-1 text-13">
        {customer.memberNumber !== null && (
          <Pair name={t('karte.memberNumber')}>
            <span className="num">{customer.memberNumber}</span>
            <CopyNumber number={customer.memberNumber} />
          </Pair>
        )}
        {identities.map((identity) => (
          <Pair key={identity.id} name={channelName(identity.channel, t)}>
            <span className="num min-w-0 truncate">{identity.shown}</span>
            {identity.isVerified && (
              <Check size={13} role="img" aria-label={t('karte.verified')} className="shrink-0 text-green" />
            )}
          </Pair>
        ))}
        {customer.addressMasked !== null && <Pair name={t('karte.address')}>{customer.addressMasked}</Pair>}
        {(customer.preferredChannel !== null || customer.preferredNote !== null) && (
          <Pair name={t('karte.preference')}>
            {customer.preferredChannel !== null && (
              <ChannelTile
                kind={customer.preferredChannel}
                size={18}
                label={channelName(customer.preferredChannel, t)}
              />
            )}
            <span className="min-w-0">
              {customer.preferredNote ?? channelName(customer.preferredChannel ?? 'other', t)}
            </span>
          </Pair>
        )}
      </dl>
    </Section>
  );
}

function Pair({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="truncate text-ink3">{name}</dt>
      <dd className="flex min-w-0 items-center gap-1.5 text-ink">{children}</dd>
    </>
  );
}

function CopyNumber({ number }: { number: string }) {
  const t = useText();
  const [copied, setCopied] = useState(false);
  return (
    <IconButton
      size="tiny"
      iconSize={13}
      icon={copied ? Check : Copy}
      label={t(copied ? 'action.copied' : 'karte.copyNumber')}
      className="-my-1"
      onPress={() =>
        void navigator.clipboard.writeText(number).then(
          () => setCopied(true),
          () => undefined,
        )
      }
      onBlur={() => setCopied(false)}
    />
  );
}

const ORDER_TONES: Record<string, Tone> = {
  returnRequested: 'violet',
  inspected: 'green',
  refunded: 'green',
  cancelled: 'red',
  thisMonth: 'accent',
};
/** So many stand in the pane at first; the rest is one press away. */
const FIRST_ORDERS = 3;
const FIRST_CONVERSATIONS = 6;

function Orders({ sheet }: { sheet: Sheet }) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const [all, setAll] = useState(false);
  const shown = all ? sheet.orders : sheet.orders.slice(0, FIRST_ORDERS);
  return (
    <Section title={t('karte.orders')} count={sheet.orderCount}>
      <ul className="grid grid-cols-1 gap-1">
        {shown.map((order) => (
          <li key={order.id} className="flex items-center gap-2.5 rounded-md border border-line px-2.5 py-1.5">
            <Package size={16} aria-hidden className="shrink-0 text-ink3" />
            <div className="min-w-0 flex-1">
              <div className="truncate text-13 font-medium">
                {order.lines[0]?.productName ?? order.number}
                {order.lines.length > 1 && (
                  <span className="ml-1 text-12 font-normal text-ink3">
                    {t('order.more', { count: order.lines.length - 1 })}
                  </span>
                )}
              </div>
              <div className="num truncate text-12 text-ink3">
                {order.number} · {format.amount(order.amount, order.currency)}
                <span className="compact:hidden"> · {format.shortDay(order.orderedAt, now)}</span>
              </div>
            </div>
            <Chip tone={ORDER_TONES[order.status] ?? 'ink'}>{t(`order.${order.status}`)}</Chip>
          </li>
        ))}
      </ul>
      <More shown={shown.length} known={sheet.orders.length} isAll={all} onToggle={() => setAll(!all)} />
    </Section>
  );
}

function History({
  sheet,
  openId,
  onOpen,
}: {
  sheet: Sheet;
  openId: ConversationId | null;
  onOpen: (conversationId: ConversationId) => void;
}) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const [all, setAll] = useState(false);
  const shown = all ? sheet.conversations : sheet.conversations.slice(0, FIRST_CONVERSATIONS);
  return (
    <Section title={t('karte.history')} count={sheet.conversationCount}>
      <ol className="-mx-1.5 grid grid-cols-1 text-13">
        {shown.map((conversation) => (
          <li key={conversation.conversationId}>
            <button
              type="button"
              data-inset
              onClick={() => onOpen(conversation.conversationId)}
              aria-current={conversation.conversationId === openId ? 'true' : undefined}
              className={`flex h-8 w-full items-center gap-2 rounded-md px-1.5 text-left hover:bg-hover ${conversation.conversationId === openId ? 'bg-selected' : ''}`}
            >
              <ChannelTile kind={conversation.channel} size={20} label={channelName(conversation.channel, t)} />
              <span className="min-w-0 flex-1 truncate">
                {conversation.subject ?? (conversation.preview || channelName(conversation.channel, t))}
              </span>
              <span className="shrink-0 text-12 text-ink3">{t(`status.${conversation.status}`)}</span>
              <span className="num min-w-9 shrink-0 text-right text-12 text-ink3">
                {format.shortDay(conversation.lastActivityAt, now)}
              </span>
            </button>
          </li>
        ))}
      </ol>
      <More shown={shown.length} known={sheet.conversations.length} isAll={all} onToggle={() => setAll(!all)} />
    </Section>
  );
}

function More({
  shown,
  known,
  isAll,
  onToggle,
}: {
  shown: number;
  known: number;
  isAll: boolean;
  onToggle: () => void;
}) {
  const t = useText();
  if (!isAll && shown >= known) return null;
  return (
    <div className="mt-1 flex justify-end">
      <Button kind="quiet" onPress={onToggle} aria-expanded={isAll} className="!h-6 !text-12 !text-accent">
        {isAll ? t('karte.less') : t('karte.all', { count: known })}
      </Button>
    </div>
  );
}
