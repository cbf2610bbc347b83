/** What stands in the file of refused rows, in the language of the workspace: the one place where the server words a fault. */
import type { CellFault } from './check-row.ts';

const WORDS = {
  ja: {
    lineColumn: '元の行',
    whyColumn: '取り込めない理由',
    faults: {
      missing: '空欄です',
      'too-long': '長すぎます',
      'not-valid': '形式が正しくありません',
      taken: '別の顧客のものです',
      unknown: '顧客が見つかりません',
    },
    other: '取り込めません',
  },
  en: {
    lineColumn: 'Line',
    whyColumn: 'Why it was not taken',
    faults: {
      missing: 'is empty',
      'too-long': 'is too long',
      'not-valid': 'is not in a form that is understood',
      taken: 'belongs to another customer',
      unknown: 'finds no customer',
    },
    other: 'cannot be taken',
  },
} as const;

/** @param language of the workspace */
export function faultWords(language: 'ja' | 'en') {
  const { lineColumn, whyColumn, faults, other } = WORDS[language];
  return {
    lineColumn,
    whyColumn,
    /** `メール：形式が正しくありません` */
    fault({ column, fault }: Omit<CellFault, 'fault'> & { fault: string }, columns: readonly string[]): string {
      const why = Object.hasOwn(faults, fault) ? faults[fault as keyof typeof faults] : other;
      return `${columns[column] ?? String(column + 1)}${language === 'ja' ? '：' : ' '}${why}`;
    },
  };
}
