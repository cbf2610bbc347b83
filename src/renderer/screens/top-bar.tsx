/** The bar at the top: whose work this is, search, the line to the server, what waits, and who is signed in. */
import { Search } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import type { Connection, OutboxRow, Session } from '../../shared/console-shapes.ts';
import type { ConversationId, CustomerId } from '../../shared/domain/ids.ts';
import { ConflictCard, isConflict, useSettleConflict } from '../conflicts/conflict-card.tsx';
import { ConnectionChip } from '../connection/connection-chip.tsx';
import { OutboxTray } from '../connection/outbox-tray.tsx';
import { shortcut } from '../design/button.tsx';
import { Chip } from '../design/chip.tsx';
import { firstKey } from '../design/hotkey-table.ts';
import { KeyCap } from '../design/key-cap.tsx';
import { Mark } from '../design/mark.tsx';
import { useText } from '../i18n/text.ts';
import { UserMenu } from '../session/user-menu.tsx';

type SignedIn = Extract<Session, { state: 'signedIn' }>;
type Props = {
  session: SignedIn;
  connection: Connection | undefined;
  onSearch: () => void;
  onShowKeys: () => void;
  onLock: () => void;
  onOpen: (conversationId: ConversationId, customerId: CustomerId) => void;
  onEdit: (row: OutboxRow) => void;
};

/** Also the title bar of a frameless window: it can be dragged where it has no control, and leaves room for the system's. */
export function TopBar({ session, connection, onSearch, onShowKeys, onLock, onOpen, onEdit }: Props) {
  const t = useText();
  const settle = useSettleConflict();
  return (
    <header className="top-bar relative flex h-11 shrink-0 items-center gap-2 border-b border-line bg-canvas pl-3 whitespace-nowrap">
      <div className="flex min-w-0 flex-1 items-center gap-2">
        <Mark />
        <span className="truncate px-1.5 text-13 font-bold">{session.workspace?.name ?? t('app.name')}</span>
        {session.workspace?.isDemo === true && <Chip tone="violet">{t('demo.chip')}</Chip>}
      </div>
      <AriaButton
        onPress={onSearch}
        {...shortcut(firstKey('search'))}
        className="flex h-8 w-[20.625rem] min-w-0 shrink items-center gap-2 rounded-md border border-strong bg-surface px-2.5 text-13 text-ink3 data-[hovered]:bg-hover compact:w-[17.5rem]"
      >
        <Search size={15} aria-hidden className="shrink-0" />
        <span className="truncate">{t('search.field')}</span>
        <span className="ml-auto">
          <KeyCap keys={firstKey('search')} />
        </span>
      </AriaButton>
      <div className="flex flex-1 items-center justify-end gap-2">
        <ConnectionChip connection={connection} serverUrl={session.serverUrl} />
        <OutboxTray
          connection={connection}
          onOpen={onOpen}
          onEdit={onEdit}
          showConflict={(row, isFirst) => isConflict(row) && <ConflictCard row={row} hasKeys={isFirst} />}
          settleConflict={(row, keep) => isConflict(row) && settle(row, keep)}
        />
        <UserMenu
          name={session.displayName}
          role={session.role}
          waiting={(connection?.waiting ?? 0) + (connection?.attention ?? 0)}
          onShowKeys={onShowKeys}
          onLock={onLock}
        />
      </div>
    </header>
  );
}
