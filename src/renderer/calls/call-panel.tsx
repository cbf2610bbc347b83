/**
 * The call that goes on, and the work after it: a panel that opens by itself, stands aside, blocks nothing, keeps every
 * change on the device and works without a line. It never forces the agent on to the next contact.
 */
import { ChevronDown, ChevronUp, NotebookPen, PenLine, Phone } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { isOver } from '../../shared/domain/call.ts';
import type { ConversationId, CustomerId, WrapUpCodeId } from '../../shared/domain/ids.ts';
import type { QueryOutput } from '../console/ask.ts';
import { useConsole } from '../console/console-context.tsx';
import { useOrder } from '../console/use-order.ts';
import { useQuery } from '../console/use-query.ts';
import { Button, IconButton } from '../design/button.tsx';
import { TextArea, type TextHandle } from '../design/fields.tsx';
import { firstKey } from '../design/hotkey-table.ts';
import { isCommittingEnter } from '../design/ime.ts';
import { notify } from '../design/notices.ts';
import { Select } from '../design/select.tsx';
import { useNow } from '../design/use-now.ts';
import { useFormat } from '../i18n/format.ts';
import { useLanguage, useText } from '../i18n/text.ts';

type Mine = QueryOutput<'calls.mine'>;
type OpenCustomer = (customerId: CustomerId, conversationId: ConversationId) => void;

/** Draws nothing while there is no call. */
export function CallPanel({ onOpen }: { onOpen: OpenCustomer }) {
  const mine = useQuery('calls.mine', {}).data;
  if (mine === undefined || mine.call === null) return null;
  return <OpenPanel key={mine.call.id} mine={mine} call={mine.call} onOpen={onOpen} />;
}

/** A pause of the hand before a change is kept. */
const PAUSE_MS = 400;

