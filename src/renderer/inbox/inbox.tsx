/** The inbox pane: which conversations (view and tab), the list itself, and what to say when there is none. */
import { CheckCheck, ChevronDown, Inbox as InboxIcon } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { ConversationId } from '../../shared/domain/ids.ts';
import { codeOf } from '../console/words-for-refusal.ts';
import { Button } from '../design/button.tsx';
import { useDeskSize } from '../design/desk-size.ts';
import { firstKey } from '../design/hotkey-table.ts';
import { KeyCap } from '../design/key-cap.tsx';
import { Menu } from '../design/overlays.tsx';
import { EmptyState, ErrorState, SkeletonRows, useSlow } from '../design/states.tsx';
import { Tabs } from '../design/tabs.tsx';
import { useText } from '../i18n/text.ts';
import { InboxList, type OpenConversation } from './inbox-list.tsx';
import { type InboxTab, type InboxView, useInbox } from './use-inbox.ts';

const VIEWS = ['mineAndUnassigned', 'everyone', 'resolved'] as const;
const TABS = ['all', 'mine', 'unassigned', 'pending'] as const;

/** See the file's head. */
export function Inbox({
  openId,
  onOpen,
  onNear,
  onShowKeys,
}: {
  openId: ConversationId | null;
  onOpen: OpenConversation;
  onNear: OpenConversation;
  onShowKeys: () => void;
}) {
  const t = useText();
  const { isCompact } = useDeskSize();
  const [view, setView] = useState<InboxView>('mineAndUnassigned');
  const [chosenTab, setTab] = useState<InboxTab>('all');
  // What is resolved has no urgency and waits for nobody: its view has one list.
  const tab = view === 'resolved' ? 'all' : chosenTab;
  const inbox = useInbox(view, tab);
  const isSlow = useSlow(inbox.isPending && inbox.error === null);
  const counts = inbox.outline?.tabs;

  return (
    <section aria-label={t('inbox.pane')} className="flex h-full min-w-0 flex-col bg-surface">
      <div className="flex h-12 shrink-0 items-center gap-1 pr-2 pl-3">
        <Menu
          label={t('inbox.view')}
          placement="bottom start"
          trigger={
            <AriaButton className="flex h-8 min-w-0 items-center gap-1 rounded-sm text-16 font-bold">
              <h1 className="truncate">{t(`inbox.view.${view}`)}</h1>
              <ChevronDown size={16} aria-hidden className="shrink-0 text-ink3" />
            </AriaButton>
          }
          lines={VIEWS.map((each) => ({
            kind: 'item',
            id: each,
            label: t(`inbox.view.${each}`),
            isOn: each === view,
            onAction: () => setView(each),
          }))}
        />
      </div>
      {view !== 'resolved' && (
        <Tabs
          label={t('inbox.tabs')}
          controls="inbox-list"
          chosen={tab}
          onChoose={setTab}
          tabs={TABS.map((id) => ({ id, label: t(`inbox.tab.${id}`), count: counts?.[id] }))}
          // A tab is a choice, not a report: the exact number of a long list stands at its groups.
          formatCount={(count) => (count > 999 ? '999+' : String(count))}
        />
      )}
      <div
        id="inbox-list"
        {...(view === 'resolved' ? {} : { role: 'tabpanel' })}
        aria-label={t(`inbox.tab.${tab}`)}
        className="flex min-h-0 flex-1 flex-col"
      >
        {inbox.isPending ? (
          inbox.error !== null ? (
            <ErrorState title={t('inbox.failed')} code={codeOf(inbox.error)} onRetry={inbox.retry}>
              {t('inbox.failedMore')}
            </ErrorState>
          ) : isSlow ? (
            <SkeletonRows count={10} height={isCompact ? '3.25rem' : '3.625rem'} />
          ) : null
        ) : inbox.layout.rowCount === 0 ? (
          <Nothing
            view={view}
            tab={tab}
            unassigned={counts?.unassigned ?? 0}
            onShowUnassigned={() => setTab('unassigned')}
          />
        ) : (
          <InboxList inbox={inbox} openId={openId} onOpen={onOpen} onNear={onNear} />
        )}
      </div>
      <div className="flex h-8 shrink-0 items-center gap-3 overflow-hidden border-t border-line px-3 text-12 whitespace-nowrap text-ink3">
        <span className="flex items-center gap-1">
          <KeyCap keys="J" />
          <KeyCap keys="K" />
          {t('hint.move')}
        </span>
        <span className="flex items-center gap-1">
          <KeyCap keys={firstKey('takeConversation')} />
          {t('hint.take')}
        </span>
        <AriaButton onPress={onShowKeys} className="flex min-h-6 items-center gap-1 rounded-sm data-[hovered]:text-ink">
          <KeyCap keys={firstKey('showKeys')} />
          {t('keys.title')}
        </AriaButton>
      </div>
    </section>
  );
}

function Nothing({
  view,
  tab,
  unassigned,
  onShowUnassigned,
}: {
  view: InboxView;
  tab: InboxTab;
  unassigned: number;
  onShowUnassigned: () => void;
}) {
  const t = useText();
  if (view === 'resolved') return <EmptyState icon={InboxIcon} title={t('inbox.noneResolved')} />;
  if (tab === 'pending') return <EmptyState icon={InboxIcon} title={t('inbox.nonePending')} />;
  return (
    <EmptyState
      icon={CheckCheck}
      good
      title={t('inbox.none')}
      actions={
        tab === 'mine' && unassigned > 0 ? (
          <Button onPress={onShowUnassigned}>{t('inbox.showUnassigned')}</Button>
        ) : undefined
      }
    >
      {t('inbox.noneMore')}
    </EmptyState>
  );
}
