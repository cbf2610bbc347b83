/** Imports as the server would show them: one of each state, and the first rows of a file with cells that are at fault. */
import type { AdministrationInput, AdministrationOutput } from '../../src/shared/administration/contract.ts';

type ImportCall = 'list' | 'begin' | 'part' | 'preview' | 'start' | 'cancel' | 'refusals';
type Answers = {
  [N in ImportCall as `imports.${N}`]: (
    input: AdministrationInput<`imports.${N}`>,
  ) => AdministrationOutput<`imports.${N}`>;
};

const nothing = { made: 0, changed: 0, same: 0, refused: 0, trouble: null, byName: '森 健', finishedAt: null };
const at = Date.UTC(2026, 10, 23, 1, 0);

export const importAnswers: Answers = {
  'imports.list': () => ({
    imports: [
      {
        ...nothing,
        id: '01900000-0000-7000-8000-00000000bb01',
        kind: 'customers',
        fileName: '会員_2026-11.csv',
        state: 'running',
        total: 100_000,
        done: 41_500,
        made: 39_800,
        changed: 1_200,
        same: 488,
        refused: 12,
        createdAt: at,
      },
      {
        ...nothing,
        id: '01900000-0000-7000-8000-00000000bb02',
        kind: 'orders',
        fileName: '受注.csv',
        state: 'done',
        total: 2_400,
        done: 2_400,
        made: 2_393,
        refused: 7,
        createdAt: at - 86_400_000,
        finishedAt: at - 86_390_000,
      },
      {
        ...nothing,
        id: '01900000-0000-7000-8000-00000000bb03',
        kind: 'customers',
        fileName: '古い名簿.csv',
        state: 'failed',
        total: null,
        done: 0,
        trouble: { why: 'quotes', line: 318 },
        createdAt: at - 2 * 86_400_000,
        finishedAt: at - 2 * 86_400_000,
      },
    ],
  }),
  'imports.begin': () => ({}),
  'imports.part': ({ offset, base64 }) => ({ received: offset + Math.floor((base64.length * 3) / 4) }),
  'imports.preview': ({ kind, encoding, delimiter, mapping }) => ({
    encoding: encoding ?? 'shift_jis',
    delimiter: delimiter ?? ',',
    columns: ['会員番号', '氏名', 'メールアドレス', '電話番号', '備考'],
    mapping: mapping ?? (kind === 'customers' ? { memberNumber: 0, displayName: 1, mail: 2, phone: 3 } : {}),
    rows: [
      { line: 2, cells: ['M-1001', '田中 美咲', 'misaki@example.jp', '090-1234-5678', ''], faults: [] },
      {
        line: 3,
        cells: ['M-1002', '', 'ren(at)example.jp', '03-1234-5678', '平日のみ'],
        faults: [
          { column: 1, fault: 'missing' },
          { column: 2, fault: 'not-valid' },
        ],
      },
      { line: 4, cells: ['M-1003', '高橋 直樹', '', '080-9876-5432', ''], faults: [] },
    ],
    trouble: kind === 'orders' ? { why: 'missingField', line: null } : null,
  }),
  'imports.start': () => ({}),
  'imports.cancel': () => ({}),
  'imports.refusals': () => ({ base64: '', next: null }),
};
