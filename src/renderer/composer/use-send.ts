/**
 * Sends what stands in the composer: looks for what was overlooked, orders the reply or note, empties the field, and
 * offers the way back as long as the reply is held. One order for one press, however often the key repeats.
 */
import { type RefObject, useRef, useState } from 'react';
import type { ConversationDetail } from '../../shared/console-shapes.ts';
import { limitsOf } from '../../shared/domain/channel.ts';
import type { Holds } from '../../shared/domain/hold.ts';
import { firstOpenPlaceholder } from '../../shared/domain/placeholders.ts';
import { useConsole } from '../console/console-context.tsx';
import { wordsFor } from '../console/words-for-refusal.ts';
import type { TextHandle } from '../design/fields.tsx';
import { notify } from '../design/notices.ts';
import { useText } from '../i18n/text.ts';
import type { What } from './composer.tsx';
import { type Doubt, doubtsOf } from './doubts.ts';
import type { MailText } from './mail-fields.tsx';
import { type MailFault, readMailTarget } from './mail-target.ts';
import { typedSince } from './typed-since.ts';
import type { DraftSaver } from './use-draft.ts';
import type { OutgoingFiles } from './use-outgoing-files.ts';

type SendOptions = {
  detail: ConversationDetail;
  texts: RefObject<Record<What, string>>;
  mail: RefObject<MailText>;
  saver: DraftSaver;
  outgoing: OutgoingFiles;
  writers: readonly string[];
  holds: Holds;
  fieldOf: (what: What) => TextHandle | null;
  /** The field holds this many characters now. */
  onLength: (what: What, length: number) => void;
  /** Nothing is being typed any more. */
  onQuiet: () => void;
  onSent: () => void;
  /** A reply that was taken back has become the draft again. */
  onReload: (what: What) => void;
};

export type Sending = {
  send(what: What, isSure: boolean): Promise<void>;
  faults: Partial<Record<keyof MailText, MailFault>>;
  /** What the agent is asked before the reply goes; null when nothing is. */
  doubts: readonly Doubt[] | null;
  leaveDoubts(): void;
};

/** See the file's head. */
export function useSend(options: SendOptions): Sending {
  const { detail, texts, mail, saver, outgoing, writers, holds, fieldOf, onLength, onQuiet, onSent, onReload } =
    options;
  const t = useText();
  const api = useConsole();
  const { conversation } = detail;
  const limits = limitsOf(conversation.channel);
  const [faults, setFaults] = useState<Sending['faults']>({});
  const [doubts, setDoubts] = useState<readonly Doubt[] | null>(null);
  const isSending = useRef(false);

  const offerBack = (commandId: string, holdMs: number): void => {
    const close = notify({
      tone: 'done',
      title: t('hold.soon'),
      detail: t('customer.called', { name: detail.customer.displayName }),
      action: {
        label: t('action.undo'),
        isUndo: true,
        onAction: () =>
          void api.outbox.edit({ commandId: commandId }).then(
            () => onReload('reply'),
            (error: unknown) => notify({ tone: 'failed', title: t('hold.gone'), detail: wordsFor(error, t) }),
          ),
      },
    });
    setTimeout(close, holdMs);
  };

  const order = async (what: What, text: string, files: readonly string[], target: ReplyTarget): Promise<void> => {
    if (what === 'note') {
      await api.notes.add({ conversationId: conversation.id, text });
      return;
    }
    const holdMs = conversation.channel === 'other' ? 0 : (holds[conversation.channel] ?? 0) * 1_000;
    const { commandId } = await api.replies.send({
      conversationId: conversation.id,
      text,
      ...(files.length === 0 ? {} : { files: files as never }),
      mail: target,
      seenSeq: detail.seenSeq,
      ...(holdMs === 0 ? {} : { holdMs }),
    });
    if (holdMs > 0) offerBack(commandId, holdMs);
  };

  const send = async (what: What, isSure: boolean): Promise<void> => {
    const sent = texts.current[what];
    const text = sent.trim();
    const isReply = what === 'reply';
    const files = isReply ? outgoing.files.map(({ uploadId }) => uploadId) : [];
    const isTooLong = isReply && limits.maxCharacters !== null && sent.length > limits.maxCharacters;
    if ((text === '' && files.length === 0) || isTooLong || isSending.current) return;
    const open = isReply ? firstOpenPlaceholder(sent) : null;
    if (open !== null) return fieldOf(what)?.select(open.from, open.to);
    // What is still being read belongs to this reply.
    if (isReply && outgoing.onTheirWay.length > 0) return;
    const target = isReply && conversation.channel === 'mail' ? readMailTarget(mail.current) : null;
    if (target !== null && 'faults' in target) return setFaults(target.faults);
    setFaults({});
    const found = isReply
      ? doubtsOf({
          text,
          hasFiles: files.length > 0,
          takesFiles: outgoing.isTaken,
          customerName: detail.customer.displayName,
          writers,
        })
      : [];
    if (found.length > 0 && !isSure) return setDoubts(found);
    setDoubts(null);
    isSending.current = true;
    saver.forget(what);
    onQuiet();
    try {
      await order(what, text, files, target?.target ?? null);
      // The disk takes its time, and hands go on typing.
      const rest = typedSince(sent, texts.current[what]);
      fieldOf(what)?.setText((now) => typedSince(sent, now));
      texts.current[what] = rest;
      onLength(what, rest.length);
      saver.forget(what);
      void api.drafts.save({ conversationId: conversation.id, what, text: rest, mail: null }).catch(() => undefined);
      onSent();
    } catch (error) {
      saver.changed(what, texts.current[what], null);
      notify({ tone: 'failed', title: t('composer.notSent'), detail: wordsFor(error, t) });
    } finally {
      isSending.current = false;
    }
  };
  return { send, faults, doubts, leaveDoubts: () => setDoubts(null) };
}

type ReplyTarget = Extract<ReturnType<typeof readMailTarget>, { target: unknown }>['target'] | null;
