/** The desk: puts the features together, and knows what is open. Holds no data; what it knows is where the agent is. */
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { OutboxRow, Session } from '../../shared/console-shapes.ts';
import type { CommandId, ConversationId, CustomerId, MessageId } from '../../shared/domain/ids.ts';
import { RingPops, useRings } from '../calls/ring-pop.tsx';
import type { ComposerHandle } from '../composer/composer.tsx';
import { DamageBar } from '../connection/damage-bar.tsx';
import { TroubleBar } from '../connection/trouble-bar.tsx';
import { DownloadBar } from '../connection/download-bar.tsx';
import { OfflineBar } from '../connection/offline-bar.tsx';
import { ask, keyOf } from '../console/ask.ts';
import { useConsole } from '../console/console-context.tsx';
import { useOrder } from '../console/use-order.ts';
import { TIMELINE_PAGE, useAskAhead, useQuery } from '../console/use-query.ts';
import { KartePane } from '../customer/karte-pane.tsx';
import { useDeskSize } from '../design/desk-size.ts';
import { useHotkeys } from '../design/use-hotkeys.ts';
import { setClockOffset } from '../design/use-now.ts';
import { Inbox } from '../inbox/inbox.tsx';
import type { SearchHandle } from '../search/search-pane.tsx';
import { useDevice } from '../session/appearance.tsx';
import { usePresenceAtDesk } from '../session/use-presence-at-desk.ts';
import { SessionExpired } from '../session/session-expired.tsx';
import { keepPlace, keptPlace } from './kept-place.ts';
import { Panes } from './panes.tsx';
import { type Place, Rail } from './rail.tsx';
import { type OpenPlace, Thread } from './thread.tsx';
import { fetchSearch, SearchPlace } from './search-place.tsx';
import { TopBar } from './top-bar.tsx';
import { useFollowCalls } from './use-follow-calls.ts';
import { usePaneKeys } from './use-pane-keys.ts';

// Not on the first screen: fetched from the same disk when they are first wanted.
const CallPanel = lazy(() => import('../calls/call-panel.tsx').then((loaded) => ({ default: loaded.CallPanel })));
const KeyList = lazy(() => import('./key-list.tsx').then((loaded) => ({ default: loaded.KeyList })));
const AdministrationScreen = lazy(() =>
  import('../administration/administration-screen.tsx').then((loaded) => ({ default: loaded.AdministrationScreen })),
);
const SettingsScreen = lazy(() =>
  import('./settings-screen.tsx').then((loaded) => ({ default: loaded.SettingsScreen })),
);

type SignedIn = Extract<Session, { state: 'signedIn' }>;

