/** The documents of the comparison with peers: messages of a contact centre, the same for everybody, and what they share. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import { bareMessages } from './bare-store.ts';
import { createTexts } from './message-text.ts';

export type PeerDocument = {
  id: string;
  conv: number;
  seq: number;
  ch: string;
  author: string;
  created: number;
  updated: number;
  body: string;
};

const CHANNELS = ['mail', 'webChat', 'line', 'phone'];

function make(count: number, seed: number): PeerDocument[] {
  return Array.from(bareMessages(count, createTexts(seed), seededRandom(seed)), (one) => ({
    id: one.id,
    conv: one.conversation,
    seq: one.seq,
    ch: CHANNELS[one.conversation % 4] ?? 'mail',
    author: one.author,
    created: one.sentAt,
    updated: one.sentAt,
    body: one.text,
  }));
}

/** What the server holds at first. */
export const documents = (count: number): PeerDocument[] => make(count, 42);

/** What a client writes while it is offline, in round `round`. */
export const offlineDocuments = (count: number, round: number): PeerDocument[] =>
  make(count, 9_000 + round).map((one) => ({ ...one, id: `p${round}-${one.id}` }));

/** The changed form of the document that live change `n` of a round concerns. */
export function changed(all: readonly PeerDocument[], n: number, round: number): PeerDocument {
  const of = all[(n * 7 + round) % all.length];
  if (of === undefined) throw new Error('there are no documents');
  return { ...of, updated: of.updated + 1_000 * (round + 1), body: `live ${round} ${all[n % all.length]?.body ?? ''}` };
}

/** Bytes of a file or of everything in a folder. */
export function bytesOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  return stat.isFile() ? stat.size : readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

/** What both ends of a peer are asked to do. The client's `initial` and `push` are given what the server's `address` says. */
export type PeerServerTasks = {
  address: () => number | string;
  load: (input: { count: number }) => unknown;
  /** Changes so many documents; gives what the client waits for. */
  live: (input: { count: number; round: number }) => unknown;
  /** How many of a round's offline documents have arrived. */
  has: (input: { count: number; round: number }) => unknown;
  cpu: () => number;
};
export type PeerClientTasks = {
  initial: (input: { address: number | string; count: number }) => unknown;
  liveWait: (input: unknown) => unknown;
  offline: (input: { count: number; round: number }) => unknown;
  push: (input: { address: number | string }) => unknown;
  size: () => unknown;
  usage: () => { cpuMs: number; peakBytes: number };
};
