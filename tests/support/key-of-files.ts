/** The key of an agent's files, as the host's key opens it: for tests that look into the files themselves. */
import { readRing } from '../../src/main/core/keys/key-ring.ts';
import { openRing } from '../../src/main/core/keys/open-ring.ts';

/** @param folder of the agent; throws when the host's key opens nothing there */
export function keyOfFiles(folder: string, hostKey: string): string {
  const ring = readRing(folder);
  const key = ring && openRing(ring, { by: 'host', hostKey })?.at(-1);
  if (!key) throw new Error(`the host's key does not open ${folder}`);
  return key;
}
