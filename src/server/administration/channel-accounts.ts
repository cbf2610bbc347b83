/**
 * Channel accounts as administrators see and change them: made, changed, paused, tried out and removed while the server
 * runs. Secrets come in and never go out; the audit names which were replaced, and never what they are.
 */
import { and, eq, isNull } from 'drizzle-orm';
import { type AccountChannel, accountChannels, type ChannelForm } from '../../shared/administration/channel-forms.ts';
import type { Random } from '../../shared/domain/clock.ts';
import type { ChannelAccountId, WorkspaceId } from '../../shared/domain/ids.ts';
import type { SetUp, TakenForm, Trial } from '../channels/channel-adapter.ts';
import type { Channels } from '../channels/start-channels.ts';
import { channelAccount, queue } from '../db/schema.ts';
import { openSettings, sealSettings } from '../db/seal-settings.ts';
import type { Queries, ServerDatabase } from '../db/server-database.ts';
import type { Changing, HandlersOfGroup } from './administration-handlers.ts';
import { Fault } from './fault.ts';
import { type SettingDocument, versionsOf } from './record-change.ts';

export type ChannelAccountParts = {
  database: ServerDatabase;
  random: Random;
  masterKey: Uint8Array;
  channels: Pick<Channels, 'setUpOf' | 'restart' | 'channelOf'>;
  http: Trial['http'];
  clock: Trial['clock'];
  /** Looks for messages that waited for an account to run. */
  wakeSending(): Promise<unknown>;
};

type AccountRow = typeof channelAccount.$inferSelect;

