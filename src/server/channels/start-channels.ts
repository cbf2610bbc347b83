/**
 * Starts every configured account on its channel and finds it again by key or id. A wrong setting stops that account
 * with a reason that an admin can read, never the server.
 */
import { ne } from 'drizzle-orm';
import { channelAccount } from '../db/schema.ts';
import { openSettings } from '../db/seal-settings.ts';
import { nameOfError } from '../log/log.ts';
import type { ChannelAdapter, ChannelContext, RunningChannel } from './channel-adapter.ts';
import { type ContextParts, openChannelContext } from './open-channel-context.ts';

export type Channels = {
  channelOf(accountId: string): RunningChannel | null;
  contextOf(accountKey: string): ChannelContext | null;
  /** Starts accounts that are configured and not running yet; at start and after an account was added. */
  startAll(): Promise<void>;
  stop(): Promise<void>;
};

/** @param masterKey opens the sealed settings of the accounts */
export function openChannels(
  parts: ContextParts,
  adapters: readonly ChannelAdapter[],
  masterKey: Uint8Array,
): Channels {
  const running = new Map<string, { key: string; context: ChannelContext; channel: RunningChannel }>();
  const contextOf = (accountKey: string): ChannelContext | null =>
    [...running.values()].find((one) => one.key === accountKey)?.context ?? null;

  for (const adapter of adapters) {
    adapter.registerRoutes?.(parts.http, parts.sockets, (key) => {
      const context = contextOf(key);
      return context?.account.channel === adapter.channel ? context : null;
    });
  }

  async function start(row: typeof channelAccount.$inferSelect): Promise<void> {
    const adapter = adapters.find((one) => one.channel === row.channel);
    if (!adapter || running.has(row.id)) return;
    const context = openChannelContext(parts, row, null);
    try {
      const settings = openSettings(masterKey, row.sealedSettings);
      const full = openChannelContext(parts, row, settings);
      running.set(row.id, { key: row.accountKey, context: full, channel: await adapter.start(full) });
    } catch (error) {
      running.delete(row.id);
      const { error: name, code } = nameOfError(error);
      // What has a code comes from the database or the system: its sentence may quote rows. Ours name the field and its remedy.
      const reason = code ?? (error instanceof Error ? error.message : name);
      parts.log.error('channel.not-started', { accountId: row.id, channel: row.channel, ...nameOfError(error) });
      await context.reportHealth({ state: 'failing', error: `settings: ${reason}` });
    }
  }

  return {
    channelOf: (accountId) => running.get(accountId)?.channel ?? null,
    contextOf,
    async startAll() {
      const rows = await parts.database.orm.select().from(channelAccount).where(ne(channelAccount.state, 'off'));
      await Promise.all(rows.map(start));
    },
    async stop() {
      await Promise.all([...running.values()].map((one) => one.channel.stop()));
      running.clear();
    },
  };
}
