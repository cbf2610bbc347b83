/** What this agent has ordered and the server has not taken yet, and what it sent back: wait, send, edit, throw away. */
import { Send } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Connection, OutboxRow } from '../../shared/console-shapes.ts';
import type { ConversationId, CustomerId } from '../../shared/domain/ids.ts';
import { useQuery } from '../console/use-query.ts';
import { Popover } from '../design/overlays.tsx';
import { useText } from '../i18n/text.ts';

const list = () => import('./outbox-list.tsx');
const OutboxList = lazy(() => list().then((loaded) => ({ default: loaded.OutboxList })));

/** What can be done with what stands in the tray. */
export type TrayActs = {
  onOpen: (conversationId: ConversationId, customerId: CustomerId) => void;
  onEdit: (row: OutboxRow) => void;
  /** Draws what stands against what; the first one shows the keys. */
  showConflict: (row: OutboxRow, isFirst: boolean) => ReactNode;
  settleConflict: (row: OutboxRow, keep: 'mine' | 'theirs' | 'both') => void;
};
type Props = TrayActs & { connection: Connection | undefined };

/** The button in the top bar with the tray behind it. Not there while nothing waits. */
export function OutboxTray({ connection, onOpen, onEdit, showConflict, settleConflict }: Props) {
  const t = useText();
  const rows = useQuery('outbox.list', {}).data?.rows ?? [];
  const left = useQuery('drafts.left', {}).data?.drafts ?? [];
  const attention = connection?.attention ?? 0;
  const count = (connection?.waiting ?? 0) + attention;
  const isEmpty = count === 0 && rows.length === 0 && left.length === 0;
  // With the button, not with the first press of it: the tray opens whole.
  useEffect(() => {
    if (!isEmpty) void list();
  }, [isEmpty]);
  if (isEmpty) return null;
  const needsSomebody = attention > 0;
  return (
    <Popover
      label={t('outbox.title')}
      width="23.25rem"
      trigger={
        <AriaButton
          className={`edge-forced flex h-8 items-center gap-1.5 rounded-md border px-2.5 text-13 font-bold ${needsSomebody ? 'border-amber-line bg-amber-tint text-red' : 'border-amber-line bg-amber-tint text-amber'}`}
        >
          <Send size={14} aria-hidden />
          <span className="sr-only">{t('outbox.title')} </span>
          {count > attention && (
            <span className={needsSomebody ? 'text-amber' : ''}>
              <span className="narrow:sr-only">{t('outbox.waiting')}</span>{' '}
              <span className="num">{count - attention}</span>
            </span>
          )}
          {needsSomebody && (
            <span>
              <span className="narrow:sr-only">{t('outbox.attention')}</span> <span className="num">{attention}</span>
            </span>
          )}
        </AriaButton>
      }
    >
      {(close) => (
        <Suspense fallback={null}>
          <OutboxList
            rows={rows}
            left={left}
            close={close}
            onOpen={onOpen}
            onEdit={onEdit}
            showConflict={showConflict}
            settleConflict={settleConflict}
          />
        </Suspense>
      )}
    </Popover>
  );
}
