/** One core with 100,000 messages and the product's index, made once and shared by the benchmarks that only read. */
import { cannedCentre, type CannedCentre } from './canned-centre.ts';
import { type CannedCore, fillCore, withIndex } from './canned-core.ts';

export const MESSAGES = 100_000;

export type FilledCore = { readonly centre: CannedCentre; readonly core: CannedCore };
let filling: Promise<FilledCore> | null = null;

async function fill(): Promise<FilledCore> {
  const centre = cannedCentre({ messages: MESSAGES, conversations: 5_000, customers: 2_500 });
  const core = await fillCore(centre, withIndex);
  process.once('exit', () => core.stop());
  return { centre, core };
}

/** The core; still indexing when it was just made. */
export async function filledCore(): Promise<FilledCore> {
  filling ??= fill();
  return await filling;
}

/** Messages that the index has not reached. */
export async function unindexed({ core }: FilledCore): Promise<number> {
  return (await core.api.search.all({ text: '幻影機関X9', limit: 1 })).unindexed;
}
