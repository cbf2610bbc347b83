/** The customers of the demo centre with their ways in, orders, cautions and handover notes. All invented, all from one seed. */
import { newId, type Random } from '../../shared/domain/clock.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import { maskAddress } from '../../shared/domain/mask.ts';
import type { RowOf } from '../../shared/domain/synced-kinds.ts';
import { companies, givenNames, surnames, towns } from './words/people.ts';
import { products, type DemoProduct } from './words/products.ts';

export type DemoIdentity = { channel: Channel; value: string; isVerified: boolean };
export type DemoOrder = RowOf<'order'> & { product: DemoProduct };
export type DemoCustomer = {
  row: RowOf<'customer'>;
  identities: DemoIdentity[];
  address: string;
  orders: DemoOrder[];
  caution: RowOf<'caution'> | null;
  handover: RowOf<'handoverNote'> | null;
};

const DAY = 86_400_000;

/** People whom the pictures of the documentation show; they come first, with these ways in. */
const cast: { name: string; kana: string; channel: Channel; care?: string }[] = [
  { name: '田中 美咲', kana: 'たなか みさき', channel: 'line', care: '聞こえに配慮。電話は避け、文字で連絡' },
  { name: '佐々木 健一', kana: 'ささき けんいち', channel: 'phone' },
  { name: '小林 大輔', kana: 'こばやし だいすけ', channel: 'webChat' },
  { name: '中村 由紀子', kana: 'なかむら ゆきこ', channel: 'mail' },
  { name: 'はるモフ', kana: 'はるもふ', channel: 'x' },
  { name: '渡辺 さくら', kana: 'わたなべ さくら', channel: 'instagram' },
  { name: '松本 あかり', kana: 'まつもと あかり', channel: 'webChat' },
  { name: '井上 誠', kana: 'いのうえ まこと', channel: 'mail' },
  { name: '高橋 直樹', kana: 'たかはし なおき', channel: 'mail' },
  { name: '加藤 恵', kana: 'かとう めぐみ', channel: 'line' },
];

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random.next() * list.length)] as T;
const digits = (length: number, random: Random): string =>
  Array.from({ length }, () => Math.floor(random.next() * 10)).join('');

function nameOf(index: number, random: Random): { name: string; kana: string; kind: 'person' | 'company' } {
  const known = cast[index];
  if (known) return { name: known.name, kana: known.kana, kind: 'person' };
  const company = companies[index - cast.length];
  if (company) return { name: company[0], kana: company[1], kind: 'company' };
  const [surname, surnameKana] = pick(surnames, random);
  const [given, givenKana] = pick(givenNames, random);
  return { name: `${surname} ${given}`, kana: `${surnameKana} ${givenKana}`, kind: 'person' };
}

function identitiesOf(index: number, random: Random): DemoIdentity[] {
  const wanted = cast[index]?.channel;
  const list: DemoIdentity[] = [
    {
      channel: 'phone',
      value: `+81${pick(['90', '80', '70'], random)}${digits(8, random)}`,
      isVerified: random.next() < 0.6,
    },
  ];
  if (wanted === 'mail' || random.next() < 0.75) {
    list.push({
      channel: 'mail',
      value: `${pick(['m', 'y', 'k', 'haru', 'sora'], random)}.${index}${digits(3, random)}@example.jp`,
      isVerified: true,
    });
  }
  const social: [Channel, number, () => string][] = [
    ['line', 0.4, () => `U${Array.from({ length: 32 }, () => Math.floor(random.next() * 16).toString(16)).join('')}`],
    ['webChat', 0.3, () => newId({ now: () => 1_750_000_000_000 }, random)],
    ['x', 0.14, () => `@${pick(['haru', 'neko', 'kaden', 'mofu', 'aoi'], random)}_${index}${digits(2, random)}`],
    ['instagram', 0.12, () => `${pick(['hana', 'kurashi', 'ouchi', 'mama'], random)}.${index}${digits(2, random)}`],
  ];
  for (const [channel, share, value] of social) {
    if (wanted === channel || random.next() < share)
      list.push({ channel, value: value(), isVerified: channel === 'line' });
  }
  return list;
}

