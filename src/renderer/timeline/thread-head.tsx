/** The head of the thread: what it is about, who has it, how much time is left, and what can be done with it. */
import { CirclePause, CircleCheck, CircleDashed, Ellipsis, RotateCcw, UserRound } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { ConversationDetail } from '../../shared/console-shapes.ts';
import type { AgentId } from '../../shared/domain/ids.ts';
import type { AgentRow } from '../../shared/domain/rows.ts';
import { channelName } from '../console/channel-name.ts';
import { useOrder } from '../console/use-order.ts';
import { useQuery } from '../console/use-query.ts';
import { Avatar } from '../design/avatar.tsx';
import { Button, IconButton, WithHint } from '../design/button.tsx';
import { ChannelTile } from '../design/channel-tile.tsx';
import { Chip } from '../design/chip.tsx';
import { firstKey } from '../design/hotkey-table.ts';
import { Menu, type MenuLine } from '../design/overlays.tsx';
import { SlaChip, slaLevel, SlaPaused } from '../design/sla-chip.tsx';
import { Toolbar } from '../design/toolbar.tsx';
import { useNow } from '../design/use-now.ts';
import { useHotkeys } from '../design/use-hotkeys.ts';
import { useText } from '../i18n/text.ts';
import { TagBar } from './tag-bar.tsx';
import { type ConversationActs, useConversationActs } from './use-conversation-acts.ts';

type Props = { detail: ConversationDetail; me: AgentId; viewers: readonly string[] };

/** See the file's head. */
export function ThreadHead({ detail, me, viewers }: Props) {
  const t = useText();
  const acts = useConversationActs(detail, me);
  const { conversation, customer } = detail;
  const isPaused = conversation.status === 'pending' || conversation.status === 'snoozed';
  useHotkeys({
    takeConversation: () => acts?.assign(me),
    pendConversation: () => (acts?.canPend === true ? acts.pend() : false),
    resolveConversation: () =>
      acts?.canResolve === true ? acts.resolve() : acts?.canReopen === true ? acts.reopen() : false,
  });
  const queues = useQuery('settings.get', {}).data?.queues ?? [];
  const order = useOrder();
  if (acts === null) return null;
  const elsewhere = queues.filter(({ id }) => id !== conversation.queueId);
  const queueLines: MenuLine[] =
    elsewhere.length === 0
      ? []
      : [
          { kind: 'head', label: t('act.move') },
          ...elsewhere.map(
            ({ id, name }): MenuLine => ({
              kind: 'item',
              id,
              label: name,
              onAction: () =>
                void order((api) => api.conversations.move({ conversationId: conversation.id, queueId: id })),
            }),
          ),
        ];
  const channel = channelName(conversation.channel, t);
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-3 border-b border-line bg-surface py-1.5 pr-3 pl-5 compact:pl-4">
      <ChannelTile kind={conversation.channel} size={32} label={channel} />
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-16 leading-[1.375rem] font-bold">
          {conversation.subject ?? t('thread.noSubject', { channel })}
        </h2>
        <p className="flex items-center gap-1.5 truncate text-12 text-ink3">
          <span className="shrink-0 text-ink2">{t('customer.called', { name: customer.displayName })}</span>
          <span className="num shrink-0">#{conversation.number}</span>
          <TagBar conversationId={conversation.id} tags={conversation.tags} />
          <span className="truncate compact:hidden">
            {[conversation.category, detail.queueName]
              .filter((part) => part !== null && part !== '')
              .map((part) => `· ${part}`)
              .join(' ')}
          </span>
        </p>
      </div>
      {viewers.length > 0 && (
        <span
          title={t('thread.viewing', { name: viewers.join('、') })}
          className="flex shrink-0 items-center -space-x-1"
        >
          {viewers.slice(0, 3).map((viewer) => (
            <Avatar key={viewer} name={viewer} size={20} look="other" />
          ))}
          <span className="sr-only">{t('thread.viewing', { name: viewers.join('、') })}</span>
        </span>
      )}
      {acts.canReopen ? (
        <Chip tone="green" icon={CircleCheck}>
          {t(`status.${conversation.status}`)}
        </Chip>
      ) : isPaused ? (
        <SlaPaused />
      ) : (
        conversation.dueAt !== null && <Deadline dueAt={conversation.dueAt} />
      )}
      <Toolbar label={t('thread.acts')}>
        <AssigneeMenu detail={detail} me={me} acts={acts} />
        {acts.canPend && (
          <IconButton
            icon={CirclePause}
            label={t('act.pend')}
            keys={firstKey('pendConversation')}
            onPress={acts.pend}
          />
        )}
        {acts.canResolve && (
          <Menu
            label={t('thread.more')}
            trigger={<IconButton icon={Ellipsis} label={t('thread.more')} />}
            lines={[
              { kind: 'item', id: 'noAction', label: t('act.noAction'), onAction: acts.needsNoAction },
              ...queueLines,
            ]}
          />
        )}
        {acts.canResolve && (
          <Button icon={CircleCheck} keys={firstKey('resolveConversation')} onPress={acts.resolve} className="ml-1">
            {t('act.resolve')}
          </Button>
        )}
        {acts.canReopen && (
          <Button icon={RotateCcw} keys={firstKey('resolveConversation')} onPress={acts.reopen} className="ml-1">
            {t('act.reopen')}
          </Button>
        )}
      </Toolbar>
    </header>
  );
}

