/** One row of a file as the server would take it: each cell read by the field that its column holds, or what is wrong with it. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { z } from 'zod';
import type { AdministrationFault } from '../../shared/administration/calls.ts';
import {
  type ImportField,
  type ImportKind,
  type ImportMapping,
  importFields,
} from '../../shared/administration/import-calls.ts';
import { withoutGuard } from '../../shared/domain/csv.ts';
import type { OrderRow } from '../../shared/domain/rows.ts';
import { normalAddress } from '../customers/normal-address.ts';

export type CellFault = { column: number; fault: AdministrationFault };
/** Values by field; a field whose cell is empty is absent, and changes nothing. */
export type CheckedRow = Partial<Record<ImportField, string | number>>;
/** Thrown by a reader of cells. */
class CellRefused extends Error {
  override name = 'CellRefused';
  readonly fault: AdministrationFault;
  constructor(fault: AdministrationFault) {
    super(fault);
    this.fault = fault;
  }
}

const text =
  (longest: number) =>
  (cell: string): string => {
    if (cell.length > longest) throw new CellRefused('too-long');
    return cell;
  };

function mail(cell: string): string {
  const address = normalAddress('mail', cell);
  if (!z.email().max(254).safeParse(address).success) throw new CellRefused('not-valid');
  return address;
}

/** As the telephone system and this import must write it alike: E.164, of Japan where no country is said. */
function phone(cell: string): string {
  const parsed = parsePhoneNumberFromString(cell.normalize('NFKC'), 'JP');
  if (parsed?.isValid() !== true) throw new CellRefused('not-valid');
  return parsed.number;
}

function whole(cell: string): number {
  const digits = cell.normalize('NFKC').replaceAll(/[,¥円\s]/g, '');
  if (!/^-?\d{1,12}$/.test(digits)) throw new CellRefused('not-valid');
  return Number(digits);
}

const STATUSES: Readonly<Partial<Record<string, OrderRow['status']>>> = {
  受付: 'received',
  注文受付: 'received',
  発送済: 'shipped',
  発送済み: 'shipped',
  出荷済: 'shipped',
  配達済: 'delivered',
  配達完了: 'delivered',
  返品依頼: 'returnRequested',
  検品済: 'inspected',
  返金済: 'refunded',
  キャンセル: 'cancelled',
};
const ORDER_STATUSES = ['received', 'shipped', 'delivered', 'returnRequested', 'inspected', 'refunded', 'cancelled'];
const SALES_CHANNELS: Readonly<Partial<Record<string, OrderRow['salesChannel']>>> = {
  ec: 'ec',
  web: 'ec',
  通販: 'ec',
  store: 'store',
  店舗: 'store',
  phone: 'phone',
  電話: 'phone',
};

function status(cell: string): string {
  const found = ORDER_STATUSES.includes(cell) ? cell : STATUSES[cell];
  if (found === undefined) throw new CellRefused('not-valid');
  return found;
}

function salesChannel(cell: string): string {
  const found = SALES_CHANNELS[cell.toLowerCase()];
  if (found === undefined) throw new CellRefused('not-valid');
  return found;
}

/** `2026-11-24`, `2026/1/5 9:30`, `2026-11-24T09:30:00Z`; without a zone in Japan's time. Epoch ms. */
function time(cell: string): number {
  const parts =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(
      cell.normalize('NFKC'),
    );
  if (!parts) throw new CellRefused('not-valid');
  const [, year = '', month = '', day = '', hour = '0', minute = '00', second = '00', zone = '+09:00'] = parts;
  const two = (digits: string): string => digits.padStart(2, '0');
  const date = `${year}-${two(month)}-${two(day)}`;
  const at = Date.parse(`${date}T${two(hour)}:${minute}:${second}${zone}`);
  // `2026-02-31` would be read as a day in March.
  if (Number.isNaN(at) || new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10) !== date)
    throw new CellRefused('not-valid');
  return at;
}

function language(cell: string): string {
  if (!/^[a-z]{2}(-[A-Za-z]{2,4})?$/.test(cell)) throw new CellRefused('not-valid');
  return cell;
}

