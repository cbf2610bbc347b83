/** The door of the administration and its simplest room: rights, repeated changes, versions, the audit, what consoles hear. */
import { randomUUID } from 'node:crypto';
import { desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditEvent, queue } from '../../../src/server/db/schema.ts';
import type { QueueId } from '../../../src/shared/domain/ids.ts';
import { settingsScope } from '../../../src/shared/domain/scope.ts';
import { type Administrators, addAdministrators, administratorOf } from '../../support/administrators.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestServer, type TestServer } from '../../support/start-test-server.ts';
import { openConsole } from '../../support/test-console.ts';

describe('the administration', () => {
  let server: TestServer;
  let people: Administrators;
  let abe: Awaited<ReturnType<typeof administratorOf>>;
  beforeAll(async () => {
    server = await startTestServer();
    people = await addAdministrators(server);
    abe = await administratorOf(server, people.abe);
  });
  afterAll(() => server.stop());

  const newQueue = (name: string) => ({ id: randomUUID() as QueueId, seen: null, name, replyTargets: { mail: 60 } });

  test('a new queue is counted, stands in the audit and reaches a connected console', async () => {
    const console = await openConsole(server.url, server.centre.agents.suzuki);
    await console.hello();
    const made = newQueue('夜間窓口');
    expect(await abe.ask('queues.save', made)).toEqual({ version: 1 });
    await eventually(() =>
      expect(console.heard.frames.map((frame) => frame.scope)).toContain(settingsScope(server.centre.workspaceId)),
    );
    expect(await abe.ask('queues.save', { ...made, seen: 1, name: '深夜窓口' })).toEqual({ version: 2 });
    const [line] = await server.running.database.orm
      .select()
      .from(auditEvent)
      .where(eq(auditEvent.target, made.id))
      .orderBy(desc(auditEvent.id));
    expect(line).toMatchObject({
      what: 'queue.changed',
      agentId: people.abe.id,
      workspaceId: server.centre.workspaceId,
      version: 2,
      before: { name: '夜間窓口' },
      after: { name: '深夜窓口' },
    });
    expect(line?.fromAddress).toContain('127.0.0.1');
    console.close();
  });

  test('the same change sent twice is carried out once and answered twice', async () => {
    const made = newQueue('二度押し');
    const changeId = randomUUID();
    const first = await abe.ask('queues.save', made, { changeId });
    expect(await abe.ask('queues.save', made, { changeId })).toEqual(first);
    expect(await server.running.database.orm.select().from(queue).where(eq(queue.id, made.id))).toHaveLength(1);
    const mori = await administratorOf(server, people.mori);
    expect((await mori.refused('queues.save', made, { changeId })).error).toMatchObject({ field: 'changeId' });
    expect((await abe.refused('queues.save', made, { changeId: null })).error).toMatchObject({ field: 'changeId' });
  });

  test('of two administrators who open the same form the second is told and loses nothing of the first', async () => {
    const made = newQueue('取り合い');
    await abe.ask('queues.save', made);
    await abe.ask('queues.save', { ...made, seen: 1, name: '先' });
    expect((await abe.refused('queues.save', { ...made, seen: 1, name: '後' })).error.why).toBe('changed-meanwhile');
    expect((await abe.refused('queues.remove', { id: made.id, seen: 1 })).error.why).toBe('changed-meanwhile');
    const { queues } = await abe.ask('queues.list', {});
    expect(queues.find((one) => one.id === made.id)).toMatchObject({ name: '先', version: 2 });
  });

  test('what does not fit is refused at its field, by name', async () => {
    const made = newQueue('正しい名前');
    const cases: [Record<string, unknown>, string, string][] = [
      [{ name: '  ' }, 'name', 'missing'],
      [{ name: 'あ'.repeat(61) }, 'name', 'too-long'],
      [{ name: '総合窓口' }, 'name', 'taken'],
      [{ replyTargets: { mail: 0 } }, 'replyTargets.mail', 'out-of-range'],
      [{ replyTargets: { fax: 10 } }, 'replyTargets', 'not-valid'],
      [{ id: 'x' }, 'id', 'not-valid'],
    ];
    for (const [wrong, field, why] of cases) {
      const { status, error } = await abe.refused('queues.save', { ...made, ...wrong });
      expect([status, error.field, error.why]).toEqual([422, field, why]);
    }
    expect((await abe.refused('queues.remove', { id: server.centre.queues.support, seen: 0 })).error.why).toBe(
      'in-use',
    );
  });

  test('an administrator of one workspace reaches no other, and who administers all reaches both', async () => {
    const { other } = people;
    const elsewhere = { workspaceId: other.workspaceId };
    expect((await abe.refused('queues.list', {}, elsewhere)).status).toBe(403);
    expect((await abe.refused('queues.save', newQueue('侵入'), elsewhere)).status).toBe(403);
    const stolen = { id: other.queueId, seen: 0, name: '盗み', replyTargets: {} };
    expect((await abe.refused('queues.save', stolen)).error.why).toBe('unknown');
    expect((await abe.refused('queues.remove', { id: other.queueId, seen: 0 })).error.why).toBe('unknown');
    const mori = await administratorOf(server, people.mori);
    expect((await mori.ask('queues.list', {}, elsewhere)).queues.map((one) => one.name)).toEqual(['別の窓口']);
    expect((await mori.refused('queues.list', {}, { workspaceId: randomUUID() })).status).toBe(403);
    expect((await mori.ask('workspaces.list', {})).workspaces.map((one) => one.name)).toEqual([
      'ハルカ家電',
      '別の業務',
    ]);
    expect((await abe.ask('workspaces.list', {})).workspaces).toHaveLength(1);
  });

  test('how the server is stands in one answer: connections, what waits, jobs, storage', async () => {
    const status = await eventually(async () => {
      const found = await abe.ask('status.look', {});
      expect(found.jobs.find(({ id }) => id === 'dispatch.sweep')?.lastDoneAt).toBeGreaterThan(0);
      return found;
    });
    expect(status.sending.waiting).toBe(0);
    for (const alert of ['jobsFailed', 'sendingStuck'] as const) expect(status.alerts).not.toContain(alert);
    expect(status.connectors.map(({ channel }) => channel)).toContain('line');
    expect(JSON.stringify(status.connectors)).not.toContain('sealed');
    expect(status.database.bytes).toBeGreaterThan(1_000_000);
    expect(status.disk?.totalBytes).toBeGreaterThan(0);
  });

  test('a call that is not in the contract is not found, whatever its name', async () => {
    for (const call of ['queues.steal', 'constructor.name', '__proto__.x', 'queues.list.more'])
      expect((await abe.send(call, {})).status, call).toBe(404);
  });
});
