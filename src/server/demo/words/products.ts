/** What the invented shop 「ハルカ家電」 sells. Prices in yen. */
export type DemoProduct = { sku: string; name: string; price: number; part: string; trouble: string };

export const products: readonly DemoProduct[] = [
  { sku: 'KD-7', name: 'ドライヤー KD-7', price: 12_800, part: 'フィルター', trouble: '電源が入らない' },
  { sku: 'MS-2', name: '加湿器 MS-2', price: 18_400, part: '給水タンク', trouble: '蒸気が出ない' },
  { sku: 'VC-9', name: '掃除機 VC-9', price: 34_800, part: 'ダストカップ', trouble: '吸引力が落ちた' },
  { sku: 'RC-5', name: '炊飯器 RC-5', price: 27_600, part: '内釜', trouble: 'ふたが閉まらない' },
  { sku: 'AC-22', name: 'エアコン AC-22', price: 89_800, part: 'リモコン', trouble: '水が垂れてくる' },
  { sku: 'OV-3', name: 'オーブンレンジ OV-3', price: 42_300, part: '角皿', trouble: 'エラー E-12 が消えない' },
  { sku: 'CF-8', name: 'コーヒーメーカー CF-8', price: 9_980, part: 'ガラスポット', trouble: '抽出が途中で止まる' },
  {
    sku: 'WM-11',
    name: '洗濯機 WM-11',
    price: 118_000,
    part: '糸くずフィルター',
    trouble: '脱水のときに大きな音がする',
  },
  { sku: 'RF-40', name: '冷蔵庫 RF-40', price: 164_000, part: '製氷皿', trouble: '氷ができない' },
  { sku: 'FN-6', name: 'サーキュレーター FN-6', price: 6_480, part: '前面カバー', trouble: '首振りが動かない' },
  { sku: 'TV-55', name: 'テレビ TV-55', price: 138_000, part: 'スタンド', trouble: '画面が時々暗くなる' },
  { sku: 'IH-2', name: 'IHコンロ IH-2', price: 15_200, part: '天板', trouble: '鍋を認識しない' },
  { sku: 'AP-4', name: '空気清浄機 AP-4', price: 31_500, part: '集じんフィルター', trouble: '赤いランプが消えない' },
  { sku: 'KT-1', name: '電気ケトル KT-1', price: 5_480, part: 'ふた', trouble: '底から水が漏れる' },
  { sku: 'SB-7710', name: '延長保証プラン', price: 2_980, part: '保証書', trouble: '申し込んだ覚えがない' },
];
