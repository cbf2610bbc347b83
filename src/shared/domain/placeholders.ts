/**
 * Placeholders of a template: `{{お客様名}}`, `{{customerName}}`. One that cannot be filled stays in the text, where it is seen, and
 * no reply leaves with one. Pure.
 */

/** What can stand in a template, and how it is written; the first of each language is the one that is taught. */
export const placeholders = {
  customerName: { ja: 'お客様名', en: 'customerName' },
  memberNumber: { ja: '会員番号', en: 'memberNumber' },
  conversationNumber: { ja: '受付番号', en: 'caseNumber' },
  orderNumber: { ja: '注文番号', en: 'orderNumber' },
  productName: { ja: '商品名', en: 'productName' },
  agentName: { ja: '担当者名', en: 'agentName' },
  today: { ja: '今日の日付', en: 'today' },
} as const;
export type Placeholder = keyof typeof placeholders;

/** What is known of this conversation; null or absent = not known. */
export type PlaceholderValues = Partial<Record<Placeholder, string | null>>;

const PATTERN = /\{\{\s*([^{}\n]{1,40}?)\s*\}\}/gu;

const byName = new Map<string, Placeholder>(
  (Object.keys(placeholders) as Placeholder[]).flatMap((id): [string, Placeholder][] => [
    [placeholders[id].ja, id],
    [placeholders[id].en.toLowerCase(), id],
  ]),
);

/** The text with everything filled in that is known. */
export function fillPlaceholders(text: string, values: PlaceholderValues): string {
  return text.replaceAll(PATTERN, (whole, name: string) => {
    const id = byName.get(name.normalize('NFKC').toLowerCase());
    const value = id === undefined ? null : (values[id] ?? null);
    return value === null || value.trim() === '' ? whole : value;
  });
}

/** The names that still stand open in a text, each once, in their order. */
export function openPlaceholders(text: string): string[] {
  return [...new Set([...text.matchAll(PATTERN)].map(([, name = '']) => name))];
}

/** Where the first open one stands, in UTF-16 units, so that it can be selected; null when there is none. */
export function firstOpenPlaceholder(text: string): { from: number; to: number } | null {
  const found = [...text.matchAll(PATTERN)][0];
  return found === undefined ? null : { from: found.index, to: found.index + found[0].length };
}

/** Names in a template that nothing can ever fill: a slip of the pen of whoever wrote it. */
export function unknownPlaceholders(text: string): string[] {
  return openPlaceholders(text).filter((name) => !byName.has(name.normalize('NFKC').toLowerCase()));
}
