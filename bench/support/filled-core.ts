/** One core of each size with the product's index, made once and shared by the benchmarks that only read. */
import { cannedCentre, type CannedCentre } from './canned-centre.ts';
import { type CannedCore, fillCore, withIndex } from './canned-core.ts';

export const MESSAGES = 100_000;

export type FilledCore = { readonly centre: CannedCentre; readonly core: CannedCore };
const made = new Map<number, Promise<FilledCore>>();

async function fill(messages: number): Promise<FilledCore> {
  const centre = cannedCentre({ messages, conversations: messages / 20, customers: messages / 40 });
  const core = await fillCore(centre, withIndex);
  process.once('exit', () => core.stop());
  return { centre, core };
}

/** The core; still indexing when it was just made. */
export async function filledCore(messages: number = MESSAGES): Promise<FilledCore> {
  const filling = made.get(messages) ?? fill(messages);
  made.set(messages, filling);
  return await filling;
}

/** Messages that the index has not reached. */
export async function unindexed({ core }: FilledCore): Promise<number> {
  return (await core.api.search.all({ text: '幻影機関X9', limit: 1 })).unindexed;
}
