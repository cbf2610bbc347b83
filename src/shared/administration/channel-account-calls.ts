/** The calls about channel accounts: mailboxes, chats, LINE accounts and telephone systems that bring work in. */
import { z } from 'zod';
import { channelAccountIdSchema, queueIdSchema } from '../domain/ids.ts';
import { act, change, read, savedSchema, seenVersionSchema, versionSchema } from './calls.ts';
import { findingSchema } from './channel-findings.ts';
import { accountChannels, channelFormSchema } from './channel-forms.ts';

const accountSchema = z.object({
  id: channelAccountIdSchema,
  version: versionSchema,
  /** Accounts of other channels (X, Instagram) are history: they are listed and cannot be changed. */
  channel: z.string(),
  name: z.string(),
  address: z.string(),
  queueId: queueIdSchema,
  isDemo: z.boolean(),
  /** How it is comes with the synced row of the same id, live. */
  isPaused: z.boolean(),
});

export const channelAccountCalls = {
  list: read({ input: z.strictObject({}), output: z.object({ accounts: z.array(accountSchema) }) }),
  get: read({
    input: z.strictObject({ id: channelAccountIdSchema }),
    output: z.object({
      ...accountSchema.shape,
      channel: z.enum(accountChannels),
      /** Secrets in it are null. Null as a whole when the stored settings cannot be opened: enter them anew. */
      form: channelFormSchema.nullable(),
      /** Paths of the secrets that are stored. */
      stored: z.array(z.string()),
      /** Where the provider sends to, from the root of the server; null for channels that fetch. */
      webhookPath: z.string().nullable(),
      /** The key of the account in the widget's script tag and in webhooks. */
      accountKey: z.string(),
    }),
  }),
  save: change({
    input: z.strictObject({
      id: channelAccountIdSchema,
      seen: seenVersionSchema,
      name: z.string().trim().min(1).max(60),
      queueId: queueIdSchema,
      form: channelFormSchema,
    }),
    output: z.object({
      ...savedSchema.shape,
      /** A secret that was made here, to be put into the provider's system. It is told this once. */
      madeSecret: z.string().nullable(),
    }),
  }),
  /** Stops it, or starts it again; nothing that waits is lost. */
  setPaused: change({
    input: z.strictObject({ id: channelAccountIdSchema, seen: versionSchema, isPaused: z.boolean() }),
    output: savedSchema,
  }),
  /** Stops it for good and forgets its secrets; its conversations stay. */
  remove: change({ input: z.strictObject({ id: channelAccountIdSchema, seen: versionSchema }), output: z.object({}) }),
  /** Makes another secret of a telephone account; the one before stays valid until the next is made or `endOldSecret`. */
  makeSecret: change({
    input: z.strictObject({ id: channelAccountIdSchema, seen: versionSchema }),
    output: z.object({ ...savedSchema.shape, madeSecret: z.string() }),
  }),
  endOldSecret: change({
    input: z.strictObject({ id: channelAccountIdSchema, seen: versionSchema }),
    output: savedSchema,
  }),
  /** Tries what stands in the form, secrets that are null as they are stored. Takes up to twenty seconds. */
  test: act({
    input: z.strictObject({ id: channelAccountIdSchema, form: channelFormSchema }),
    output: z.object({ findings: z.array(findingSchema) }),
  }),
};
