import { eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import type { ChannelAdapter } from '../../src/server/channels/channel-adapter.ts';
import type { ContextParts } from '../../src/server/channels/open-channel-context.ts';
import { openChannels } from '../../src/server/channels/start-channels.ts';
import { channelAccount } from '../../src/server/db/schema.ts';
import { sealSettings } from '../../src/server/db/seal-settings.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { createLog } from '../../src/server/log/log.ts';
import { describeOnEveryDatabase } from '../support/databases.ts';
import { foundWorkCentre, handClock, type WorkCentre } from '../support/work-centre.ts';

const masterKey = new Uint8Array(32).fill(7);

describeOnEveryDatabase('a channel account that cannot start', (openFresh) => {
  let database: ServerDatabase;
  let centre: WorkCentre;
  beforeAll(async () => {
    database = await openFresh();
    centre = await foundWorkCentre(database, handClock());
    await database.orm.update(channelAccount).set({ state: 'off' });
  });

  async function lastErrorAfter(error: Error): Promise<string | null | undefined> {
    const sealedSettings = sealSettings(masterKey, {}, centre.source.random);
    await database.orm
      .update(channelAccount)
      .set({ state: 'starting', sealedSettings })
      .where(eq(channelAccount.id, centre.accounts.line));
    const adapter: ChannelAdapter = { channel: 'line', setUp: null, start: () => Promise.reject(error) };
    const http = { addHook: () => undefined };
    const parts = { database, source: centre.source, changes: centre.changes, http, log: createLog('silent') };
    await openChannels(parts as unknown as ContextParts, [adapter], masterKey).startAll();
    const [row] = await database.orm.select().from(channelAccount).where(eq(channelAccount.id, centre.accounts.line));
    return row?.lastError;
  }

  test('tells the field and the remedy', async () => {
    expect(await lastErrorAfter(new Error('LINE account "main": botUserId: the bot user id'))).toContain('botUserId');
  });

  test('tells nothing of what a database said, which may quote rows', async () => {
    const error = Object.assign(new Error('Failed query: insert … params: 山田 花子'), { code: '23505' });
    expect(await lastErrorAfter(error)).toBe('settings: 23505');
  });
});
