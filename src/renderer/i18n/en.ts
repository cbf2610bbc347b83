/** The English words of the window. A word that is missing here does not compile. */
import type { ja } from './ja.ts';
import { accountEn } from './words/account-en.ts';
import { deskEn } from './words/desk-en.ts';
import { threadEn } from './words/thread-en.ts';
import { workEn } from './words/work-en.ts';

export const en = { ...accountEn, ...deskEn, ...threadEn, ...workEn } as const satisfies Record<
  keyof typeof ja,
  string
>;
