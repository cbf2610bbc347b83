/** The promise about what lies outside the database: each reply reaches its customer once by its key, or a person is asked. */
import { BrokenRealPromise } from './broken-promise.ts';
import type { RealWorld } from './real-world.ts';

type Outbound = { message_id: string; idempotency_key: string; state: string };

const outbounds = (world: RealWorld) =>
  world.server.read<Outbound>(
    'select message_id::text, idempotency_key::text, state from outbound order by message_id',
  );

/** A reply that is still on its way, or null. */
export async function waitsOutside(world: RealWorld): Promise<string | null> {
  const waiting = (await outbounds(world)).find(({ state }) => state === 'queued' || state === 'sending');
  return waiting ? `reply ${waiting.message_id} is ${waiting.state} at the server` : null;
}

/** Judges what the providers have, in a quiet world. */
export async function checkOutside(world: RealWorld): Promise<void> {
  const { delivered } = world.provider;
  for (const [key, order] of delivered) {
    // A restored server does not know what it had sent. Where the provider takes a key, that does no harm.
    if (order.times !== 1 && !(world.wasRestored && !order.hasKey))
      throw new BrokenRealPromise('a reply goes out once', `${order.messageId}, ${order.times} times under ${key}`);
  }
  for (const { message_id, idempotency_key, state } of await outbounds(world)) {
    if (state !== 'done' || world.wasRestored || delivered.has(idempotency_key)) continue;
    throw new BrokenRealPromise('a reply goes out once', `${message_id} counts as sent, and nobody has it`);
  }
  await checkFiles(world);
  if (world.wasRestored) return;
  const known = new Set((await outbounds(world)).map(({ message_id }) => message_id));
  const stray = [...delivered.values()].find(({ messageId }) => !known.has(messageId));
  if (stray) throw new BrokenRealPromise('a reply goes out once', `${stray.messageId} went out, and nobody ordered it`);
}

/** A reply goes out with its files, whole and in their order, and its message shows the same. */
async function checkFiles(world: RealWorld): Promise<void> {
  const rows = await world.server.read<{ message_id: string; sha256: string }>(
    'select message_id::text, sha256 from attachment order by message_id, id',
  );
  const filesOf = new Map<string, string[]>();
  for (const { message_id, sha256 } of rows) filesOf.set(message_id, [...(filesOf.get(message_id) ?? []), sha256]);
  const messages = new Set(
    (await world.server.read<{ id: string }>('select id::text from message')).map(({ id }) => id),
  );
  for (const { messageId, files, text } of world.written) {
    const shown = filesOf.get(messageId)?.length ?? 0;
    if (messages.has(messageId) && shown !== files)
      throw new BrokenRealPromise('a reply has its files', `"${text}" has ${shown} of ${files}`);
  }
  for (const { messageId, files } of world.provider.delivered.values()) {
    const shown = filesOf.get(messageId) ?? [];
    if (messages.has(messageId) && files.join() !== shown.join())
      throw new BrokenRealPromise(
        'a reply has its files',
        `${messageId} went out with ${files.length} of ${shown.length}`,
      );
  }
}