/** See the file's head. */
export function Desk({ session }: { session: SignedIn }) {
  const api = useConsole();
  const answers = useQueryClient();
  const askAhead = useAskAhead();
  const order = useOrder();
  const [device] = useDevice();
  const connection = useQuery('connection.get', {}).data;
  const skew = connection?.clockSkewMs ?? 0;
  // Deadlines are the server's: where the PC's clock is far off, they are counted by the server's clock.
  useEffect(() => setClockOffset(-skew), [skew]);
  const rings = useRings();
  const size = useDeskSize();
  const [place, setPlace] = useState<Place>(() => keptPlace(session.agentId)?.place ?? 'inbox');
  const [open, setOpen] = useState<OpenPlace | null>(() => keptPlace(session.agentId)?.open ?? null);
  useEffect(() => keepPlace({ agentId: session.agentId, place, open }), [session.agentId, place, open]);
  usePresenceAtDesk();
  const [isKeyList, setKeyList] = useState(false);
  const search = useRef<SearchHandle>(null);
  const composer = useRef<ComposerHandle>(null);

  const openConversation = (
    conversationId: ConversationId,
    customerId: CustomerId,
    target: OpenPlace['target'] = null,
  ): void => {
    if (place === 'settings' || place === 'administration') setPlace('inbox');
    setOpen((now) =>
      now?.conversationId === conversationId && now.customerId === customerId && target === null
        ? now
        : { customerId, conversationId, target },
    );
  };
  /** Only the person is known: their latest conversation is the one to answer in. */
  const openCustomer = async (customerId: CustomerId): Promise<void> => {
    const sheet = await order(() =>
      answers.fetchQuery({
        queryKey: keyOf('customers.sheet', { customerId }),
        queryFn: () => ask(api, 'customers.sheet', { customerId }),
      }),
    );
    if (sheet !== null)
      setOpen({ customerId, conversationId: sheet.conversations[0]?.conversationId ?? null, target: null });
  };
  const near = (conversationId: ConversationId, customerId: CustomerId): void => {
    askAhead('conversations.get', { conversationId });
    askAhead('customers.sheet', { customerId });
    void answers.prefetchInfiniteQuery({
      queryKey: keyOf('customers.timeline', { customerId, conversationId: null, before: null, limit: TIMELINE_PAGE }),
      queryFn: () =>
        ask(api, 'customers.timeline', { customerId, conversationId: null, before: null, limit: TIMELINE_PAGE }),
      initialPageParam: null,
    });
  };
  /** Takes an unsent reply or note back into its composer, whether that is on screen or not. */
  const editUnsent = async (unsent: {
    commandId: CommandId;
    conversationId: ConversationId | null;
    customerId: CustomerId | null;
    what: 'reply' | 'note';
  }): Promise<void> => {
    const isHere = unsent.conversationId === open?.conversationId;
    if (isHere) await composer.current?.flush();
    const taken = await order(() => api.outbox.edit({ commandId: unsent.commandId }));
    if (taken === null || unsent.conversationId === null || unsent.customerId === null) return;
    if (isHere) await composer.current?.reload(unsent.what);
    else openConversation(unsent.conversationId, unsent.customerId);
  };
  const editRow = (row: OutboxRow): void =>
    void editUnsent({ ...row, what: row.kind === 'note.add' ? 'note' : 'reply' });
  const goSearch = (): void => {
    if (place === 'search') search.current?.focus();
    else setPlace('search');
  };

  /** What is being typed is written down first: nothing of it can be asked for behind the lock. */
  const lockScreen = async (): Promise<void> => {
    await composer.current?.flush();
    await order((api) => api.session.lock({}));
  };

  useEffect(() => void fetchSearch(), []);
  usePaneKeys();
  useFollowCalls(rings, (customerId, conversationId) => openConversation(conversationId, customerId));
  useHotkeys({
    search: goSearch,
    goToInbox: () => setPlace('inbox'),
    showKeys: () => setKeyList(true),
    lockScreen: () => void lockScreen(),
  });
  useEffect(() => {
    const root = document.documentElement;
    root.dataset.desk = [size.isCompact ? 'compact' : '', size.isNarrow ? 'narrow' : '', size.isTight ? 'tight' : '']
      .join(' ')
      .trim();
  }, [size]);

  const openMessage = (messageId: MessageId, conversationId: ConversationId, customerId: CustomerId): void =>
    openConversation(conversationId, customerId, { id: messageId });
  const openId = open?.conversationId ?? null;
  const list =
    place === 'search' ? (
      <SearchPlace
        handle={search}
        me={session.agentId}
        customerId={open?.customerId ?? null}
        onOpenCustomer={(customerId) => void openCustomer(customerId)}
        onOpenConversation={openConversation}
        onOpenMessage={openMessage}
        onLeave={() => setPlace('inbox')}
      />
    ) : (
      <Inbox openId={openId} onOpen={openConversation} onNear={near} onShowKeys={() => setKeyList(true)} />
    );
  return (
    <div className="flex h-full flex-col">
      <TopBar
        session={session}
        connection={connection}
        onSearch={goSearch}
        onShowKeys={() => setKeyList(true)}
        onLock={() => void lockScreen()}
        onOpen={openConversation}
        onEdit={editRow}
      />
      {session.needsSignIn ? <SessionExpired /> : <OfflineBar connection={connection} />}
      <DownloadBar connection={connection} />
      <DamageBar connection={connection} />
      <TroubleBar connection={connection} />
      <div className="flex min-h-0 flex-1">
        <Rail
          place={place}
          isAdmin={session.role === 'admin'}
          onGo={(to) => (to === 'search' ? goSearch() : setPlace(to))}
        />
        {place === 'administration' && session.role === 'admin' ? (
          <Suspense fallback={<main className="flex-1" />}>
            <AdministrationScreen session={session} />
          </Suspense>
        ) : place === 'settings' ? (
          <Suspense fallback={<main className="flex-1" />}>
            <SettingsScreen />
          </Suspense>
        ) : (
          <Panes
            list={list}
            hasThread={open !== null}
            openKey={openId ?? ''}
            thread={
              <Thread
                place={open}
                me={session.agentId}
                connection={connection}
                enterSends={device.enterSends}
                holds={device.holds}
                composer={composer}
                onEdit={(entry) => void editUnsent(entry)}
                onOpenConversation={(conversationId, customerId) => openConversation(conversationId, customerId)}
              />
            }
            karte={
              open === null ? null : (
                <KartePane
                  key={open.customerId}
                  customerId={open.customerId}
                  openId={openId}
                  onOpen={(conversationId) => openConversation(conversationId, open.customerId)}
                />
              )
            }
          />
        )}
      </div>
      <RingPops rings={rings} onOpen={(customerId, conversationId) => openConversation(conversationId, customerId)} />
      <Suspense fallback={null}>
        <CallPanel onOpen={(customerId, conversationId) => openConversation(conversationId, customerId)} />
        {isKeyList && <KeyList isOpen onClose={() => setKeyList(false)} />}
      </Suspense>
    </div>
  );
}
