/**
 * Who this outbox is to the server: client id and the number of the next command. Kept in `outbox.db`, because
 * numbers and items must never come apart.
 */
import type { ClientId } from '../../../shared/domain/ids.ts';
import type { DbFile, Reader, Writer } from '../db/connection.ts';
import { write } from '../db/write.ts';

export type ClientIdentity = { clientId: ClientId; nextMid: number };

/** The identity as the file has it, or undefined before the first sign-in. */
export function findIdentity(outbox: Reader): ClientIdentity | undefined {
  const stored = new Map(
    outbox.all<{ key: string; value: string }>('select key, value from meta').map((row) => [row.key, row.value]),
  );
  const clientId = stored.get('clientId');
  if (clientId === undefined) return undefined;
  return { clientId: clientId as ClientId, nextMid: Number(stored.get('nextMid') ?? 1) };
}

/**
 * Makes the outbox belong to a client id. Another one than before means a new life on the server: items that have no
 * verdict lose their number and are sent again under the new one; their command ids keep them from being applied twice.
 */
export function takeIdentity(outbox: DbFile, clientId: ClientId): ClientIdentity {
  const before = findIdentity(outbox.reader);
  if (before?.clientId === clientId) return before;
  const identity = { clientId, nextMid: 1 };
  write(outbox, (writer) => {
    putMeta(writer, 'clientId', identity.clientId);
    forgetNumbersAfter(writer, 0);
  });
  return identity;
}

/** Takes the number back from every item without a verdict above `mid`; the next number is `mid + 1`. */
export function forgetNumbersAfter(writer: Writer, mid: number): void {
  writer.run("update outbox set mid = null, state = 'queued' where mid > ? and state in ('queued', 'sending')", mid);
  // Numbers of items with a verdict mean nothing to a new client; a unique column must not keep them.
  writer.run('update outbox set mid = null where mid > ?', mid);
  putMeta(writer, 'nextMid', String(mid + 1));
}

/** Remembers one value of the identity. */
export function putMeta(writer: Writer, key: 'clientId' | 'nextMid' | 'epoch', value: string): void {
  writer.run(
    'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    key,
    value,
  );
}
