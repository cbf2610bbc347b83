/** The sections of the customer's sheet: how to reach them, what they bought, what was before. */
import { Check, Copy, Package } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Sheet } from '../../shared/console-shapes.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { channelName } from '../console/channel-name.ts';
import { Button, IconButton } from '../design/button.tsx';
import { ChannelTile } from '../design/channel-tile.tsx';
import { Chip, type Tone } from '../design/chip.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';

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

/** Identities masked as the core shows them to this agent, address and preference. */
export function Contacts({ sheet }: { sheet: Sheet }) {
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

/** What was bought, newest first; a few, then all that is here. */
export function Orders({ sheet }: { sheet: Sheet }) {
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

/** Conversations before this one; a press opens one in the thread. */
export function History({
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
