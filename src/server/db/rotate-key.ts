/**
 * Brings everything that is sealed in the database under another master key, in one transaction. A crash before the commit
 * leaves the old key in force, one after it the new key, which stands on the disk before the first secret is sealed under it.
 * No server may run meanwhile: it would go on sealing under the old one.
 */
import { isKeyOf, setProof } from './agree-on-key.ts';
import { BadMasterKey, keyFrom, makeNextKey, readMasterKey } from './master-key.ts';
import { auditEvent } from './schema.ts';
import { idOfKey, openSettings, sealSettings } from './seal-settings.ts';
import { everySealed, replaceSealed } from './sealed-columns.ts';
import type { ServerDatabase } from './server-database.ts';
import { type Source, write, type Writing } from './write.ts';

export type Rotation = { from: string; to: string; secrets: number };

/** The keys as the operator gives them: both from outside, or both in the data folder. */
export type KeysGiven = { folder: string; now: string | undefined; next: string | undefined };

/**
 * Rotates. With a key from the environment the next one must be given too; with a file it is made, and the old file
 * stays as `master.key.<id>`, because backups of before need it.
 * @returns ids of both keys and how many secrets were sealed anew; 0 when an earlier run had come to the end already
 * @throws BadMasterKey when the key is not the one of this database; Error naming a secret that does not open
 */
export async function rotateKey(database: ServerDatabase, source: Source, given: KeysGiven): Promise<Rotation> {
  const old = readMasterKey(given.folder, given.now, source.random);
  if (old.isNew) throw new BadMasterKey(`There is no ${old.from}: nothing has been sealed under a key of this folder.`);
  if (given.now !== undefined && given.next === undefined)
    throw new BadMasterKey(
      'KANADE_MASTER_KEY comes from the environment, so the next key must too: set KANADE_NEXT_MASTER_KEY to 32 new bytes in base64 (openssl rand -base64 32).',
    );
  const next =
    given.now === undefined
      ? makeNextKey(given.folder, source.random)
      : keyFrom(given.next ?? '', 'KANADE_NEXT_MASTER_KEY');
  const ids = { from: idOfKey(old.bytes), to: idOfKey(next) };
  if (ids.from === ids.to) throw new BadMasterKey('The next master key is the one in use. Make a new one.');

  const { result: secrets } = await write(database, source, async (w) => {
    if (await isKeyOf(w, old.bytes)) return await seal(w, old.bytes, next, source, ids);
    // An earlier run was cut between its commit and the files.
    if (await isKeyOf(w, next)) return 0;
    throw new BadMasterKey(
      `${old.from} holds the key ${ids.from}, which is not the one of this database. Restore the right one from your backup; nothing was changed.`,
    );
  });
  if (given.now === undefined) old.takeNext();
  return { ...ids, secrets };
}

async function seal(
  w: Writing,
  old: Uint8Array,
  next: Uint8Array,
  source: Source,
  ids: { from: string; to: string },
): Promise<number> {
  const all = await everySealed(w);
  for (const one of all) {
    let opened: unknown;
    try {
      opened = openSettings(old, one.sealed);
    } catch (error) {
      throw new Error(
        `${one.of.table}.${one.of.column} of ${one.id} does not open under the key ${ids.from}. Enter it again (or empty it) and rotate once more; nothing was changed.`,
        { cause: error },
      );
    }
    await replaceSealed(w, one, sealSettings(next, opened, source.random));
  }
  await setProof(w, next, source);
  await w.tx
    .insert(auditEvent)
    .values({ id: w.newId(), at: w.now, what: 'masterKey.rotated', before: { key: ids.from }, after: { key: ids.to } });
  return all.length;
}
