/**
 * What an account of LINE must not forget over a restart: contents that are still to be fetched, and messages that were
 * taken back before we had them. Saved in the order of its changes.
 */
import { z } from 'zod';
import type { ChannelContext } from '../channel-adapter.ts';

export const waitingContentSchema = z.object({
  messageId: z.string(),
  kind: z.enum(['image', 'video', 'audio', 'file']),
  fileName: z.string().nullable(),
  threadId: z.string(),
  userId: z.string(),
  displayName: z.string().nullable(),
  sentAt: z.number().int(),
  tries: z.number().int(),
});
export type WaitingContent = z.output<typeof waitingContentSchema>;
const stateSchema = z.object({ contents: z.array(waitingContentSchema), unsent: z.array(z.string()) });
export type LineStateRow = z.output<typeof stateSchema>;

/** Taken-back messages that are remembered. Their own event comes within hours, if at all. */
const MOST_UNSENT = 1_000;

export type LineState = {
  contents(): readonly WaitingContent[];
  wasUnsent(messageId: string): boolean;
  addContent(content: WaitingContent): Promise<void>;
  setTries(messageId: string, tries: number): Promise<void>;
  removeContent(messageId: string): Promise<void>;
  addUnsent(messageId: string): Promise<void>;
};

/** Reads the state of the account. One that cannot be read is said in the log and begun anew. */
export async function openLineState(context: ChannelContext): Promise<LineState> {
  const loaded = (await context.loadState()) ?? { contents: [], unsent: [] };
  const parsed = stateSchema.safeParse(loaded);
  if (!parsed.success) context.log.error('line.state-unreadable', { accountId: context.account.id });
  let state: LineStateRow = parsed.data ?? { contents: [], unsent: [] };
  let saving: Promise<void> = Promise.resolve();

  /** One after the other: an older state must not be written over a newer one. */
  function save(next: LineStateRow): Promise<void> {
    state = next;
    saving = saving.catch(() => undefined).then(() => context.saveState(state));
    return saving;
  }

  return {
    contents: () => state.contents,
    wasUnsent: (messageId) => state.unsent.includes(messageId),
    async addContent(content) {
      if (state.contents.some((one) => one.messageId === content.messageId)) return;
      await save({ ...state, contents: [...state.contents, content] });
    },
    async setTries(messageId, tries) {
      await save({
        ...state,
        contents: state.contents.map((one) => (one.messageId === messageId ? { ...one, tries } : one)),
      });
    },
    async removeContent(messageId) {
      await save({ ...state, contents: state.contents.filter((one) => one.messageId !== messageId) });
    },
    async addUnsent(messageId) {
      if (state.unsent.includes(messageId)) return;
      await save({
        contents: state.contents.filter((one) => one.messageId !== messageId),
        unsent: [...state.unsent, messageId].slice(-MOST_UNSENT),
      });
    },
  };
}
