/** `outbox.list`: everything that this agent has ordered and that is not done, in the order of the orders. */
import type { OutboxRow } from '../../../shared/console-shapes.ts';
import { shownNameOf } from '../customers/find-shown-customer.ts';
import { findRow } from '../db/find-row.ts';
import type { Desk } from '../desk.ts';
import { listItems, type OutboxItem, SHOWN_IN_OUTBOX, wordsForFiles } from './outbox-state.ts';
import { showConflict } from './show-conflict.ts';

/** Items that are listed at most; a desk with more has another problem than the list. */
const SHOWN = 500;

/** Rows for the outbox drawer. Items that only wait for their effect to come back are not shown any more. */
export function listOutbox(desk: Desk): { rows: OutboxRow[] } {
  const items = listItems(desk.outbox.reader, `${SHOWN_IN_OUTBOX} and state <> 'applied'`);
  return { rows: items.slice(0, SHOWN).map((item) => show(desk, item)) };
}

function show(desk: Desk, item: OutboxItem): OutboxRow {
  const cache = desk.cache.reader;
  const { body } = item;
  return {
    commandId: item.commandId as OutboxRow['commandId'],
    kind: body.kind,
    state: item.state,
    reason: item.reason,
    composedAt: item.composedAt,
    conversationId: item.conversationId as OutboxRow['conversationId'],
    customerId: item.customerId as OutboxRow['customerId'],
    customerName: item.customerId === null ? null : shownNameOf(cache, item.customerId),
    channel:
      item.conversationId === null ? null : (findRow(cache, 'conversation', item.conversationId)?.channel ?? null),
    conflict: showConflict(desk, item),
    text: firstLineOf(body),
  };
}

/** A sign stands for files without words, so that it needs no language. */
function firstLineOf(body: OutboxItem['body']): string {
  if (body.kind === 'reply.send' && body.text === '') return wordsForFiles(body.files ?? []).slice(0, 200);
  return 'text' in body ? (body.text.split('\n', 1)[0] ?? '').slice(0, 200) : '';
}
