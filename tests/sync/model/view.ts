/**
 * What the agent sees: rows of the cache and, over them, what waits in the outbox. Derived anew each time and never
 * stored, so that a guess of the device can never be taken for something that the server said.
 */
import type { Cache, Outbox, OutboxRow } from './client-files.ts';
import type { Conversation } from './wire.ts';

export type ShownMessage = { readonly id: string; readonly mark: 'stored' | OutboxRow['state'] };
export type ShownConversation = {
  readonly status: string;
  readonly queue: string;
  readonly assignee: string | null;
  readonly messages: readonly ShownMessage[];
};

function overlay(row: Conversation, waiting: readonly OutboxRow[]): Omit<ShownConversation, 'messages'> {
  let { status, queue, assignee } = row;
  for (const { command, state } of waiting) {
    if (state !== 'queued' && state !== 'applied') continue;
    if (command.kind === 'setStatus') status = command.status;
    if (command.kind === 'move') queue = command.queue;
    if (command.kind === 'assign') assignee = command.assignee;
  }
  return { status, queue, assignee };
}

/** The conversations of a device with their messages in order: the server's by `seq`, then the waiting ones as composed. */
export function viewOf(cache: Pick<Cache, 'rows'>, outbox: Pick<Outbox, 'rows'>): Map<string, ShownConversation> {
  const view = new Map<string, ShownConversation>();
  for (const row of cache.rows.values()) {
    if (row.kind !== 'conversation') continue;
    const stored = [...cache.rows.values()]
      .filter((each) => each.kind === 'message' && each.conversation === row.id)
      .sort((a, b) => (a.kind === 'message' && b.kind === 'message' ? a.seq - b.seq : 0))
      .map((message): ShownMessage => ({ id: message.id, mark: 'stored' }));
    const waiting = outbox.rows.filter(({ command }) => command.conversation === row.id);
    const known = new Set(stored.map(({ id }) => id));
    const pending = waiting.flatMap(({ command, state }): ShownMessage[] => {
      if (command.kind !== 'reply' && command.kind !== 'note') return [];
      // The cache page is committed before the outbox row goes, so for a moment both have it.
      return known.has(command.message) ? [] : [{ id: command.message, mark: state }];
    });
    view.set(row.id, { ...overlay(row, waiting), messages: [...stored, ...pending] });
  }
  return view;
}
