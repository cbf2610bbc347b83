/** The call about how the server is: connections, what waits, background work, storage. For a page that asks again and again. */
import { z } from 'zod';
import { channelAccountRowSchema } from '../domain/rows.ts';
import { read } from './calls.ts';

/** What somebody must look at; each has its words in the window: `status.alert.<name>`. */
export const statusAlerts = ['connectorFailing', 'sendingStuck', 'jobsBehind', 'jobsFailed', 'diskLow'] as const;
export type StatusAlert = (typeof statusAlerts)[number];

const count = z.number().int().nonnegative();
const time = z.number().int();

export const statusCalls = {
  look: read({
    input: z.strictObject({}),
    output: z.object({
      readAt: time,
      alerts: z.array(z.enum(statusAlerts)),
      /** Of the workspace; the rest of the answer is of the whole server. */
      connectors: z.array(channelAccountRowSchema),
      sending: z.object({ waiting: count, oldestAt: time.nullable(), needsReview: count }),
      /** At this node. */
      consoles: count,
      imports: count,
      jobs: z.array(z.object({ id: z.string(), due: count, failed: count, lastDoneAt: time.nullable() })),
      database: z.object({ engine: z.enum(['pglite', 'postgresql']), bytes: count }),
      /** Where the data folder lies; null where the system does not say. */
      disk: z.object({ freeBytes: count, totalBytes: count }).nullable(),
    }),
  }),
};
export type ServerStatus = z.output<typeof statusCalls.look.output>;
