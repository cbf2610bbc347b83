/** Columns that this device adds to a synced row: worked out from the row at the time of writing, never sent anywhere. */
import { foldText } from '../../../shared/domain/fold-text.ts';
import type { SyncedKind } from '../../../shared/domain/synced-kinds.ts';
import type { Value } from './connection.ts';

type LocalColumn = { name: string; valueOf(row: Record<string, unknown>, agentId: string): Value };

const none: LocalColumn[] = [];

/** Between the parts of a folded text. A search term never holds it, so no match can reach over two parts. */
const SEPARATOR = '\n';

function folded(...parts: unknown[]): string {
  return foldText(parts.filter((part) => typeof part === 'string').join(SEPARATOR));
}

/**
 * A value as an exact search compares it: a telephone number by its digits, with Japan's +81 as 0; anything else folded.
 */
export function exactForm(text: string): string {
  const plain = foldText(text).trim();
  if (!/^\+?[\d\s().-]{6,}$/.test(plain)) return plain;
  const digits = plain.replaceAll(/[^\d+]/g, '');
  return digits.startsWith('+81') ? `0${digits.slice(3)}` : digits;
}

/** By kind, in the order in which the row codec writes them. */
export const localColumns: Record<SyncedKind, LocalColumn[]> = {
  workspace: none,
  agent: none,
  queue: none,
  channelAccount: none,
  wrapUpCode: none,
  customer: [{ name: 'find_text', valueOf: (row) => folded(row['displayName'], row['kana'], row['memberNumber']) }],
  channelIdentity: none,
  personalData: [{ name: 'find_value', valueOf: (row) => exactForm(String(row['value'])) }],
  caution: none,
  handoverNote: none,
  order: none,
  conversation: [
    { name: 'find_text', valueOf: (row) => folded(row['subject'], row['number']) },
    {
      name: 'whose',
      valueOf: (row, agentId) => (row['assigneeId'] === agentId ? 0 : row['assigneeId'] === null ? 1 : 2),
    },
  ],
  message: none,
  attachment: none,
  call: none,
  callNote: none,
};
