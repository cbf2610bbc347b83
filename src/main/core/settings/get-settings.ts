/** `settings.get`: workspace, agents, queues, channel accounts and wrap-up codes as the server last said them. */
import type { ConsoleHandlers } from '../../../shared/console-api.ts';
import type { RowOf, SyncedKind } from '../../../shared/domain/synced-kinds.ts';
import { findRow } from '../db/find-row.ts';
import { codecOf } from '../db/row-codec.ts';
import type { Desk } from '../desk.ts';

/** Everything of the settings scope; a workspace of null until it has come for the first time. */
export function getSettings(desk: Desk): Awaited<ReturnType<ConsoleHandlers['settings']['get']>> {
  const all = <K extends SyncedKind>(kind: K, order: string): RowOf<K>[] => {
    const codec = codecOf(kind);
    return desk.cache.reader
      .rows(`select ${codec.select} from ${codec.table} order by ${order}`)
      .map((values) => codec.decode(values));
  };
  return {
    workspace: findRow(desk.cache.reader, 'workspace', desk.me.workspaceId) ?? null,
    agents: all('agent', 'kana, id'),
    queues: all('queue', 'name, id'),
    channelAccounts: all('channelAccount', 'channel, name, id'),
    wrapUpCodes: all('wrapUpCode', 'position, id'),
  };
}