const readers: Record<ImportField, (cell: string) => string | number> = {
  memberNumber: text(60),
  displayName: text(120),
  kana: text(120),
  mail,
  phone,
  rank: text(40),
  language,
  preferredNote: text(500),
  number: text(60),
  orderedAt: time,
  amount: whole,
  currency: (cell) => {
    if (!/^[A-Z]{3}$/.test(cell)) throw new CellRefused('not-valid');
    return cell;
  },
  status,
  salesChannel,
  sku: text(60),
  productName: text(200),
  quantity: whole,
};

const needed: Record<ImportKind, readonly ImportField[]> = {
  customers: ['displayName'],
  orders: ['number', 'orderedAt', 'amount'],
};
/** One of them finds the customer. */
const keys: readonly ImportField[] = ['memberNumber', 'mail', 'phone'];

/** Fields without which no row of this kind could be taken, and that have no column. */
export function missingFields(kind: ImportKind, mapping: ImportMapping): ImportField[] {
  const missing = needed[kind].filter((field) => mapping[field] === undefined);
  return keys.some((field) => mapping[field] !== undefined) ? missing : [...missing, 'memberNumber'];
}

/** See the file's head. A row with a fault is refused whole: half a customer is worse than none. */
export function checkRow(
  kind: ImportKind,
  mapping: ImportMapping,
  cells: readonly string[],
): { row: CheckedRow; faults: CellFault[] } {
  const row: CheckedRow = {};
  const faults: CellFault[] = [];
  for (const field of importFields[kind]) {
    const column = mapping[field];
    if (column === undefined) continue;
    const cell = withoutGuard((cells[column] ?? '').trim());
    if (cell === '') {
      if (needed[kind].includes(field)) faults.push({ column, fault: 'missing' });
      continue;
    }
    try {
      row[field] = readers[field](cell);
    } catch (error) {
      if (!(error instanceof CellRefused)) throw error;
      faults.push({ column, fault: error.fault });
    }
  }
  const keyColumns = keys.flatMap((field) => mapping[field] ?? []);
  const isKeyless = keys.every((field) => row[field] === undefined);
  if (isKeyless && !faults.some(({ column }) => keyColumns.includes(column)))
    faults.push({ column: keyColumns[0] ?? 0, fault: 'missing' });
  return { row, faults };
}

/** Names that columns have in the files that shops and callers' lists export. Compared without spaces and case. */
const NAMES: Record<ImportField, readonly string[]> = {
  memberNumber: ['会員番号', '顧客番号', '顧客コード', '顧客id', '会員id', 'membernumber', 'customerid', 'memberid'],
  displayName: ['氏名', '名前', '顧客名', '会員名', 'お名前', 'name', 'fullname', 'displayname'],
  kana: ['かな', 'フリガナ', 'ふりがな', '氏名カナ', '氏名かな', 'カナ', 'kana'],
  mail: ['メール', 'メールアドレス', 'eメール', 'email', 'mail', 'e-mail', 'mailaddress'],
  phone: ['電話', '電話番号', 'tel', 'phone', 'phonenumber', '携帯電話'],
  rank: ['ランク', '会員ランク', 'rank'],
  language: ['言語', 'language', 'lang'],
  preferredNote: ['備考', 'メモ', 'note', 'notes'],
  number: ['注文番号', '受注番号', 'オーダー番号', 'ordernumber', 'orderid', 'number'],
  orderedAt: ['注文日', '注文日時', '受注日', '受注日時', 'orderedat', 'orderdate', 'date'],
  amount: ['金額', '合計', '合計金額', '注文金額', 'amount', 'total'],
  currency: ['通貨', 'currency'],
  status: ['状態', 'ステータス', '注文状態', 'status'],
  salesChannel: ['販売経路', '販路', 'saleschannel', 'channel'],
  sku: ['商品コード', '品番', 'sku'],
  productName: ['商品名', '品名', 'productname', 'product'],
  quantity: ['数量', '個数', 'quantity', 'qty'],
};

/** What the first line of a file suggests: each field the first column that is called so. */
export function suggestMapping(kind: ImportKind, columns: readonly string[]): ImportMapping {
  const named = columns.map((name) => name.normalize('NFKC').replaceAll(/[\s_]/g, '').toLowerCase());
  const mapping: ImportMapping = {};
  for (const field of importFields[kind]) {
    const column = named.findIndex((name) => NAMES[field].includes(name));
    if (column >= 0) mapping[field] = column;
  }
  return mapping;
}
