/**
 * Starts every configured account on its channel and finds it again by key or id; starts it anew when an administrator
 * has changed it. A wrong setting stops that account with a reason that an admin can read, never the server.
 */
import { and, eq, isNull, ne } from 'drizzle-orm';
import type { ChannelAccountId } from '../../shared/domain/ids.ts';
import { channelAccount } from '../db/schema.ts';
import { openSettings } from '../db/seal-settings.ts';
import { nameOfError } from '../log/log.ts';
import type { ChannelAdapter, ChannelContext, RunningChannel, SetUp } from './channel-adapter.ts';
import { type ContextParts, openChannelContext } from './open-channel-context.ts';

export type Channels = {
  channelOf(accountId: string): RunningChannel | null;
  contextOf(accountKey: string): ChannelContext | null;
  /** How accounts of a channel are set up; null for one of which none is made here. */
  setUpOf(channel: string): SetUp | null;
  /** Starts accounts that are configured and not running yet; at start and after an account was added. */
  startAll(): Promise<void>;
  /** Brings one account to what the database says now: stops what ran, starts it with its new settings unless it is off. */
  restart(accountId: ChannelAccountId): Promise<void>;
  stop(): Promise<void>;
};

type Running = { key: string; context: ChannelContext; channel: RunningChannel; close(): void };

/** @param masterKey opens the sealed settings of the accounts */
export function openChannels(
  parts: ContextParts,
  adapters: readonly ChannelAdapter[],
  masterKey: Uint8Array,
): Channels {
  const running = new Map<string, Running>();
  /** Of each account what is done to it now: two changes that follow each other must not start it twice. */
  const turns = new Map<string, Promise<void>>();
  /** The same by the key of the account: whoever calls it meanwhile waits, and is not told that it is unknown. */
  const changing = new Map<string, Promise<void>>();
  let isStopped = false;
  const contextOf = (accountKey: string): ChannelContext | null =>
    [...running.values()].find((one) => one.key === accountKey)?.context ?? null;

  parts.http.addHook<{ Params: { accountKey?: string } }>('preHandler', async (request) => {
    await changing.get(request.params.accountKey ?? '');
  });
  for (const adapter of adapters) {
    adapter.registerRoutes?.(parts.http, parts.sockets, (key) => {
      const context = contextOf(key);
      return context?.account.channel === adapter.channel ? context : null;
    });
  }

  async function start(row: typeof channelAccount.$inferSelect): Promise<void> {
    const adapter = adapters.find((one) => one.channel === row.channel);
    if (!adapter || running.has(row.id)) return;
    let isCurrent = true;
    const open = (settings: unknown) => openChannelContext(parts, row, settings, () => isCurrent);
    try {
      const context = open(openSettings(masterKey, row.sealedSettings));
      const close = (): void => void (isCurrent = false);
      running.set(row.id, { key: row.accountKey, context, channel: await adapter.start(context), close });
    } catch (error) {
      running.delete(row.id);
      const { error: name, code } = nameOfError(error);
      // What has a code comes from the database or the system: its sentence may quote rows. Ours name the field and its remedy.
      const reason = code ?? (error instanceof Error ? error.message : name);
      parts.log.error('channel.not-started', { accountId: row.id, channel: row.channel, ...nameOfError(error) });
      await open(null).reportHealth({ state: 'failing', error: `settings: ${reason}` });
    }
  }

  async function end(accountId: string): Promise<void> {
    const one = running.get(accountId);
    if (one === undefined) return;
    // Out of the list first: nothing new comes in or goes out through it while it ends.
    running.delete(accountId);
    await one.channel.stop();
    one.close();
  }

  async function inTurn(accountId: string, work: () => Promise<void>): Promise<void> {
    const mine = (turns.get(accountId) ?? Promise.resolve()).then(work);
    const quiet = mine.catch(() => undefined);
    turns.set(accountId, quiet);
    await mine;
    if (turns.get(accountId) === quiet) turns.delete(accountId);
  }

  return {
    channelOf: (accountId) => running.get(accountId)?.channel ?? null,
    contextOf,
    setUpOf: (channel) => adapters.find((one) => one.channel === channel)?.setUp ?? null,
    async startAll() {
      const rows = await parts.database.orm
        .select()
        .from(channelAccount)
        .where(and(ne(channelAccount.state, 'off'), isNull(channelAccount.removedAt)));
      await Promise.all(rows.map((row) => inTurn(row.id, () => start(row))));
    },
    async restart(accountId) {
      const key = running.get(accountId)?.key ?? '';
      const done = inTurn(accountId, async () => {
        await end(accountId);
        if (isStopped) return;
        const [row] = await parts.database.orm.select().from(channelAccount).where(eq(channelAccount.id, accountId));
        if (row !== undefined && row.state !== 'off' && row.removedAt === null) await start(row);
      });
      const quiet = done.catch(() => undefined);
      changing.set(key, quiet);
      await quiet;
      if (changing.get(key) === quiet) changing.delete(key);
      await done;
    },
    async stop() {
      isStopped = true;
      await Promise.all(turns.values());
      await Promise.all([...running.keys()].map(end));
    },
  };
}
