/**
 * Where answers are written, for one conversation: waits for its draft, then opens the fields with it, so that a field is
 * never filled after it has appeared. Sends nothing itself.
 */
import { type Ref, useCallback, useImperativeHandle, useRef, useState } from 'react';
import type { ConsoleApi } from '../../shared/console-api.ts';
import type { Connection, ConversationDetail } from '../../shared/console-shapes.ts';
import type { Holds } from '../../shared/domain/hold.ts';
import { useQuery } from '../console/use-query.ts';
import type { MailText } from './mail-fields.tsx';
import { OpenComposer } from './open-composer.tsx';
import type { Continues } from './use-draft.ts';

export type What = 'reply' | 'note';
export type ComposerHandle = {
  /** Puts the focus in the reply or the note. */
  focus(what: What): void;
  /** Saves what is typed, so that the core can lay another text beside it. */
  flush(): Promise<void>;
  /** Reads the draft again and opens the fields with it: an unsent reply has become the draft again. */
  reload(what: What): Promise<void>;
};
export type InnerHandle = Pick<ComposerHandle, 'focus' | 'flush'>;

export type ComposerProps = {
  detail: ConversationDetail;
  connection: Connection | undefined;
  enterSends: boolean;
  /** How long a reply can be taken back, by channel. */
  holds: Holds;
  writers: readonly string[];
  handle: Ref<ComposerHandle>;
  onSent: () => void;
};
export type Draft = {
  reply: string;
  note: string;
  mail: MailText;
  /** What the fields were opened with, when it was written on another device. */
  continues: Continues;
  others: ReturnedDraft['others'];
  takenOver: ReturnedDraft['takenOver'];
};
type ReturnedDraft = Awaited<ReturnType<ConsoleApi['drafts']['get']>>;

/** Waits for the draft, then opens the fields with it: a field is never filled after it has appeared. */
export function Composer({ handle, ...props }: ComposerProps) {
  const { detail } = props;
  const inner = useRef<InnerHandle>(null);
  const [opened, setOpened] = useState<{ round: number; first: What | null }>({ round: 0, first: null });
  const draft = useQuery('drafts.get', { conversationId: detail.conversation.id }, { forget: true });
  const { refetch } = draft;
  const reload = useCallback(
    async (first: What) => {
      await refetch();
      setOpened((now) => ({ round: now.round + 1, first }));
    },
    [refetch],
  );
  useImperativeHandle(
    handle,
    () => ({
      focus: (what) => inner.current?.focus(what),
      flush: async () => inner.current?.flush(),
      reload,
    }),
    [reload],
  );
  if (draft.data === undefined) return <div className="h-40 shrink-0" />;
  const others = draft.data.others;
  const elsewhere = (what: What) => (draft.data[what] === '' ? others.find((other) => other.what === what) : undefined);
  const reply = elsewhere('reply');
  const note = elsewhere('note');
  const nameOf = (other: (typeof others)[number]) => ({ draftId: other.draftId, revision: other.revision });
  const defaults = detail.mailDefaults;
  const kept = reply?.mail ?? draft.data.mail;
  const mail: MailText = {
    to: (kept?.to ?? defaults?.to ?? []).join(', '),
    cc: (kept?.cc ?? defaults?.cc ?? []).join(', '),
    subject: kept?.subject ?? defaults?.subject ?? '',
  };
  return (
    <OpenComposer
      key={`${detail.conversation.id} ${opened.round}`}
      {...props}
      handle={inner}
      first={opened.first}
      draft={{
        reply: reply?.text ?? draft.data.reply,
        note: note?.text ?? draft.data.note,
        mail,
        continues: { ...(reply && { reply: nameOf(reply) }), ...(note && { note: nameOf(note) }) },
        others,
        takenOver: draft.data.takenOver,
      }}
      onReload={(what) => void reload(what)}
    />
  );
}