function OpenPanel({ mine, call, onOpen }: { mine: Mine; call: NonNullable<Mine['call']>; onOpen: OpenCustomer }) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const api = useConsole();
  const order = useOrder();
  const codes = useQuery('settings.get', {}).data?.wrapUpCodes ?? [];
  const [isSmall, setSmall] = useState(false);
  const [codeId, setCodeId] = useState<WrapUpCodeId | null>(mine.draftWrapUpCodeId ?? call.wrapUpCodeId);
  const [length, setLength] = useState(mine.draftNote.length);
  const note = useRef(mine.draftNote);
  const field = useRef<TextHandle>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isAfter = isOver(call.state);
  const name = mine.customer?.displayName ?? t('outbox.unnamed');

  const keep = (wrapUpCodeId: WrapUpCodeId | null): void => {
    clearTimeout(timer.current);
    api.calls.saveWrapUpDraft({ callId: call.id, note: note.current, wrapUpCodeId }).catch(() => undefined);
  };
  const latestCode = useRef(codeId);
  useEffect(() => {
    latestCode.current = codeId;
  });
  useEffect(() => {
    const save = (): void => keep(latestCode.current);
    window.addEventListener('pagehide', save);
    return () => {
      window.removeEventListener('pagehide', save);
      clearTimeout(timer.current);
    };
    // The panel is made anew for each call (`key`), so what it saves never changes under it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const addNote = async (): Promise<void> => {
    const text = note.current.trim();
    if (text === '') return;
    const added = await order((core) => core.calls.addNote({ callId: call.id, text }));
    if (added === null) return;
    note.current = '';
    field.current?.setText('');
    keep(codeId);
  };
  const finish = async (): Promise<void> => {
    clearTimeout(timer.current);
    const done = await order((core) =>
      core.calls.finishWrapUp({ callId: call.id, note: note.current.trim(), wrapUpCodeId: codeId }),
    );
    if (done !== null) notify({ tone: 'done', title: t('wrapUp.done'), detail: name });
  };

  const canFinish = codeId !== null || codes.length === 0;
  return (
    // As wide as the karte that it covers (the list, where the karte is a strip): the composer stays free.
    <section
      aria-label={t(isAfter ? 'wrapUp.title' : 'call.running')}
      onKeyDown={(event) => {
        if (!isCommittingEnter(event) || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        if (!isAfter) void addNote();
        else if (canFinish) void finish();
      }}
      className="edge-forced fixed right-2 bottom-2 z-20 w-[19.25rem] max-w-[calc(100vw-1rem)] compact:w-[16.5rem] narrow:right-auto narrow:left-15 overflow-hidden rounded-xl border border-line bg-raised shadow-3"
    >
      <div
        className={`flex h-11 items-center gap-1.5 pr-1.5 pl-3 text-13 ${isAfter ? 'border-b border-amber-line bg-amber-tint text-amber' : 'bg-accent-solid text-on-accent'}`}
      >
        {isAfter ? (
          <PenLine size={15} aria-hidden className="shrink-0" />
        ) : (
          <Phone size={15} aria-hidden className="shrink-0" />
        )}
        <b className="shrink-0 font-bold">
          {t(isAfter ? 'wrapUp.title' : call.state === 'held' ? 'call.held' : 'call.running')}
        </b>
        <button
          type="button"
          onClick={() => onOpen(call.customerId, call.conversationId)}
          className="min-h-6 min-w-0 truncate rounded-sm text-left hover:underline"
        >
          {t('customer.called', { name })}
        </button>
        <Timer call={call} isAfter={isAfter} />
        <IconButton
          icon={isSmall ? ChevronUp : ChevronDown}
          label={t(isSmall ? 'wrapUp.unfold' : 'wrapUp.fold')}
          aria-expanded={!isSmall}
          onPress={() => setSmall(!isSmall)}
          className={isAfter ? '!text-amber' : '!text-on-accent data-[hovered]:!bg-on-accent/15'}
        />
      </div>
      {!isSmall && (
        <div className="grid gap-2.5 px-4 py-3">
          {isAfter && codes.length > 0 && (
            <Select
              label={t('wrapUp.code')}
              hint={t('wrapUp.required')}
              placeholder={t('wrapUp.choose')}
              chosen={codeId}
              onChoose={(id) => {
                setCodeId(id);
                keep(id);
              }}
              choices={[...codes]
                .sort((a, b) => a.position - b.position)
                .map((code) => ({ id: code.id, label: language === 'ja' ? code.labelJa : code.labelEn }))}
            />
          )}
          <div>
            <p aria-hidden className="mb-1 text-12 font-medium text-ink2">
              {t(isAfter ? 'wrapUp.note' : 'call.note')}
            </p>
            <TextArea
              label={t(isAfter ? 'wrapUp.note' : 'call.note')}
              initial={mine.draftNote}
              areaRef={field}
              minLines={3}
              maxLines={8}
              onText={(text) => {
                note.current = text;
                setLength(text.length);
                clearTimeout(timer.current);
                timer.current = setTimeout(() => keep(latestCode.current), PAUSE_MS);
              }}
              onBlur={() => keep(codeId)}
            />
          </div>
        </div>
      )}
      {!isSmall && (
        <div className="flex flex-wrap items-center gap-2 border-t border-line bg-subtle px-4 py-2.5">
          <span className="min-w-0 text-12 text-ink3">
            {isAfter && call.answeredAt !== null && call.endedAt !== null
              ? t('wrapUp.talked', { time: format.duration(call.endedAt - call.answeredAt) })
              : t('wrapUp.kept')}
          </span>
          {isAfter ? (
            <Button
              kind="solid"
              size="normal"
              keys={firstKey('send')}
              isDisabled={!canFinish}
              onPress={() => void finish()}
              className="ml-auto"
            >
              {t('wrapUp.finish')}
            </Button>
          ) : (
            <Button
              size="normal"
              icon={NotebookPen}
              keys={firstKey('send')}
              isDisabled={length === 0}
              onPress={() => void addNote()}
              className="ml-auto"
            >
              {t('call.addNote')}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

function Timer({ call, isAfter }: { call: NonNullable<Mine['call']>; isAfter: boolean }) {
  const format = useFormat();
  const now = useNow();
  const since = isAfter
    ? (call.wrapUpStartedAt ?? call.endedAt ?? call.offeredAt)
    : (call.answeredAt ?? call.offeredAt);
  return <span className="num ml-auto shrink-0 font-bold">{format.clock(now - since)}</span>;
}