/** The countdown; a screen reader hears of it only when it crosses a level. */
function Deadline({ dueAt }: { dueAt: number }) {
  const t = useText();
  const level = slaLevel(dueAt, useNow());
  const before = useRef(level);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (before.current !== level && level !== 'plain') setSaid(t(`sla.crossed.${level}`));
    before.current = level;
  }, [level, t]);
  return (
    <span className="flex shrink-0 items-center gap-1.5 text-12 text-ink3">
      <span className="compact:sr-only">{t('thread.due')}</span>
      <SlaChip dueAt={dueAt} />
      <span role="status" className="sr-only">
        {said}
      </span>
    </span>
  );
}

function AssigneeMenu({ detail, me, acts }: { detail: ConversationDetail; me: AgentId; acts: ConversationActs }) {
  const t = useText();
  const agents = useQuery('settings.get', {}).data?.agents ?? [];
  const { assigneeId, queueId } = detail.conversation;
  const others = agents.filter(
    (agent: AgentRow) => agent.id !== me && agent.state === 'active' && agent.queueIds.includes(queueId),
  );
  const label = assigneeId === null ? t('thread.nobody') : t('thread.assignee', { name: detail.assigneeName ?? '' });
  return (
    <Menu
      label={t('thread.assign')}
      trigger={
        <WithHint label={label} keys={assigneeId === me ? undefined : firstKey('takeConversation')}>
          <AriaButton className="flex h-7 max-w-32 items-center gap-1.5 rounded-md px-1.5 text-13 text-ink2 data-[hovered]:bg-hover">
            {assigneeId === null ? (
              <CircleDashed size={18} aria-hidden className="text-strong" />
            ) : (
              <Avatar name={detail.assigneeName ?? '?'} size={20} look={assigneeId === me ? 'mine' : 'other'} />
            )}
            <span className="sr-only">{t('thread.assigneeLead')} </span>
            <span className="truncate narrow:sr-only">
              {assigneeId === null ? t('inbox.nobody') : detail.assigneeName}
            </span>
          </AriaButton>
        </WithHint>
      }
      lines={[
        {
          kind: 'item',
          id: 'take',
          label: t('act.take'),
          icon: UserRound,
          keys: firstKey('takeConversation'),
          isDisabled: assigneeId === me,
          onAction: () => acts.assign(me),
        },
        {
          kind: 'item',
          id: 'release',
          label: t('act.release'),
          icon: CircleDashed,
          isDisabled: assigneeId === null,
          onAction: () => acts.assign(null),
        },
        ...(others.length > 0 ? [{ kind: 'rule' as const }] : []),
        ...others.map(
          (agent): MenuLine => ({
            kind: 'item',
            id: agent.id,
            label: agent.displayName,
            isOn: agent.id === assigneeId,
            onAction: () => acts.assign(agent.id),
          }),
        ),
      ]}
    />
  );
}