/** Twenty of 32 signs, 100 bits: it stands in addresses that providers call, and is not guessed. */
const KEY_LENGTH = 20;
const KEY_DIGITS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** See the file's head. */
export function channelAccountHandlers(parts: ChannelAccountParts): HandlersOfGroup<'channelAccounts'> {
  const { masterKey, random, channels } = parts;

  function setUpOf(channel: string): SetUp {
    const setUp = channels.setUpOf(channel);
    if (setUp === null) throw new Fault('not-valid', 'channel');
    return setUp;
  }

  /** After the commit and behind the answer: a provider that is slow to say goodbye must not hold the form open. */
  function restartLater({ w }: Changing, id: ChannelAccountId): void {
    w.afterCommit(
      () =>
        void channels
          .restart(id)
          .then(parts.wakeSending)
          .catch(() => undefined),
    );
  }

  function open(row: AccountRow): unknown {
    try {
      return openSettings(masterKey, row.sealedSettings);
    } catch {
      return undefined;
    }
  }

  function taken(channel: string, form: ChannelForm, stored: unknown): Extract<TakenForm, { ok: true }> {
    const result = setUpOf(channel).take(form, stored, random);
    if (!result.ok) throw new Fault('missing', `form.${result.missing}`);
    return result;
  }

  return {
    async list({ queries, workspaceId }) {
      const rows = await queries
        .select()
        .from(channelAccount)
        .where(and(eq(channelAccount.workspaceId, workspaceId), isNull(channelAccount.removedAt)))
        .orderBy(channelAccount.channel, channelAccount.name);
      const versions = await versionsOf(
        queries,
        'channelAccount',
        rows.map((row) => row.id),
      );
      return { accounts: rows.map((row) => shown(row, versions)) };
    },

    async get({ queries, workspaceId }, { id }) {
      const row = await findAccount(queries, workspaceId, id);
      if (row === null) throw new Fault('unknown');
      const versions = await versionsOf(queries, 'channelAccount', [id]);
      const setUp = setUpOf(row.channel);
      return {
        ...shown(row, versions),
        channel: row.channel as AccountChannel,
        ...formOf(setUp, row, open(row)),
        accountKey: row.accountKey,
        webhookPath: setUp.webhookPath(row.accountKey),
      };
    },

    async save(on, { id, seen, name, queueId, form }) {
      const { w, workspaceId } = on;
      const row = await findAccount(on.queries, workspaceId, id);
      if (row !== null && row.channel !== form.channel) throw new Fault('not-valid', 'form.channel');
      await refuseForeignQueue(on, queueId);
      const stored = row === null ? undefined : open(row);
      const { settings, madeSecret } = taken(form.channel, form, stored);
      const before = row && documentOf(setUpOf(row.channel), row, stored);
      const fields = { name, queueId, address: form.address };
      const after = { channel: form.channel, ...fields, ...settingsOf(setUpOf(form.channel), settings, form.address) };
      const replaced = replacedSecrets(form, madeSecret);
      const version = await on.record({
        kind: 'channelAccount',
        id,
        seen,
        before,
        after: replaced.length === 0 ? after : { ...after, secretsReplaced: replaced },
      });
      const sealedSettings = sealSettings(masterKey, settings, random);
      if (row === null) {
        await w.tx.insert(channelAccount).values({
          id,
          workspaceId,
          channel: form.channel,
          ...fields,
          sealedSettings,
          accountKey: newAccountKey(random),
          state: 'starting',
        });
      } else {
        // What was wrong with the settings of before is no longer said of these.
        const state = row.state === 'off' ? 'off' : 'starting';
        await w.tx
          .update(channelAccount)
          .set({ ...fields, sealedSettings, state })
          .where(eq(channelAccount.id, id));
      }
      w.append('channelAccount', [id]);
      restartLater(on, id);
      return { version, madeSecret };
    },

    async setPaused(on, { id, seen, isPaused }) {
      const { w } = on;
      const row = await mustFind(on, id);
      const version = await on.record({
        kind: 'channelAccount',
        id,
        seen,
        before: { isPaused: row.state === 'off' },
        after: { isPaused },
        verb: isPaused ? 'paused' : 'resumed',
      });
      await w.tx
        .update(channelAccount)
        .set({ state: isPaused ? 'off' : 'starting' })
        .where(eq(channelAccount.id, id));
      w.append('channelAccount', [id]);
      restartLater(on, id);
      return { version };
    },

    async remove(on, { id, seen }) {
      const { w } = on;
      const row = await mustFind(on, id);
      const setUp = channels.setUpOf(row.channel);
      const before = setUp === null ? { name: row.name } : documentOf(setUp, row, open(row));
      await on.record({ kind: 'channelAccount', id, seen, before, after: null });
      await w.tx
        .update(channelAccount)
        .set({ state: 'off', removedAt: w.now, sealedSettings: '', lastError: null })
        .where(eq(channelAccount.id, id));
      w.append('channelAccount', [id]);
      restartLater(on, id);
      return {};
    },

    async makeSecret(on, { id, seen }) {
      const row = await mustFind(on, id);
      const { changeSecret } = setUpOf(row.channel);
      if (changeSecret === undefined) throw new Fault('not-valid');
      const { settings, madeSecret } = changeSecret.make(open(row), random);
      return { version: await putSecret(on, row, seen, settings, 'secretMade'), madeSecret };
    },

    async endOldSecret(on, { id, seen }) {
      const row = await mustFind(on, id);
      const { changeSecret } = setUpOf(row.channel);
      if (changeSecret === undefined) throw new Fault('not-valid');
      return { version: await putSecret(on, row, seen, changeSecret.endOld(open(row)), 'oldSecretEnded') };
    },

    async test({ workspaceId }, { id, form }) {
      const row = await findAccount(parts.database.orm, workspaceId, id);
      if (row !== null && row.channel !== form.channel) throw new Fault('not-valid', 'form.channel');
      const { settings } = taken(form.channel, form, row === null ? undefined : open(row));
      const trial: Trial = {
        accountKey: row?.accountKey ?? null,
        isRunning: channels.channelOf(id) !== null,
        http: parts.http,
        clock: parts.clock,
      };
      return { findings: await setUpOf(form.channel).test(settings, trial) };
    },
  };

  async function putSecret(
    on: Changing,
    row: AccountRow,
    seen: number,
    settings: unknown,
    verb: string,
  ): Promise<number> {
    const version = await on.record({ kind: 'channelAccount', id: row.id, seen, before: {}, after: {}, verb });
    await on.w.tx
      .update(channelAccount)
      .set({ sealedSettings: sealSettings(masterKey, settings, random) })
      .where(eq(channelAccount.id, row.id));
    restartLater(on, row.id);
    return version;
  }
}

