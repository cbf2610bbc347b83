/** Customers and their ways in, for other systems. What an import may change, these may, by the same rules. */
import { and, asc, eq, gt, inArray, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { consentPurposeSchema, consentStateSchema } from '../../shared/domain/consent.ts';
import type { CustomerId, CommandId } from '../../shared/domain/ids.ts';
import { decideConsent, decideCustomerField } from '../customers/decide-customer-field.ts';
import { normalAddress } from '../customers/normal-address.ts';
import { channelIdentity, consent, customer } from '../db/schema.ts';
import { checkRow } from '../imports/check-row.ts';
import { customerOf, findCustomers } from '../imports/find-customers.ts';
import { storeCustomers } from '../imports/store-customers.ts';
import { ApiProblem } from './api-problem.ts';
import { type ApiRead, change, idParams, look, pageOf, pageQuery, toPage } from './api-route.ts';
import { cellsOf, orderingAgentOf, problemsOf } from './as-import.ts';

const text = (longest: number) => z.string().trim().min(1).max(longest);
const customerFields = {
  displayName: text(120),
  kana: text(120).optional(),
  memberNumber: text(60).optional(),
  mail: text(254).optional(),
  phone: text(40).describe('E.164, or a number of Japan').optional(),
  rank: text(40).optional(),
  language: text(8).optional(),
  preferredNote: text(500).optional(),
};
const customerSchema = z.object({
  id: z.uuid(),
  revision: z.number().int().describe('Grows with each change'),
  displayName: z.string(),
  kana: z.string(),
  memberNumber: z.string().nullable(),
  rank: z.string().nullable(),
  language: z.string(),
  stage: z.string(),
  preferredNote: z.string().nullable(),
  mergedIntoId: z.uuid().nullable().describe('The customer under whom this one was joined'),
  identities: z.array(
    z.object({
      channel: z.string(),
      value: z.string().describe('Masked without the scope personalData:read'),
      isVerified: z.boolean(),
      isBlocked: z.boolean(),
    }),
  ),
});
type CustomerRecord = typeof customer.$inferSelect;

async function show({ queries, caller }: ApiRead, rows: readonly CustomerRecord[]) {
  const ids = rows.map((row) => row.id);
  const found =
    ids.length === 0
      ? []
      : await queries
          .select()
          .from(channelIdentity)
          .where(inArray(channelIdentity.customerId, ids))
          .orderBy(asc(channelIdentity.channel), asc(channelIdentity.id));
  const isFull = caller.scopes.includes('personalData:read');
  return new Map(
    rows.map((row): [string, z.input<typeof customerSchema>] => {
      const { id, displayName, kana, memberNumber, rank, language, stage, preferredNote, mergedIntoId } = row;
      const identities = found
        .filter((one) => one.customerId === id)
        .map(({ channel, address, maskedValue, isVerified, isBlocked }) => ({
          channel,
          value: isFull ? address : maskedValue,
          isVerified,
          isBlocked,
        }));
      return [
        id,
        {
          id,
          revision: row.sv,
          displayName,
          kana,
          memberNumber,
          rank,
          language,
          stage,
          preferredNote,
          mergedIntoId,
          identities,
        },
      ];
    }),
  );
}

/** @throws ApiProblem `not-found`, also for one of another workspace */
async function findCustomer({ queries, caller }: ApiRead, id: string): Promise<CustomerRecord> {
  const [found] = await queries
    .select()
    .from(customer)
    .where(and(eq(customer.id, id as CustomerId), eq(customer.workspaceId, caller.workspaceId)));
  if (!found) throw new ApiProblem('not-found');
  return found;
}

async function shown(on: ApiRead, id: string): Promise<z.input<typeof customerSchema>> {
  const one = (await show(on, [await findCustomer(on, id)])).get(id);
  if (!one) throw new ApiProblem('not-found');
  return one;
}

export const customerRoutes = [
  look(
    {
      path: '/customers',
      scope: 'customers:read',
      summary: 'Customers, oldest change first; one of them by member number, mail address or telephone number',
      query: z.strictObject({
        ...pageQuery,
        memberNumber: z.string().max(60).optional(),
        mail: z.string().max(254).optional(),
        phone: z.string().max(40).describe('E.164').optional(),
      }),
      answer: pageOf(customerSchema),
    },
    async (on, { query }) => {
      const where: SQL[] = [
        eq(customer.workspaceId, on.caller.workspaceId),
        gt(customer.sv, Number(query.cursor ?? 0)),
      ];
      if (query.memberNumber !== undefined) where.push(eq(customer.memberNumber, query.memberNumber));
      for (const channel of ['mail', 'phone'] as const) {
        const address = query[channel];
        if (address === undefined) continue;
        const owners = on.queries
          .select({ id: channelIdentity.customerId })
          .from(channelIdentity)
          .where(
            and(
              eq(channelIdentity.workspaceId, on.caller.workspaceId),
              eq(channelIdentity.channel, channel),
              eq(channelIdentity.address, normalAddress(channel, address)),
            ),
          );
        where.push(inArray(customer.id, owners));
      }
      const rows = await on.queries
        .select()
        .from(customer)
        .where(and(...where))
        .orderBy(asc(customer.sv))
        .limit(query.limit + 1);
      const known = await show(on, rows);
      return toPage(rows, query, (row) => {
        const one = known.get(row.id);
        if (!one) throw new Error('a customer was read and not shown');
        return one;
      });
    },
  ),
  look(
    {
      path: '/customers/:id',
      scope: 'customers:read',
      summary: 'One customer',
      params: idParams,
      answer: customerSchema,
    },
    async (on, { params }) => await shown(on, params.id),
  ),
  change(
    {
      method: 'POST',
      path: '/customers',
      scope: 'customers:write',
      summary:
        'Makes a customer (201), or changes whom the member number, else the mail address, else the number names (200)',
      body: z.strictObject(customerFields),
      answer: customerSchema,
    },
    async (on, { body }) => {
      const { cells, mapping } = cellsOf('customers', body);
      const { row, faults } = checkRow('customers', mapping, cells);
      if (faults.length > 0) throw problemsOf('customers', faults);
      if (row.memberNumber === undefined && row.mail === undefined && row.phone === undefined)
        throw new ApiProblem('not-valid', { errors: [{ field: 'memberNumber', fault: 'missing' }] });
      const [stored] = await storeCustomers(on.w, on.caller.workspaceId, [row], mapping);
      if (typeof stored !== 'string') throw problemsOf('customers', stored ?? []);
      await on.w.settle();
      const id = customerOf(await findCustomers(on.w.tx, on.caller.workspaceId, [row]), row);
      if (id === null) throw new Error('a customer was stored and is not there');
      return { status: stored === 'made' ? 201 : 200, body: await shown(on, id) };
    },
  ),
  change(
    {
      method: 'PATCH',
      path: '/customers/:id',
      scope: 'customers:write',
      summary: 'Changes fields of one customer; what is not named stays',
      params: idParams,
      body: z.strictObject({
        displayName: text(120).optional(),
        kana: z.string().trim().max(120).optional(),
        preferredNote: text(500).nullable().optional(),
      }),
      answer: customerSchema,
    },
    async (on, { params, body }) => {
      const found = await findCustomer(on, params.id);
      const by = orderingAgentOf(on.caller);
      for (const field of ['displayName', 'kana', 'preferredNote'] as const) {
        const value = body[field];
        if (value === undefined) continue;
        const change = { field, value, seen: found[field] } as never;
        const decided = await decideCustomerField(on.w, by, {
          id: on.w.newId<CommandId>(),
          composedAt: on.w.now,
          body: { kind: 'customer.setField', customerId: found.id, change },
        });
        if (decided.outcome !== 'applied')
          throw new ApiProblem('not-valid', { errors: [{ field, fault: decided.reason }] });
      }
      await on.w.settle();
      return { status: 200, body: await shown(on, found.id) };
    },
  ),
  change(
    {
      method: 'POST',
      path: '/customers/:id/consents',
      scope: 'customers:write',
      summary: 'Notes what a customer agreed to, or no longer',
      params: idParams,
      body: z.strictObject({ purpose: consentPurposeSchema, state: consentStateSchema }),
      answer: z.object({ purpose: consentPurposeSchema, state: consentStateSchema }),
    },
    async (on, { params, body }) => {
      const found = await findCustomer(on, params.id);
      const [known] = await on.w.tx
        .select({ state: consent.state })
        .from(consent)
        .where(and(eq(consent.customerId, found.id), eq(consent.purpose, body.purpose)));
      const decided = await decideConsent(on.w, orderingAgentOf(on.caller), {
        id: on.w.newId<CommandId>(),
        composedAt: on.w.now,
        body: { kind: 'consent.set', customerId: found.id, ...body, seenState: known?.state ?? 'unknown' },
      });
      if (decided.outcome !== 'applied')
        throw new ApiProblem('not-valid', { errors: [{ field: 'state', fault: decided.reason }] });
      return { status: 200, body };
    },
  ),
];
