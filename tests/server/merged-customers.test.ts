/** Customers are joined and taken apart: whatever happens meanwhile, each has afterwards exactly what is theirs. */
import { and, eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { suggestDuplicates } from '../../src/server/customers/suggest-duplicates.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import {
  auditEvent,
  channelIdentity,
  conversation,
  customer,
  duplicate,
  message,
  personalData,
  pin,
} from '../../src/server/db/schema.ts';
import { pinCustomer } from '../../src/server/sync/pin-customer.ts';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import type { CustomerId } from '../../src/shared/domain/ids.ts';
import { customerScope } from '../../src/shared/domain/scope.ts';
import { describeOnEveryDatabase } from '../support/databases.ts';
import { foundWorkCentre, handClock, type WorkCentre } from '../support/work-centre.ts';

describeOnEveryDatabase('merged customers', (openFresh) => {
  let database: ServerDatabase;
  let centre: WorkCentre;
  let visitors = 0;
  const applied = { outcome: 'applied' };
  const clock = handClock();

  beforeAll(async () => {
    database = await openFresh();
    centre = await foundWorkCentre(database, clock);
  });

  type Person = { id: CustomerId; address: string };
  async function arrive(displayName = '山田 花子'): Promise<Person> {
    const address = `visitor-${++visitors}`;
    await say(address, 'はじめまして', displayName);
    const [identity] = await database.orm.select().from(channelIdentity).where(eq(channelIdentity.address, address));
    return { id: identity!.customerId, address };
  }
  const say = (address: string, text: string, displayName = '山田 花子') =>
    centre.receive('webChat', { text, threadId: address, author: { address, displayName, isVerified: false } });
  const merge = (customerId: CustomerId, mergedIds: CustomerId[], who: 'aoi' | 'ren' = 'aoi') =>
    centre.order(who, { kind: 'customer.merge', customerId, mergedIds });
  const unmerge = (customerId: CustomerId) => centre.order('ren', { kind: 'customer.unmerge', customerId });
  const rootOf = async (id: CustomerId) =>
    (await database.orm.select().from(customer).where(eq(customer.id, id)))[0]!.mergedIntoId;
  const textsOf = async (id: CustomerId) =>
    (await database.orm.select({ text: message.text }).from(message).where(eq(message.customerId, id)))
      .map(({ text }) => text)
      .sort();

  test('three become one, say so in the audit, and come apart again with what came in between', async () => {
    const [a, b, c] = [await arrive(), await arrive(), await arrive()];
    expect(await merge(a.id, [b.id, c.id])).toEqual(applied);
    expect([await rootOf(a.id), await rootOf(b.id), await rootOf(c.id)]).toEqual([null, a.id, a.id]);
    await say(b.address, '統合中の声');
    expect(await unmerge(b.id)).toEqual(applied);
    expect([await rootOf(b.id), await rootOf(c.id)]).toEqual([null, a.id]);
    expect(await textsOf(b.id)).toEqual(['はじめまして', '統合中の声']);
    expect(await textsOf(a.id)).toEqual(['はじめまして']);
    const audited = await database.orm
      .select({ what: auditEvent.what, agentId: auditEvent.agentId })
      .from(auditEvent)
      .where(eq(auditEvent.target, a.id));
    expect(audited).toEqual([{ what: 'customer.merged', agentId: centre.agents.aoi.id }]);
  });

  test('two agents who merge the same two the other way round do not conflict, and make no circle', async () => {
    const [a, b] = [await arrive(), await arrive()];
    expect([await merge(a.id, [b.id]), await merge(b.id, [a.id], 'ren')]).toEqual([applied, applied]);
    expect([await rootOf(a.id), await rootOf(b.id)]).toEqual([null, a.id]);
  });

  test('whoever was joined before goes along when the one in the middle leaves', async () => {
    const [a, b, c] = [await arrive(), await arrive(), await arrive()];
    await merge(b.id, [c.id]);
    await merge(a.id, [b.id]);
    expect([await rootOf(b.id), await rootOf(c.id)]).toEqual([a.id, a.id]);
    await unmerge(b.id);
    expect([await rootOf(b.id), await rootOf(c.id)]).toEqual([null, b.id]);
  });

  test('whoever had one of them open has them all open', async () => {
    const [a, b] = [await arrive(), await arrive()];
    await centre.run((w) => pinCustomer(w, centre.agents.ren.id, b.id));
    await merge(a.id, [b.id]);
    const [found] = await database.orm
      .select()
      .from(pin)
      .where(and(eq(pin.agentId, centre.agents.ren.id), eq(pin.scope, customerScope(a.id))));
    expect(found).toBeDefined();
  });

  test('a customer of nobody is not merged, and a stranger learns nothing', async () => {
    const a = await arrive();
    expect(await merge(a.id, [centre.id<CustomerId>()])).toEqual({ outcome: 'refused', reason: 'not-allowed' });
  });

  test('after any order of merges, messages and partings, taking all apart leaves each as if nothing had been', async () => {
    const random = seededRandom(41);
    const below = (n: number) => Math.floor(random.next() * n);
    const people = [await arrive(), await arrive(), await arrive(), await arrive(), await arrive()];
    const said = new Map(people.map(({ id }) => [id, ['はじめまして']]));
    for (let act = 0; act < 24; act++) {
      const one = people[below(5)]!;
      const other = people[below(5)]!;
      switch (below(3)) {
        case 0:
          await merge(one.id, [other.id]);
          break;
        case 1:
          await unmerge(one.id);
          break;
        default:
          await say(one.address, `声 ${act}`);
          said.get(one.id)?.push(`声 ${act}`);
      }
      for (const { id } of people) {
        const root = await rootOf(id);
        expect(root === null || (await rootOf(root)) === null).toBe(true);
      }
    }
    for (const { id } of people) await unmerge(id);
    for (const { id } of people) {
      expect(await rootOf(id)).toBeNull();
      expect(await textsOf(id)).toEqual(said.get(id)?.toSorted());
      const owners = await database.orm
        .selectDistinct({ customerId: conversation.customerId })
        .from(conversation)
        .innerJoin(message, eq(message.conversationId, conversation.id))
        .where(eq(message.customerId, id));
      expect(owners).toEqual([{ customerId: id }]);
    }
  }, 60_000);

  test('two of the same name in kana are suggested once, and never again when a person has told them apart', async () => {
    const suggest = () => suggestDuplicates(database, centre.source);
    await suggest();
    const [a, b] = [await arrive('佐藤 一'), await arrive('鈴木 次')];
    await centre.order('aoi', {
      kind: 'customer.setField',
      customerId: a.id,
      change: { field: 'kana', value: 'すずき つぐ', seen: '' },
    });
    await centre.order('aoi', {
      kind: 'customer.setField',
      customerId: b.id,
      change: { field: 'kana', value: 'すずき つぐ', seen: '' },
    });
    expect(await suggest()).toBe(1);
    expect(await suggest()).toBe(0);
    const pair = async () =>
      (await database.orm.select().from(duplicate)).find(
        ({ customerId }) => customerId === a.id || customerId === b.id,
      );
    expect(await pair()).toMatchObject({ reason: 'sameName', state: 'open' });
    const found = (await pair())!;
    await centre.order('aoi', {
      kind: 'customer.dismissDuplicate',
      customerId: b.id,
      duplicateId: found.id,
    });
    await say(a.address, 'もう一言');
    expect(await suggest()).toBe(0);
    expect(await pair()).toMatchObject({ state: 'dismissed', decidedByName: '鈴木 葵' });
  });

  test('a mail address that two have is suggested, and is no suggestion any more when one has another', async () => {
    const [a, b] = [await arrive(), await arrive()];
    const [ofA, ofB] = [a, b].map(({ id }) => ({ id: centre.id<string>(), customerId: id }));
    const give = (rows: { id: string; customerId: CustomerId }[], value: string) =>
      centre.run(async (w) => {
        for (const row of rows) {
          await w.tx
            .insert(personalData)
            .values({ ...row, kind: 'mail', value })
            .onConflictDoUpdate({ target: personalData.id, set: { value } });
          w.append('personalData', [row.id]);
        }
      });
    await give([ofA!, ofB!], 'hanako@example.jp');
    expect(await suggestDuplicates(database, centre.source)).toBe(1);
    const reasons = async () =>
      (await database.orm.select().from(duplicate))
        .filter(({ customerId, otherId }) => customerId === a.id || otherId === a.id)
        .map(({ reason }) => reason);
    expect(await reasons()).toEqual(['sameMail']);
    await give([ofB!], 'jiro@example.jp');
    await suggestDuplicates(database, centre.source);
    expect(await reasons()).toEqual([]);
  });
});
