/** What else is being written here: on another device of this agent, by a lead who took over, or by a colleague of a lead. */
import { Copy, MonitorSmartphone, UserPen } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Connection } from '../../shared/console-shapes.ts';
import type { ConversationId } from '../../shared/domain/ids.ts';
import type { ConsoleApi } from '../../shared/console-api.ts';
import { useConsole } from '../console/console-context.tsx';
import { useOrder } from '../console/use-order.ts';
import { Button } from '../design/button.tsx';
import { firstKey } from '../design/hotkey-table.ts';
import { notify } from '../design/notices.ts';
import { useHotkeys } from '../design/use-hotkeys.ts';
import { useMinute } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import type { What } from './composer.tsx';

type Drafts = Awaited<ReturnType<ConsoleApi['drafts']['get']>>;
type Colleague = Awaited<ReturnType<ConsoleApi['drafts']['ofColleagues']>>['drafts'][number];

/** How often a lead looks again whether somebody writes, in ms. */
const LOOK_EVERY_MS = 10_000;

type Props = {
  conversationId: ConversationId;
  connection: Connection | undefined;
  others: Drafts['others'];
  takenOver: Drafts['takenOver'];
  /** Saves what is typed. */
  flush: () => Promise<void>;
  /** Opens the fields anew with what is saved. */
  onReload: (what: What) => void;
};

/** See the file's head. Draws nothing when nobody else writes. */
export function DraftCards({ conversationId, connection, others, takenOver, flush, onReload }: Props) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const order = useOrder();
  const [first] = others;
  const settle = async (other: Drafts['others'][number], keep: 'mine' | 'theirs' | 'both'): Promise<void> => {
    await flush();
    const settled = await order((api) => api.drafts.settle({ conversationId, draftId: other.draftId, keep }));
    if (settled !== null) onReload(other.what);
  };
  useHotkeys({
    conflictMine: () => (first === undefined ? false : void settle(first, 'mine')),
    conflictTheirs: () => (first === undefined ? false : void settle(first, 'theirs')),
    conflictBoth: () => (first === undefined ? false : void settle(first, 'both')),
  });
  const letGo = async (what: What): Promise<void> => {
    await flush();
    if ((await order((api) => api.drafts.save({ conversationId, what, text: '', mail: null }))) !== null)
      onReload(what);
  };
  return (
    <>
      {takenOver.map(({ what, byName, at }) => (
        <Card
          key={what}
          icon={<UserPen size={14} aria-hidden />}
          title={t('draft.takenOver', { name: byName, time: format.stamp(at, now) })}
        >
          <Button onPress={() => void letGo(what)}>{t('draft.letGo')}</Button>
        </Card>
      ))}
      {others.map((other, i) => (
        <Card
          key={other.draftId}
          icon={<MonitorSmartphone size={14} aria-hidden />}
          title={t('draft.elsewhere', { device: other.deviceName, time: format.stamp(other.copiedAt, now) })}
          text={other.text}
        >
          <Button keys={i === 0 ? firstKey('conflictMine') : undefined} onPress={() => void settle(other, 'mine')}>
            {t('draft.keepMine')}
          </Button>
          <Button keys={i === 0 ? firstKey('conflictTheirs') : undefined} onPress={() => void settle(other, 'theirs')}>
            {t('draft.keepTheirs')}
          </Button>
          <Button keys={i === 0 ? firstKey('conflictBoth') : undefined} onPress={() => void settle(other, 'both')}>
            {t('conflict.keepBoth')}
          </Button>
        </Card>
      ))}
      <ColleagueDrafts conversationId={conversationId} connection={connection} flush={flush} onReload={onReload} />
    </>
  );
}

/** For who leads: what others are writing here, and the way to go on with it. */
function ColleagueDrafts({ conversationId, connection, flush, onReload }: Omit<Props, 'others' | 'takenOver'>) {
  const t = useText();
  const format = useFormat();
  const now = useMinute();
  const api = useConsole();
  const order = useOrder();
  const isOnline = connection?.state === 'online';
  const [drafts, setDrafts] = useState<readonly Colleague[]>([]);
  useEffect(() => {
    if (!isOnline) return;
    let isGone = false;
    const look = (): void =>
      void api.drafts.ofColleagues({ conversationId }).then(
        (answer) => {
          if (!isGone) setDrafts(answer.drafts);
        },
        // Not a lead here, or the line went: there is nothing to show.
        () => setDrafts([]),
      );
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [api, conversationId, isOnline]);
  const takeOver = async (draft: Colleague): Promise<void> => {
    await flush();
    const answer = await order((console) => console.drafts.takeOver({ draftId: draft.draftId }));
    if (answer === null) return;
    if (answer.takenBy !== null) notify({ tone: 'failed', title: t('draft.wasTaken', { name: answer.takenBy }) });
    else onReload(draft.what);
    setDrafts((before) => before.filter(({ draftId }) => draftId !== draft.draftId));
  };
  return drafts
    .filter(({ takenOverByName }) => takenOverByName === null)
    .map((draft) => (
      <Card
        key={draft.draftId}
        icon={<UserPen size={14} aria-hidden />}
        title={t('draft.ofColleague', { name: draft.agentName, time: format.stamp(draft.copiedAt, now) })}
        text={draft.text}
      >
        <Button icon={Copy} onPress={() => void takeOver(draft)}>
          {t('draft.takeOver')}
        </Button>
      </Card>
    ));
}

function Card({ icon, title, text, children }: { icon: ReactNode; title: string; text?: string; children: ReactNode }) {
  return (
    <section
      aria-label={title}
      className="edge-forced mb-1.5 rounded-lg border border-amber-line bg-amber-tint px-3 py-2 text-13"
    >
      <p className="flex items-center gap-1.5 font-bold text-amber">
        {icon}
        {title}
      </p>
      {text !== undefined && (
        <p className="message-text mt-1 line-clamp-3 rounded-md border border-line bg-surface px-2.5 py-1.5 text-ink">
          {text}
        </p>
      )}
      <div className="mt-1.5 flex flex-wrap justify-end gap-1.5">{children}</div>
    </section>
  );
}
