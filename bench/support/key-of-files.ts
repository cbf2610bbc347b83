/** The key under which the files of a folder lie: that of its ring, as the product opens it, or the host's own key. */
import { readRing } from '../../src/main/core/keys/key-ring.ts';
import { openRing } from '../../src/main/core/keys/open-ring.ts';

/** What the host of all benchmarks keeps: 64 hex digits, given raw as the product does, so that no key is derived. */
export const HOST_KEY = '0f'.repeat(32);

/** 64 hex digits. Read each time: a folder that is emptied and filled again has another ring. */
export function keyOfFiles(folder: string): string {
  const ring = readRing(folder);
  return (ring && openRing(ring, { by: 'host', hostKey: HOST_KEY })?.at(-1)) ?? HOST_KEY;
}
