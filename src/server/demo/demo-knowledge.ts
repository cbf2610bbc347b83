/** What the demo centre has written down: templates with placeholders, approved answers, FAQ articles; one has expired, one is a draft. */
import type { RowOf } from '../../shared/domain/synced-kinds.ts';

type Knowledge = RowOf<'knowledge'>;
type Written = Pick<Knowledge, 'kind' | 'title' | 'body' | 'tags'> &
  Partial<Pick<Knowledge, 'channels' | 'state' | 'expiresAt'>>;

const written: readonly Written[] = [
  {
    kind: 'template',
    title: '返品の受付',
    tags: ['返品'],
    body: '{{お客様名}} 様\n\nお問い合わせありがとうございます。ご注文 {{注文番号}} の {{商品名}} の返品を承りました。\n集荷の日時が決まりましたら、担当の{{担当者名}}からご連絡いたします。',
  },
  {
    kind: 'template',
    title: '返金時期のご案内',
    tags: ['返品', '返金'],
    body: '{{お客様名}} 様\n\n返品された商品の検品が終わりました。返金のお手続きは3営業日ほどで完了します。\nカード会社の締め日により、反映が翌月になることがあります。',
  },
  {
    kind: 'template',
    title: '折り返しのお約束',
    tags: ['電話'],
    body: '{{お客様名}} 様\n\n受付番号 {{受付番号}} の件、{{折り返し日時}} に担当の{{担当者名}}からお電話いたします。',
  },
  {
    kind: 'approvedAnswer',
    title: '保証期間について',
    tags: ['保証'],
    body: '保証期間は、ご購入日から1年間です。保証書とご購入日の分かるもの(納品書やレシート)をご用意ください。',
  },
  {
    kind: 'approvedAnswer',
    title: '送料について',
    tags: ['送料', '配送'],
    body: '税込5,000円以上のご注文は送料無料です。5,000円未満のご注文は全国一律550円です。',
    channels: ['webChat', 'line', 'mail'],
  },
  {
    kind: 'approvedAnswer',
    title: '夏の送料無料キャンペーン',
    tags: ['送料'],
    body: '8月31日まで、すべてのご注文が送料無料です。',
    expiresAt: Date.UTC(2026, 7, 31, 15),
  },
  {
    kind: 'article',
    title: '加湿器から水が漏れるとき',
    tags: ['加湿器', '修理'],
    body: '1. タンクのキャップのパッキンがずれていないか確認します。\n2. 本体が水平な場所にあるか確認します。\n3. フィルターが水あかで固くなっていたら、クエン酸で洗います。\n直らないときは修理を受け付けます。',
  },
  {
    kind: 'article',
    title: 'アプリに機器を登録できないとき',
    tags: ['アプリ', 'Wi-Fi'],
    body: '機器は2.4GHzのWi-Fiだけに対応しています。ルーターの5GHzを切り、機器の電源ボタンを5秒押して、アプリの「機器を追加」からやり直します。',
  },
  {
    kind: 'article',
    title: '年末年始の受付時間(準備中)',
    tags: ['受付時間'],
    body: '12月30日から1月3日まで休業。',
    state: 'draft',
  },
];

/** @param at epoch ms of the last change · @param id makes an id */
export function demoKnowledge(
  workspaceId: Knowledge['workspaceId'],
  changedByName: string,
  at: number,
  id: <T>() => T,
): Knowledge[] {
  return written.map((item) => ({
    ...{ id: id<Knowledge['id']>(), sv: 0, workspaceId, channels: [], state: 'approved' as const, expiresAt: null },
    ...item,
    ...{ changedAt: at, changedByName },
  }));
}
