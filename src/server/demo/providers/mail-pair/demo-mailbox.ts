/** The mail of one demo account, in memory: folders with UIDs, as RFC 3501 wants them. Speaks no protocol. */
import type { Clock } from '../../../../shared/domain/clock.ts';

export type DemoMail = { uid: number; flags: Set<string>; arrivedAt: number; raw: Buffer };

export type DemoFolder = {
  name: string;
  /** `\Sent` and the like (RFC 6154), or null. */
  specialUse: string | null;
  uidValidity: number;
  uidNext: number;
  mails: DemoMail[];
};

export type DemoMailbox = {
  /** Finds a folder; INBOX in any case. */
  find(name: string): DemoFolder | null;
  list(): DemoFolder[];
  create(name: string): DemoFolder;
  /** Puts a mail into a folder and tells who listens. */
  add(folder: DemoFolder, raw: Buffer, flags?: readonly string[], arrivedAt?: number): DemoMail;
  /** Removes mails that are marked `\Deleted`. */
  expunge(folder: DemoFolder): void;
  onChange(listener: (change: FolderChange) => void): () => void;
};

/** Something came or went. `removed`: places, each as it was when its turn came, as EXPUNGE tells them. */
export type FolderChange = { folder: DemoFolder; removed: number[] };

/** Mails kept in a folder; the oldest go, so that a demo may run for weeks. */
const MAX_MAILS = 2_000;

/** An empty mailbox with the usual folders. */
export function createDemoMailbox(clock: Clock): DemoMailbox {
  const listeners = new Set<(change: FolderChange) => void>();
  // Another value at each start: the mails of the last run are gone, and a client must see that their UIDs are too.
  const uidValidity = Math.max(1, Math.floor(clock.now() / 1_000) % 0xffffffff);
  const folders: DemoFolder[] = [];
  const folder = (name: string, specialUse: string | null): DemoFolder => {
    const made = { name, specialUse, uidValidity, uidNext: 1, mails: [] };
    folders.push(made);
    return made;
  };
  folder('INBOX', null);
  folder('Sent', '\\Sent');
  folder('Junk', '\\Junk');
  folder('Trash', '\\Trash');

  const find = (name: string): DemoFolder | null =>
    folders.find((one) => one.name === name || (one.name === 'INBOX' && name.toUpperCase() === 'INBOX')) ?? null;
  const tell = (change: FolderChange): void => {
    for (const listener of listeners) listener(change);
  };
  return {
    find,
    list: () => [...folders],
    create: (name) => find(name) ?? folder(name, null),
    add(into, raw, flags = [], arrivedAt = clock.now()) {
      const mail = { uid: into.uidNext, flags: new Set(flags), arrivedAt, raw };
      into.uidNext += 1;
      into.mails.push(mail);
      const isOldestGone = into.mails.length > MAX_MAILS;
      if (isOldestGone) into.mails.shift();
      tell({ folder: into, removed: isOldestGone ? [1] : [] });
      return mail;
    },
    expunge(from) {
      const places: number[] = [];
      for (let at = 0; at < from.mails.length; ) {
        if (from.mails[at]?.flags.has('\\Deleted') !== true) {
          at += 1;
          continue;
        }
        from.mails.splice(at, 1);
        places.push(at + 1);
      }
      tell({ folder: from, removed: places });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
