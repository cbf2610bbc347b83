/** What stands in the tray: each order that waits or came back, and what can be done with it. Fetched once there is one. */
import { Inbox, Pencil, Send, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { OutboxRow } from '../../shared/console-shapes.ts';
import { channelName } from '../console/channel-name.ts';
import { useOrder } from '../console/use-order.ts';
import { Button, IconButton } from '../design/button.tsx';
import { ChannelTile } from '../design/channel-tile.tsx';
import { isImeKey } from '../design/ime.ts';
import { hasWords, type Text, useText } from '../i18n/text.ts';
import { LeftDrafts } from './left-drafts.tsx';
import { OutboxState } from './outbox-state.tsx';
import type { TrayActs } from './outbox-tray.tsx';

type Open = TrayActs['onOpen'];
type Props = TrayActs & {
  rows: readonly OutboxRow[];
  left: Parameters<typeof LeftDrafts>[0]['drafts'];
  close: () => void;
};

/** In the tray the keys belong to the tray: the desk's own are silent while it is open. */
const CONFLICT_KEYS: Readonly<Record<string, 'mine' | 'theirs' | 'both'>> = { 1: 'mine', 2: 'theirs', 3: 'both' };

/** See the file's head. */
export function OutboxList({ rows, left, close, onOpen, onEdit, showConflict, settleConflict }: Props) {
  const t = useText();
  const firstConflict = rows.find((row) => row.conflict !== null);
  return (
    <>
      <div className="flex items-baseline gap-2 px-4 pt-3 pb-2">
        <h2 className="text-14 font-bold">{t('outbox.title')}</h2>
        <span className="text-12 text-ink3">{t('outbox.kept', { count: rows.length })}</span>
      </div>
      {left.length > 0 && <LeftDrafts drafts={left} />}
      <ul
        className="scroll-thin min-h-0 overflow-y-auto"
        onKeyDown={(event) => {
          const keep = CONFLICT_KEYS[event.key];
          if (isImeKey(event) || keep === undefined || firstConflict === undefined) return;
          if (keep === 'both' && firstConflict.conflict?.canKeepBoth !== true) return;
          event.preventDefault();
          settleConflict(firstConflict, keep);
        }}
      >
        {rows.map((row) => (
          <Row
            key={row.commandId}
            row={row}
            conflict={showConflict(row, row === firstConflict)}
            onOpen={(conversationId, customerId) => {
              close();
              onOpen(conversationId, customerId);
            }}
            onEdit={(unsent) => {
              close();
              onEdit(unsent);
            }}
          />
        ))}
      </ul>
      <p className="border-t border-line bg-subtle px-4 py-2 text-12 text-ink3">{t('outbox.foot')}</p>
    </>
  );
}

/** What was ordered, in words; an order of a newer version is called by its name. */
function nameOfOrder(kind: string, t: Text): string {
  const id = `order.kind.${kind}`;
  return hasWords(id) ? t(id) : kind;
}

function Row({
  row,
  conflict,
  onOpen,
  onEdit,
}: {
  row: OutboxRow;
  conflict: ReactNode;
  onOpen: Open;
  onEdit: (row: OutboxRow) => void;
}) {
  const t = useText();
  const order = useOrder();
  const isStopped = row.state === 'needsReview' || row.state === 'refused' || row.state === 'blocked';
  const isText = row.kind === 'reply.send' || row.kind === 'note.add';
  const { conversationId, customerId } = row;
  const discard = (): void => void order((api) => api.outbox.discard({ commandId: row.commandId }));
  return (
    <li className="flex items-start gap-3 border-t border-line px-4 py-2.5">
      {row.channel === null ? (
        <Inbox size={20} aria-hidden className="m-0.5 text-ink3" />
      ) : (
        <ChannelTile kind={row.channel} size={24} label={channelName(row.channel, t)} />
      )}
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          {conversationId !== null && customerId !== null ? (
            <button
              type="button"
              className="min-h-6 truncate rounded-sm text-left text-13 font-bold hover:underline"
              onClick={() => onOpen(conversationId, customerId)}
            >
              {row.customerName ?? t('outbox.unnamed')}
            </button>
          ) : (
            <b className="truncate text-13 font-bold">{row.customerName ?? t('outbox.unnamed')}</b>
          )}
          <OutboxState state={row.state} />
        </div>
        <div className="flex items-center gap-1">
          <p className="min-w-0 flex-1 truncate text-13 text-ink2">{isText ? row.text : nameOfOrder(row.kind, t)}</p>
          {row.state === 'queued' && isText && (
            <IconButton size="tiny" iconSize={14} icon={Pencil} label={t('stopped.edit')} onPress={() => onEdit(row)} />
          )}
          {row.state === 'queued' && (
            <IconButton size="tiny" iconSize={14} icon={Trash2} label={t('stopped.discard')} onPress={discard} />
          )}
        </div>
        {row.conflict !== null && <div className="mt-1.5">{conflict}</div>}
        {isStopped && row.conflict === null && (
          <div className="mt-1.5 flex flex-wrap items-center gap-1.5">
            {row.reason !== null && (
              <span className={`min-w-0 flex-1 text-12 ${row.state === 'refused' ? 'text-red' : 'text-amber'}`}>
                {t(`verdict.${row.reason}`)}
              </span>
            )}
            <span className="ml-auto flex gap-1">
              {row.state === 'needsReview' && (
                <Button
                  icon={Send}
                  onPress={() => void order((api) => api.outbox.sendAnyway({ commandId: row.commandId }))}
                >
                  {t(isText ? 'stopped.sendAnyway' : 'stopped.doAnyway')}
                </Button>
              )}
              {isText && (
                <Button icon={Pencil} onPress={() => onEdit(row)}>
                  {t('stopped.edit')}
                </Button>
              )}
              <IconButton icon={Trash2} label={t('stopped.discard')} onPress={discard} />
            </span>
          </div>
        )}
      </div>
    </li>
  );
}
