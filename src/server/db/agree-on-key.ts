/**
 * Holds the master key against the database at every start: a server with another key would seal new secrets under it and
 * could open none of the old ones. The database keeps one sealed word for that, and no part of the key.
 */
import { BadMasterKey, type MasterKey } from './master-key.ts';
import { organisation } from './schema.ts';
import { idOfKey, keyIdOf, openSettings, sealSettings } from './seal-settings.ts';
import { everySealed } from './sealed-columns.ts';
import type { ServerDatabase } from './server-database.ts';
import { type Source, write, type Writing } from './write.ts';

/** What the proof holds when it is opened. */
const PROOF = 'this is the master key';

/**
 * Gives the key of this database: the one given, or the one that an interrupted rotation had come to. On the first start
 * the key is written down first and the proof after it.
 * @throws BadMasterKey in a sentence that names where the key was looked for
 */
export async function agreeOnKey(database: ServerDatabase, source: Source, key: MasterKey): Promise<Uint8Array> {
  const { result } = await write(database, source, async (w) => {
    const proof = await readProof(w);
    if (proof === null) {
      await refuseForeignSecrets(w, key);
      key.keep();
      await setProof(w, key.bytes, source);
      return key.bytes;
    }
    if (opens(key.bytes, proof)) return key.bytes;
    const next = key.next();
    if (next !== null && opens(next, proof)) {
      key.takeNext();
      return next;
    }
    throw wrongKey(key, keyIdOf(proof));
  });
  return result;
}

/** Whether this key is the one of the database; true for a database that has sealed nothing yet. */
export async function isKeyOf(w: Writing, key: Uint8Array): Promise<boolean> {
  const proof = await readProof(w);
  return proof === null || opens(key, proof);
}

/** Notes under which key the database's secrets are sealed. */
export async function setProof(w: Writing, key: Uint8Array, { random }: Source): Promise<void> {
  await w.tx.update(organisation).set({ keyProof: sealSettings(key, PROOF, random) });
}

async function readProof(w: Writing): Promise<string | null> {
  const [found] = await w.tx.select({ keyProof: organisation.keyProof }).from(organisation);
  return found?.keyProof ?? null;
}

function opens(key: Uint8Array, sealed: string): boolean {
  try {
    openSettings(key, sealed);
    return true;
  } catch {
    return false;
  }
}

/** A database from before there was a proof. One secret that opens is enough: a single damaged one must not stop the server. */
async function refuseForeignSecrets(w: Writing, key: MasterKey): Promise<void> {
  const sealed = await everySealed(w);
  if (sealed.length > 0 && !sealed.some((one) => opens(key.bytes, one.sealed)))
    throw wrongKey(key, keyIdOf(sealed[0]?.sealed ?? ''));
}

function wrongKey(key: MasterKey, wanted: string | null): BadMasterKey {
  const which = wanted === null ? 'another master key' : `the master key ${wanted}`;
  const have = key.isNew ? `there is no file ${key.from}` : `${key.from} holds the key ${idOfKey(key.bytes)}`;
  return new BadMasterKey(
    `The secrets in this database are sealed under ${which}, but ${have}. Restore the right key from your backup; nothing was changed.`,
  );
}
