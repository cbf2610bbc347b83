/** The calls about imports of customers and orders from CSV: the file comes in parts, is looked at, and is read in the background. */
import { z } from 'zod';
import { administrationFaults, act, change, read } from './calls.ts';

export const importKinds = ['customers', 'orders'] as const;
/** What a column may hold. `memberNumber`, `mail` and `phone` find the customer, in this order. */
export const importFields = {
  customers: ['memberNumber', 'displayName', 'kana', 'mail', 'phone', 'rank', 'language', 'preferredNote'],
  orders: [
    'number',
    'orderedAt',
    'memberNumber',
    'mail',
    'phone',
    'amount',
    'currency',
    'status',
    'salesChannel',
    'sku',
    'productName',
    'quantity',
  ],
} as const;
export type ImportKind = (typeof importKinds)[number];
export type ImportField = (typeof importFields)[ImportKind][number];

/** Largest file, in bytes: half a million customers fit. */
export const LARGEST_IMPORT = 64 * 1024 * 1024;
/** Bytes of one part. */
export const IMPORT_PART = 128 * 1024;

const importId = z.uuid();
const fieldSchema = z.enum([...new Set([...importFields.customers, ...importFields.orders])]);
/** Column (from 0) of each field that is in the file. */
const mappingSchema = z.partialRecord(fieldSchema, z.number().int().min(0).max(199));
export type ImportMapping = z.output<typeof mappingSchema>;
export const delimiters = [',', ';', '\t'] as const;

/** How a file is to be read; null where the server shall find out. */
const howSchema = z.strictObject({
  id: importId,
  kind: z.enum(importKinds),
  encoding: z.enum(['utf-8', 'shift_jis']).nullable(),
  delimiter: z.enum(delimiters).nullable(),
  mapping: mappingSchema.nullable(),
});

export const importStates = ['receiving', 'queued', 'running', 'done', 'cancelled', 'failed'] as const;
const troubleSchema = z.object({
  why: z.enum(['encoding', 'quotes', 'tooLong', 'empty', 'missingField']),
  line: z.number().int().nullable(),
});

export type ImportTrouble = z.output<typeof troubleSchema>;

export const importCalls = {
  list: read({
    input: z.strictObject({}),
    output: z.object({
      imports: z.array(
        z.object({
          id: importId,
          kind: z.enum(importKinds),
          fileName: z.string(),
          state: z.enum(importStates),
          /** Rows of the file, without its first one; null until it has been counted. */
          total: z.number().int().nullable(),
          /** Rows that were read: made, changed, as they were, refused. */
          done: z.number().int(),
          made: z.number().int(),
          changed: z.number().int(),
          same: z.number().int(),
          refused: z.number().int(),
          trouble: troubleSchema.nullable(),
          byName: z.string(),
          createdAt: z.number(),
          finishedAt: z.number().nullable(),
        }),
      ),
    }),
  }),
  /** A new file. Refused with `out-of-range` at `size` beyond the cap. */
  begin: change({
    input: z.strictObject({
      id: importId,
      kind: z.enum(importKinds),
      fileName: z.string().trim().min(1).max(200),
      size: z.number().int().min(1).max(LARGEST_IMPORT),
    }),
    output: z.object({}),
  }),
  /** A part in its place; the same part again changes nothing. */
  part: act({
    input: z.strictObject({
      id: importId,
      offset: z.number().int().min(0).max(LARGEST_IMPORT),
      base64: z.base64().max(Math.ceil(IMPORT_PART / 3) * 4),
    }),
    output: z.object({ received: z.number().int() }),
  }),
  /** The first rows as they would be taken, and what is wrong with each cell. */
  preview: act({
    input: howSchema,
    output: z.object({
      encoding: z.enum(['utf-8', 'shift_jis']).nullable(),
      delimiter: z.enum(delimiters),
      columns: z.array(z.string()),
      mapping: mappingSchema,
      rows: z.array(
        z.object({
          line: z.number().int(),
          cells: z.array(z.string()),
          faults: z.array(z.object({ column: z.number().int(), fault: z.enum(administrationFaults) })),
        }),
      ),
      /** Why the file cannot be taken so. */
      trouble: troubleSchema.nullable(),
    }),
  }),
  /** From here on it is read in the background. Refused with `not-valid` when `preview` has a trouble. */
  start: change({
    input: z.strictObject({
      id: importId,
      encoding: z.enum(['utf-8', 'shift_jis']),
      delimiter: z.enum(delimiters),
      mapping: mappingSchema,
    }),
    output: z.object({}),
  }),
  /** Ends it after the rows that are being written; what was written stays. */
  cancel: change({ input: z.strictObject({ id: importId }), output: z.object({}) }),
  /** The rows that were refused, with why, as a CSV that can be mended and imported again: a part of it from `offset` on. */
  refusals: act({
    input: z.strictObject({ id: importId, offset: z.number().int().min(0) }),
    output: z.object({ base64: z.string(), next: z.number().int().nullable() }),
  }),
};
