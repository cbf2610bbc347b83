/**
 * The fields of the composer: a reply or an internal note, never with the same button. Enter is a new line, Ctrl+Enter
 * sends; nothing leaves without a key press of a person, and nothing that was typed is lost.
 */
import { BookText, Clock, CornerUpLeft, Lock, Send } from 'lucide-react';
import { lazy, type Ref, Suspense, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { limitsOf } from '../../shared/domain/channel.ts';
import { firstOpenPlaceholder, openPlaceholders } from '../../shared/domain/placeholders.ts';
import { channelName } from '../console/channel-name.ts';
import { Button, IconButton } from '../design/button.tsx';
import { ChannelTile } from '../design/channel-tile.tsx';
import { useDeskSize } from '../design/desk-size.ts';
import { TextArea, type TextHandle } from '../design/fields.tsx';
import { firstKey } from '../design/hotkey-table.ts';
import { isCommittingEnter, isImeKey } from '../design/ime.ts';
import { Tabs } from '../design/tabs.tsx';
import { useText } from '../i18n/text.ts';
import type { ComposerProps, Draft, InnerHandle, What } from './composer.tsx';
import { CollisionLine, ComposerHints } from './composer-hints.tsx';
import { DraftVersions } from './draft-versions.tsx';
import { OpenPlaceholders } from './open-placeholders.tsx';
import { MailFields, type MailText } from './mail-fields.tsx';
import { draftTarget } from './mail-target.ts';
import { AttachButton, DropHere, FileStrip } from './file-strip.tsx';
import { useDraft } from './use-draft.ts';
import { useDroppedFiles, useOutgoingFiles } from './use-outgoing-files.ts';
import { useSend } from './use-send.ts';
import { useTypingSignal } from './use-typing-signal.ts';

// They stand there once the core has answered, a moment after the field.
const DraftCards = lazy(() => import('./draft-cards.tsx').then((loaded) => ({ default: loaded.DraftCards })));
// Fetched when they are first opened.
const AskAboutDoubts = lazy(() =>
  import('./ask-about-doubts.tsx').then((loaded) => ({ default: loaded.AskAboutDoubts })),
);
const KnowledgePicker = lazy(() =>
  import('./knowledge-picker.tsx').then((loaded) => ({ default: loaded.KnowledgePicker })),
);

type OpenProps = Omit<ComposerProps, 'handle'> & {
  handle: Ref<InnerHandle>;
  first: What | null;
  draft: Draft;
  onReload: (what: What) => void;
};

/** See the file's head. `first`: which of the two gets the focus at once. */
export function OpenComposer({
  detail,
  connection,
  enterSends,
  holds,
  writers,
  handle,
  onSent,
  draft,
  first,
  onReload,
}: OpenProps) {
  const t = useText();
  const { isCompact } = useDeskSize();
  const { conversation, account } = detail;
  const limits = limitsOf(conversation.channel);
  const isMail = conversation.channel === 'mail';
  const [what, setWhat] = useState<What>(
    limits.canReply && (first ?? (draft.reply === '' && draft.note !== '' ? 'note' : 'reply')) === 'reply'
      ? 'reply'
      : 'note',
  );
  const [length, setLength] = useState({ reply: draft.reply.length, note: draft.note.length });
  const [picks, setPicks] = useState(false);
  const [unfilled, setUnfilled] = useState(() => openPlaceholders(draft.reply).join('、'));
  const texts = useRef({ reply: draft.reply, note: draft.note });
  const mail = useRef<MailText>(draft.mail);
  const reply = useRef<TextHandle>(null);
  const note = useRef<TextHandle>(null);
  // What the fields were opened with stays so, whatever is heard later.
  const [continues] = useState(draft.continues);
  const saver = useDraft(conversation.id, continues);
  const typed = useTypingSignal(conversation.id);
  const outgoing = useOutgoingFiles(conversation.id, conversation.channel);
  const box = useRef<HTMLElement>(null);
  const addFiles = (chosen: File[]): void => void outgoing.add(chosen);
  const isOver = useDroppedFiles(box, what === 'reply' && outgoing.isTaken ? addFiles : null);

  const fieldOf = (which: What): TextHandle | null => (which === 'reply' ? reply : note).current;
  const { send, faults, doubts, leaveDoubts } = useSend({
    detail,
    texts,
    mail,
    saver,
    outgoing,
    writers,
    holds,
    fieldOf,
    onLength: (which, characters) => setLength((now) => ({ ...now, [which]: characters })),
    onQuiet: () => typed(false),
    onSent,
    onReload,
  });
  const wantsFocus = useRef<What | null>(first);
  useEffect(() => {
    if (wantsFocus.current === null) return;
    fieldOf(wantsFocus.current)?.focus();
    wantsFocus.current = null;
  });
  useImperativeHandle(handle, () => ({
    focus(which) {
      const to = limits.canReply ? which : 'note';
      if (to === what) return fieldOf(to)?.focus();
      wantsFocus.current = to;
      setWhat(to);
    },
    flush: saver.flush,
  }));

  const draftMail = () => (isMail ? draftTarget(mail.current) : null);
  const onText =
    (which: What) =>
    (text: string): void => {
      texts.current[which] = text;
      setLength((now) => ({ ...now, [which]: text.length }));
      saver.changed(which, text, which === 'reply' ? draftMail() : null);
      if (which === 'reply') {
        setUnfilled(openPlaceholders(text).join('、'));
        typed(text !== '');
      }
    };
  const goToUnfilled = (): void => {
    const found = firstOpenPlaceholder(texts.current.reply);
    if (found !== null) fieldOf('reply')?.select(found.from, found.to);
  };

  const isAdding = outgoing.onTheirWay.length > 0;
  const isEmpty = length[what] === 0 && (what === 'note' || outgoing.files.length === 0);
  const isTooLong = what === 'reply' && limits.maxCharacters !== null && length.reply > limits.maxCharacters;
  const isOffline = connection !== undefined && connection.state !== 'online' && connection.state !== 'catchingUp';

  const isNote = what === 'note';
  const area = {
    maxLines: isCompact ? 10 : 16,
    minLines: isMail && !isNote ? (isCompact ? 4 : 6) : isCompact ? 2 : 3,
    bare: true,
  };
  return (
    <div className="shrink-0 px-4 pt-1 pb-4 compact:pb-3">
      <Suspense fallback={null}>
        <DraftCards
          conversationId={conversation.id}
          connection={connection}
          others={draft.others.filter(({ draftId, revision, what: of }) => {
            const from = continues[of];
            return from?.draftId !== draftId || from.revision < revision;
          })}
          takenOver={draft.takenOver}
          flush={saver.flush}
          onReload={onReload}
        />
      </Suspense>
      <CollisionLine writers={writers} />
      <section
        ref={box}
        aria-label={t('composer.label')}
        onKeyDown={(event) => {
          const isPlain = !isImeKey(event) && !event.ctrlKey && !event.metaKey && !event.altKey;
          if (
            isPlain &&
            event.key === '/' &&
            event.target instanceof HTMLTextAreaElement &&
            event.target.value === ''
          ) {
            event.preventDefault();
            return setPicks(true);
          }
          if (!isCommittingEnter(event)) return;
          const byChord = event.ctrlKey || event.metaKey;
          const byOption = enterSends && !event.shiftKey && event.target instanceof HTMLTextAreaElement;
          if (!byChord && !byOption) return;
          event.preventDefault();
          void send(what, false);
        }}
        className={`relative rounded-xl border bg-surface shadow-1 focus-within:ring-1 ${isNote ? 'border-note-line bg-note-tint! focus-within:border-note focus-within:ring-note' : 'border-strong focus-within:border-focus focus-within:ring-focus'}`}
      >
        <div
          className={`flex h-10 items-center gap-1 border-b px-2 text-13 ${isNote ? 'border-note-line' : 'border-line'}`}
        >
          <Tabs
            label={t('composer.label')}
            look="box"
            controls="composer-text"
            chosen={what}
            onChoose={setWhat}
            toneOf={(id) => (id === 'note' ? 'note' : 'accent')}
            tabs={[
              ...(limits.canReply
                ? [{ id: 'reply' as const, label: t('composer.reply'), icon: <CornerUpLeft size={14} aria-hidden /> }]
                : []),
              { id: 'note' as const, label: t('composer.note'), icon: <Lock size={13} aria-hidden /> },
            ]}
          />
          <DraftVersions
            conversationId={conversation.id}
            onTake={(of, text) => {
              // What stands in the field stays: nothing typed is ever overwritten.
              const next = texts.current[of] === '' ? text : `${texts.current[of]}\n\n${text}`;
              texts.current[of] = next;
              setLength((now) => ({ ...now, [of]: next.length }));
              saver.changed(of, next, of === 'reply' ? draftMail() : null);
              if (of === what) fieldOf(of)?.setText(next);
              wantsFocus.current = of;
              setWhat(of);
            }}
          />
          <span className="ml-auto flex min-w-0 items-center gap-1.5 pr-1 text-12 text-ink3">
            {isNote ? (
              <span className="truncate text-note">{t('note.hidden')}</span>
            ) : (
              account !== null && (
                <>
                  <span className="narrow:hidden">{t('composer.from')}</span>
                  <ChannelTile kind={conversation.channel} size={18} label={channelName(conversation.channel, t)} />
                  <span className="truncate text-ink2">{isMail ? account.address : account.name}</span>
                </>
              )
            )}
          </span>
        </div>
        {isMail && !isNote && (
          <MailFields
            initial={mail.current}
            faults={Object.fromEntries(
              Object.entries(faults).map(([field, fault]) => [field, t(`mail.fault.${fault}`)]),
            )}
            onChange={(change) => {
              mail.current = { ...mail.current, ...change };
              saver.changed('reply', texts.current.reply, draftMail());
            }}
          />
        )}
        <div
          id="composer-text"
          role="tabpanel"
          aria-label={t(isNote ? 'composer.note' : 'composer.reply')}
          data-pane-focus="composer"
        >
          {isNote ? (
            <TextArea
              key="note"
              {...area}
              label={t('composer.note')}
              initial={texts.current.note}
              placeholder={t('composer.notePlaceholder')}
              onText={onText('note')}
              areaRef={note}
            />
          ) : (
            <TextArea
              key="reply"
              {...area}
              label={t('composer.reply')}
              initial={texts.current.reply}
              placeholder={t('composer.replyPlaceholder')}
              onText={onText('reply')}
              areaRef={reply}
            />
          )}
        </div>
        {!isNote && unfilled !== '' && <OpenPlaceholders names={unfilled} onGo={goToUnfilled} />}
        {!isNote && <FileStrip outgoing={outgoing} onRemoved={() => fieldOf('reply')?.focus()} />}
        {isOver && <DropHere />}
        <div className="flex min-h-11 flex-wrap items-center gap-x-2 px-2 py-1">
          {!isNote && outgoing.isTaken && <AttachButton onChoose={addFiles} />}
          <IconButton label={t('knowledge.pick')} icon={BookText} keys="/" onPress={() => setPicks(true)} />
          <ComposerHints
            detail={detail}
            isNote={isNote}
            length={length[what]}
            limit={isNote ? null : limits.maxCharacters}
            enterSends={enterSends}
            canReply={limits.canReply}
          />
          {isNote ? (
            <Button
              kind="amber"
              size="normal"
              icon={Lock}
              keys={firstKey('send')}
              isDisabled={isEmpty}
              onPress={() => void send('note', false)}
              className="ml-auto"
            >
              {t('composer.addNote')}
            </Button>
          ) : (
            <Button
              kind="solid"
              size="normal"
              icon={isOffline ? Clock : Send}
              keys={firstKey('send')}
              isDisabled={isEmpty || isTooLong || isAdding || unfilled !== ''}
              onPress={() => void send('reply', false)}
              className="ml-auto"
            >
              {t(isOffline ? 'composer.queue' : 'composer.send')}
            </Button>
          )}
        </div>
      </section>
      {doubts !== null && (
        <Suspense fallback={null}>
          <AskAboutDoubts doubts={doubts} onBack={leaveDoubts} onSend={() => void send('reply', true)} />
        </Suspense>
      )}
      {picks && (
        <Suspense fallback={null}>
          <KnowledgePicker
            detail={detail}
            isNote={isNote}
            onClose={() => {
              setPicks(false);
              fieldOf(what)?.focus();
            }}
            onPick={(text) => {
              setPicks(false);
              fieldOf(what)?.insert(text, firstOpenPlaceholder(text));
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
