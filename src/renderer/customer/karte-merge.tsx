/**
 * Who is shown together with this customer, and who may be the same person. A suggestion is joined or told apart by one
 * press each; what was joined is taken out again here, at any time.
 */
import { Link2, Unlink, X } from 'lucide-react';
import type { Sheet } from '../../shared/console-shapes.ts';
import type { RelatedCustomer } from '../../shared/related-customers.ts';
import { channelName } from '../console/channel-name.ts';
import { useOrder } from '../console/use-order.ts';
import { Button, IconButton } from '../design/button.tsx';
import { ChannelTile } from '../design/channel-tile.tsx';
import { Chip } from '../design/chip.tsx';
import { notify } from '../design/notices.ts';
import { useText } from '../i18n/text.ts';

/** Stands high in the sheet: an agent who does not know of the other customer answers half a story. */
export function Duplicates({ sheet }: { sheet: Sheet }) {
  const t = useText();
  const { merge, order } = useMerging(sheet);
  if (sheet.duplicates.length === 0) return null;
  return (
    <section
      aria-label={t('merge.suggested')}
      className="edge-forced mx-4 mb-3 rounded-lg border border-line bg-subtle px-3 py-2 text-13"
    >
      <h3 className="font-bold">{t('merge.suggested')}</h3>
      <ul className="mt-1 flex flex-col gap-2">
        {sheet.duplicates.map((other) => (
          <li key={other.duplicateId}>
            <Related of={other}>
              <Chip tone="amber">{t(`merge.reason.${other.reason}`)}</Chip>
            </Related>
            <div className="mt-1 flex justify-end gap-1.5">
              <Button
                kind="quiet"
                icon={X}
                aria-label={t('merge.dismissName', { name: other.displayName })}
                onPress={() =>
                  void order((api) =>
                    api.customers.dismissDuplicate({
                      customerId: sheet.customer.id,
                      duplicateId: other.duplicateId,
                    }),
                  )
                }
              >
                {t('merge.dismiss')}
              </Button>
              <Button
                icon={Link2}
                aria-label={t('merge.mergeName', { name: other.displayName })}
                onPress={() => void merge(other)}
              >
                {t('merge.merge')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Everybody who was joined to this customer. */
export function Merged({ sheet }: { sheet: Sheet }) {
  const t = useText();
  const { unmerge } = useMerging(sheet);
  if (sheet.merged.length === 0) return null;
  return (
    <section aria-label={t('merge.merged')} className="border-t border-line px-4 py-3">
      <h3 className="mb-1.5 text-13 font-bold">{t('merge.merged')}</h3>
      <ul className="flex flex-col gap-1.5 text-13">
        {sheet.merged.map((other) => (
          <li key={other.customerId} className="flex items-start gap-1.5">
            <div className="min-w-0 flex-1">
              <Related of={other}>
                {other.isPending && <span className="text-12 font-bold text-amber">{t('delivery.queued')}</span>}
              </Related>
            </div>
            <IconButton
              size="tiny"
              iconSize={14}
              icon={Unlink}
              label={t('merge.unmergeName', { name: other.displayName })}
              onPress={() => void unmerge(other)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Related({ of, children }: { of: RelatedCustomer; children: React.ReactNode }) {
  const t = useText();
  return (
    <>
      <div className="flex min-w-0 flex-wrap items-center gap-x-1.5 gap-y-0.5">
        <span className="truncate font-bold text-ink">{of.displayName}</span>
        {of.kana !== '' && <span className="truncate text-12 text-ink3">{of.kana}</span>}
        {children}
      </div>
      <div className="mt-0.5 flex flex-wrap items-center gap-1 text-12 text-ink3">
        {of.channels.map((channel) => (
          <ChannelTile key={channel} kind={channel} size={16} label={channelName(channel, t)} />
        ))}
        {of.memberNumber !== null && <span className="num">{of.memberNumber}</span>}
        <span>{t('merge.conversations', { count: of.conversationCount })}</span>
      </div>
    </>
  );
}

function useMerging(sheet: Sheet) {
  const t = useText();
  const order = useOrder();
  const customerId = sheet.customer.id;
  const merge = async (other: RelatedCustomer): Promise<void> => {
    const done = await order((api) => api.customers.merge({ customerId, mergedIds: [other.customerId] }));
    if (done === null) return;
    notify({
      tone: 'done',
      title: t('merge.done', { name: other.displayName, into: sheet.customer.displayName }),
      action: { label: t('action.undo'), isUndo: true, onAction: () => void unmergeQuietly(other) },
    });
  };
  const unmergeQuietly = (other: RelatedCustomer) =>
    order((api) => api.customers.unmerge({ customerId: other.customerId }));
  const unmerge = async (other: RelatedCustomer): Promise<void> => {
    if ((await unmergeQuietly(other)) === null) return;
    notify({
      tone: 'done',
      title: t('merge.undone', { name: other.displayName }),
      detail: t('merge.undoneMore'),
      action: {
        label: t('action.undo'),
        isUndo: true,
        onAction: () => void order((api) => api.customers.merge({ customerId, mergedIds: [other.customerId] })),
      },
    });
  };
  return { order, merge, unmerge };
}
