/** Templates and answers of the sample centre, as the core in the page gives them. No stand-in for the real search. */
import type { KnowledgeItem } from '../../src/shared/console-knowledge.ts';
import type { ChannelOnWire } from '../../src/shared/domain/channel.ts';
import { isUsable } from '../../src/shared/domain/knowledge.ts';
import type { KnowledgeRow } from '../../src/shared/domain/knowledge-row.ts';
import { id, lead, workspace } from './sample-rows.ts';

const row = (kind: KnowledgeRow['kind'], title: string, body: string, tags: string[]): KnowledgeRow => ({
  ...{ id: id(), sv: 1, workspaceId: workspace.id, kind, title, body, tags, channels: [], state: 'approved' },
  ...{ expiresAt: null, changedAt: Date.UTC(2026, 10, 20), changedByName: lead.displayName },
});
const rows: KnowledgeRow[] = [
  row('template', '返品の受付', '{{お客様名}} 様\n受付番号 {{受付番号}} で返品を承りました。', ['返品']),
  row('template', '折り返しのお約束', '{{お客様名}} 様\n{{折り返し日時}} に担当の{{担当者名}}からお電話します。', [
    '電話',
  ]),
  row('approvedAnswer', '保証期間について', '保証期間は、ご購入日から1年間です。', ['保証']),
  row('article', '加湿器から水が漏れるとき', 'パッキンがずれていないか確認します。', ['加湿器']),
];

/** `knowledge.list`. */
export function knowledgeAnswer({
  text,
  kinds,
  use,
}: {
  text: string;
  kinds: string[];
  use: { channel: ChannelOnWire | null } | null;
}): { items: KnowledgeItem[]; total: number } {
  const found = rows
    .filter((item) => kinds.length === 0 || kinds.includes(item.kind))
    .filter((item) => use === null || isUsable(item, Date.now(), use.channel))
    .filter((item) => (item.title + item.body).includes(text));
  return {
    items: found.map((item) => ({
      item,
      title: { text: item.title, marks: [] },
      snippet: { text: item.body, marks: [] },
    })),
    total: found.length,
  };
}
