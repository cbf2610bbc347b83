/**
 * The customer's sheet beside the thread: who this is, what to mind, how to reach them (masked), what they bought, what
 * was before. Reads one query; what is acknowledged goes through the outbox.
 */
import { ClipboardCheck, Ear, Star, TriangleAlert } from 'lucide-react';
import type { Sheet } from '../../shared/console-shapes.ts';
import type { ConversationId, CustomerId } from '../../shared/domain/ids.ts';
import { useOrder } from '../console/use-order.ts';
import { useQuery } from '../console/use-query.ts';
import { codeOf } from '../console/words-for-refusal.ts';
import { Button } from '../design/button.tsx';
import { Chip } from '../design/chip.tsx';
import { ErrorState, SkeletonRows, useSlow } from '../design/states.tsx';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Facts } from './karte-facts.tsx';
import { Duplicates, Merged } from './karte-merge.tsx';
import { Contacts, History, Orders } from './karte-sections.tsx';

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
      <Duplicates sheet={sheet} />
      <HandoverNotes sheet={sheet} />
      <Contacts sheet={sheet} />
      <Merged sheet={sheet} />
      <Facts sheet={sheet} />
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
