/** Columns that this device adds to a synced row: worked out from the row at the time of writing, never sent anywhere. */
import { FOLD_VERSION, searchableText } from '../../../shared/domain/fold-text.ts';
import type { OrderRow } from '../../../shared/domain/rows.ts';
import type { SyncedKind } from '../../../shared/domain/synced-kinds.ts';
import type { Value } from './connection.ts';

type LocalColumn = { name: string; valueOf(row: Record<string, unknown>, agentId: string): Value };

const none: LocalColumn[] = [];

/** Between the parts of a folded text. White space in a search term is a space, so no match can reach over two parts. */
const SEPARATOR = '\n';

function folded(...parts: unknown[]): string {
  return parts
    .filter((part) => typeof part === 'string')
    .map(searchableText)
    .join(SEPARATOR);
}

/** 「田中花子」 finds 田中 花子. */
function withoutSpaces(name: unknown): string | null {
  return typeof name === 'string' && /\s/u.test(name) ? name.replaceAll(/\s/gu, '') : null;
}

/**
 * A value as an exact search compares it: a telephone number by its digits, with Japan's +81 as 0; anything else folded.
 */
export function exactForm(text: string): string {
  const plain = searchableText(text);
  if (!/^\+?[\d\s().ー]{6,}$/.test(plain)) return plain;
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
  knowledge: [
    {
      name: 'find_text',
      valueOf: ({ title, tags, body }) => folded(title, ...(tags as string[]), body),
    },
  ],
  customer: [
    {
      name: 'find_text',
      valueOf: ({ displayName, kana, memberNumber, addressMasked }) =>
        folded(displayName, withoutSpaces(displayName), kana, withoutSpaces(kana), memberNumber, addressMasked),
    },
  ],
  channelIdentity: [{ name: 'find_text', valueOf: (row) => folded(row['maskedValue']) }],
  personalData: [{ name: 'find_value', valueOf: (row) => exactForm(String(row['value'])) }],
  caution: [{ name: 'find_text', valueOf: (row) => folded(row['text']) }],
  handoverNote: [{ name: 'find_text', valueOf: (row) => folded(row['text']) }],
  consent: none,
  duplicate: none,
  order: [
    {
      name: 'find_text',
      valueOf: (row) =>
        folded(
          row['number'],
          ...(row['lines'] as OrderRow['lines']).flatMap(({ productName, sku }) => [productName, sku]),
        ),
    },
  ],
  conversation: [
    { name: 'find_text', valueOf: (row) => folded(row['subject'], row['number']) },
    {
      name: 'whose',
      valueOf: (row, agentId) => (row['assigneeId'] === agentId ? 0 : row['assigneeId'] === null ? 1 : 2),
    },
  ],
  message: none,
  attachment: none,
  call: [{ name: 'find_text', valueOf: (row) => folded(row['fromMasked'], row['wrapUpNote']) }],
  callNote: [{ name: 'find_text', valueOf: (row) => folded(row['text']) }],
  draft: none,
};

/** What the columns of a kind are made of now. A copy that was written otherwise is read once more. */
export function localShapeOf(kind: SyncedKind): string {
  const names = localColumns[kind].map(({ name }) => name);
  return names.some((name) => name.startsWith('find_')) ? `${names.join(' ')} fold ${FOLD_VERSION}` : names.join(' ');
}
