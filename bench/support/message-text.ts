/**
 * Invented contact-centre texts for measuring: 60 % Japanese, 40 % English, about 200 characters, words by Zipf's law out
 * of 20,000 and 8,000. The same seed gives the same texts. Terms with a known frequency are planted for the searches.
 */
import { seededRandom, type Random } from '../../src/shared/domain/clock.ts';

const KANJI =
  '日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連対上部東者党地合市業内方定今回新場員入選立開手問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当主約題下首意法不来作性的要用制治度務強気小成期公野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院初北午指権心界支第産結派点教報済書府活原先共得解名交資予川向際査勝面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感特情投示変打男基私各始島直両朝革価式確提運終挙果西減台広容必応演電歳住争談能無再位置企真流格有疑口過局少放税検藤町常校料沢裁状工建語球営空職証土急止送援供可役構木割聞身費付施切由説転食比難防補車優夫研収断井何南石足違消境神番規術護展態導鮮備宅害配副算視条幹独警宮究育席輸訪楽起万着乗店述残想線率病農州武声質念待試族象銀域助労例衛然早張映限親額監環験追審商葉義伝働形景落欧担好退準賞訴辺造英被株頭技低毎医復仕去姿味負閣韓渡失移差衆個門写評課末守若脳極種美岡影命含福蔵量望松非撃佐核観察整段横融型白深字答夜製票況音申様財港識注呼渉達';
const ENDINGS =
  'の に は を が で と も から まで について によると していただき しております いたします ございます お願いします でしょうか ください ですが ました できますか したいです ありがとう 申し訳 いつも まだ すぐに'.split(
    ' ',
  );
const LOANWORDS =
  'キャンセル クレジットカード メール ログイン パスワード アカウント サイズ ポイント クーポン システム エラー アプリ サポート プラン オンライン ショップ レシート スタッフ コード'.split(
    ' ',
  );
const SYLLABLES =
  'ba be bi bo ca ce co da de di do fa fe fi fo ga ge go ha he hi ho ja jo ka ke ki la le li lo ma me mi mo na ne ni no pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi wa we er ing tion ment al ly'.split(
    ' ',
  );
const ENGLISH =
  'the of and to in is you that it for on are with as at be this have from or one had by not but what all were we when your can said there please order refund delivery account invoice customer support thanks regards issue reply received package tracking shipment payment card address update cancel subscription renew agent urgent'.split(
    ' ',
  );

/** Terms planted in the texts, each in one of `every` messages. */
export const PLANTED = [
  { text: '返品', every: 33 },
  { text: '解約手続き', every: 1_000 },
  { text: '幻影機関X9', every: 100_000 },
] as const;

/** Makes texts, the n-th call for message n. About 200 characters, 440 bytes. */
export function createTexts(seed: number): (n: number) => string {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random.next() * limit);
  const kanji = Array.from(KANJI);
  const japanese = Array.from({ length: 20_000 }, () =>
    Array.from({ length: random.next() < 0.75 ? 2 : 3 }, () => kanji[below(kanji.length)]).join(''),
  );
  const english = Array.from({ length: 8_000 }, (_, index) =>
    index < ENGLISH.length
      ? (ENGLISH[index] ?? '')
      : Array.from({ length: 2 + below(3) }, () => SYLLABLES[below(SYLLABLES.length)]).join(''),
  );
  return (n) => {
    const isJapanese = random.next() < 0.6;
    const length = Math.min(1_200, 60 - Math.log(1 - random.next() * 0.999) * 140);
    let text = isJapanese ? japaneseText(random, japanese, length) : englishText(random, english, length);
    for (const { text: term, every } of PLANTED) if (n % every === 7 % every) text += term;
    return text;
  };
}

function zipf<T>(random: Random, words: readonly T[]): T | undefined {
  return words[Math.min(words.length - 1, Math.floor(words.length ** random.next() - 1))];
}

function japaneseText(random: Random, words: readonly string[], length: number): string {
  let text = '';
  while (text.length < length) {
    text += (zipf(random, words) ?? '') + (ENDINGS[Math.floor(random.next() * ENDINGS.length)] ?? '');
    const extra = random.next();
    if (extra < 0.08) text += LOANWORDS[Math.floor(random.next() * LOANWORDS.length)] ?? '';
    else if (extra < 0.1) text += `注文番号${100_000 + Math.floor(random.next() * 900_000)}`;
    else if (extra < 0.25) text += '。';
    else if (extra < 0.4) text += '、';
  }
  return text;
}

function englishText(random: Random, words: readonly string[], length: number): string {
  let text = '';
  while (text.length < length) {
    text += `${zipf(random, words) ?? ''} `;
    const extra = random.next();
    if (extra < 0.02) text += `order #${100_000 + Math.floor(random.next() * 900_000)} `;
    else if (extra < 0.1) text = `${text.slice(0, -1)}. `;
  }
  return text;
}