function ordersOf(customerId: RowOf<'customer'>['id'], now: number, random: Random): DemoOrder[] {
  const count = Math.floor(random.next() * random.next() * 14) + 1;
  return Array.from({ length: count }, (_, i) => {
    const product = i === 0 ? pick(products.slice(0, 14), random) : pick(products, random);
    const orderedAt = now - Math.floor((i * 60 + 3 + random.next() * 45) * DAY);
    const quantity = random.next() < 0.9 ? 1 : 2;
    return {
      id: newId({ now: () => orderedAt }, random) as RowOf<'order'>['id'],
      sv: 0,
      customerId,
      number: `${product.sku.startsWith('SB') ? 'SB' : 'HK'}-${digits(5, random)}`,
      orderedAt,
      salesChannel: pick(['ec', 'ec', 'ec', 'store', 'phone'] as const, random),
      status:
        i === 0
          ? pick(['received', 'shipped', 'delivered', 'inspected', 'returnRequested'] as const, random)
          : 'delivered',
      amount: product.price * quantity,
      currency: 'JPY',
      lines: [{ sku: product.sku, productName: product.name, quantity, price: product.price }],
      product,
    };
  });
}

/**
 * Makes customers.
 * @param count at least the twenty of the cast and the companies
 * @param now epoch ms; orders and notes lie before it
 */
export function generatePeople(
  count: number,
  workspaceId: RowOf<'workspace'>['id'],
  now: number,
  random: Random,
): DemoCustomer[] {
  return Array.from({ length: count }, (_, index) => {
    const { name, kana, kind } = nameOf(index, random);
    const since = now - Math.floor((60 + random.next() * 2_400) * DAY);
    const customerId = newId({ now: () => since }, random) as RowOf<'customer'>['id'];
    const address = `${pick(towns, random)}${1 + Math.floor(random.next() * 8)}-${1 + Math.floor(random.next() * 30)}-${1 + Math.floor(random.next() * 12)}`;
    const identities = identitiesOf(index, random);
    const orders = ordersOf(customerId, now, random);
    const care =
      cast[index]?.care ??
      (random.next() < 0.06
        ? pick(['夕方以降の連絡を希望', '家族の方が代理で連絡されることがある', '英語での対応を希望'], random)
        : null);
    const isDifficult = !care && random.next() < 0.02;
    return {
      row: {
        id: customerId,
        sv: 0,
        workspaceId,
        displayName: name,
        kana,
        kind,
        memberNumber: random.next() < 0.85 || index < cast.length ? `${1000 + index}-${digits(4, random)}` : null,
        rank: pick([null, null, 'シルバー', 'ゴールド', 'プラチナ'], random),
        since,
        preferredChannel: cast[index]?.channel ?? identities.at(-1)?.channel ?? null,
        preferredNote: random.next() < 0.2 ? '平日 10–18時' : null,
        language: 'ja',
        stage: orders.length > 4 ? 'repeater' : orders.length > 1 ? 'mainPurchased' : 'trial',
        handlingState: isDifficult ? 'caution' : 'normal',
        addressMasked: maskAddress(address),
        lastActivityAt: null,
        mergedIntoId: null,
      },
      identities,
      address,
      orders,
      caution:
        care || isDifficult
          ? {
              id: newId({ now: () => now - 40 * DAY }, random),
              sv: 0,
              customerId,
              kind: isDifficult ? 'warning' : 'care',
              text: care ?? '過去に強い口調でのお申し出あり。二名で対応する',
              authorName: '佐藤 恵子',
              createdAt: now - 40 * DAY,
            }
          : null,
      handover:
        random.next() < 0.05
          ? {
              id: newId({ now: () => now - DAY }, random) as RowOf<'handoverNote'>['id'],
              sv: 0,
              customerId,
              text: pick(
                [
                  '折り返しの約束あり。明日の午前中に連絡する',
                  '代替機の返却待ち。届いたら修理品を発送する',
                  '上長と話したいとのこと。次の連絡は佐藤リーダーへ',
                ],
                random,
              ),
              authorName: '伊藤 蓮',
              createdAt: now - DAY,
              acknowledgedByName: null,
              acknowledgedAt: null,
            }
          : null,
    };
  });
}
