/** The Japanese words of the window: the source. What is not here does not exist; `en.ts` must have all of it. */
import { accountJa } from './words/account-ja.ts';
import { deskJa } from './words/desk-ja.ts';
import { threadJa } from './words/thread-ja.ts';
import { workJa } from './words/work-ja.ts';

export const ja = { ...accountJa, ...deskJa, ...threadJa, ...workJa } as const;