/** An account of this workspace that was not removed; one of another workspace is refused as unknown. */
async function findAccount(
  queries: Queries,
  workspaceId: WorkspaceId,
  id: ChannelAccountId,
): Promise<AccountRow | null> {
  const [found] = await queries.select().from(channelAccount).where(eq(channelAccount.id, id));
  if (found === undefined) return null;
  if (found.workspaceId !== workspaceId || found.removedAt !== null) throw new Fault('unknown');
  return found;
}

async function mustFind(on: Changing, id: ChannelAccountId): Promise<AccountRow> {
  const row = await findAccount(on.queries, on.workspaceId, id);
  if (row === null) throw new Fault('unknown');
  return row;
}

async function refuseForeignQueue(on: Changing, queueId: AccountRow['queueId']): Promise<void> {
  const [found] = await on.queries
    .select({ id: queue.id })
    .from(queue)
    .where(and(eq(queue.id, queueId), eq(queue.workspaceId, on.workspaceId)));
  if (found === undefined) throw new Fault('unknown', 'queueId');
}

function shown(row: AccountRow, versions: Map<string, number>) {
  const { id, channel, name, address, queueId, isDemo } = row;
  return { id, channel, name, address, queueId, isDemo, version: versions.get(id) ?? 0, isPaused: row.state === 'off' };
}

/** Null for settings that do not open or fit any more: the administrator enters them anew. */
function formOf(setUp: SetUp, row: AccountRow, settings: unknown): { form: ChannelForm | null; stored: string[] } {
  if (settings === undefined || !accountChannels.some((channel) => channel === row.channel))
    return { form: null, stored: [] };
  try {
    const { form, stored } = setUp.show(settings);
    return { form: { ...form, address: row.address }, stored };
  } catch {
    return { form: null, stored: [] };
  }
}

/** The account as it stands in the audit: everything but its secrets, which are null in the form. */
function documentOf(setUp: SetUp, row: AccountRow, settings: unknown): SettingDocument {
  const { channel, name, queueId, address } = row;
  const { form } = formOf(setUp, row, settings);
  return { channel, name, queueId, address, ...(form === null ? {} : fieldsOf(form)) };
}

function settingsOf(setUp: SetUp, settings: unknown, address: string): SettingDocument {
  return fieldsOf({ ...setUp.show(settings).form, address });
}

function fieldsOf({ channel: _channel, address: _address, ...fields }: ChannelForm): SettingDocument {
  return fields;
}

/** Names of the secrets that this form replaces. */
function replacedSecrets(form: ChannelForm, madeSecret: string | null): string[] {
  const given = madeSecret === null ? [] : ['secret'];
  if (form.channel === 'mail') {
    if (form.imap.password !== null) given.push('imap.password');
    if (form.smtp.password !== null) given.push('smtp.password');
  }
  if (form.channel === 'line') {
    if (form.channelSecret !== null) given.push('channelSecret');
    if (form.channelAccessToken !== null) given.push('channelAccessToken');
  }
  return given;
}

function newAccountKey(random: Random): string {
  const bytes = random.bytes(KEY_LENGTH);
  return Array.from({ length: KEY_LENGTH }, (_, at) => KEY_DIGITS[(bytes[at] ?? 0) % KEY_DIGITS.length]).join('');
}
