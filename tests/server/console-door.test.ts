import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { agent, queue, workspace } from '../../src/server/db/schema.ts';
import type { Writing } from '../../src/server/db/write.ts';
import type { QueueId, WorkspaceId } from '../../src/shared/domain/ids.ts';
import {
  customerScope,
  directoryScope,
  mineScope,
  personalDataScope,
  queueScope,
  settingsScope,
} from '../../src/shared/domain/scope.ts';
import { PROTOCOL_VERSION } from '../../src/shared/sync-protocol.ts';
import { eventually } from '../support/eventually.ts';
import { openPage, openSocket, signIn } from '../support/test-console.ts';
import { withConsoles } from '../support/with-consoles.ts';

describe.each(['pglite', 'postgresql'] as const)('the door for consoles (%s)', (engine) => {
  const { server, enter, entered, again, change, talk } = withConsoles(engine);

  describe('who may come in', () => {
    test('without a token, with a wrong one, and from a web page nobody comes in', async () => {
      await expect(openSocket(server().url, {})).rejects.toThrow('signed-out');
      await expect(openSocket(server().url, { token: 'x'.repeat(43) })).rejects.toThrow('signed-out');
      await expect(openSocket(server().url, { token: { $ne: null } })).rejects.toThrow('signed-out');
      const { signedIn } = await enter('suzuki');
      await expect(
        openSocket(server().url, { token: signedIn.accessToken }, { origin: 'https://evil.example' }),
      ).rejects.toThrow('foreign-origin');
    });

    test('a console is told what it may hold by its agent’s rights, and no more', async () => {
      const { centre } = server();
      const { welcome } = await entered('suzuki');
      expect(welcome.scopes.map((one) => one.scope)).toEqual([
        settingsScope(centre.workspaceId),
        mineScope(centre.agents.suzuki.id),
        queueScope(centre.queues.support),
        directoryScope(centre.workspaceId),
      ]);
      const lead = await entered('sato');
      expect(lead.welcome.scopes.map((one) => one.scope)).toContain(personalDataScope(centre.workspaceId));
      const partner = await entered('takagi');
      expect(partner.welcome.scopes.map((one) => one.scope)).toEqual([
        settingsScope(centre.workspaceId),
        mineScope(centre.agents.takagi.id),
        queueScope(centre.queues.business),
      ]);
    });

    test('a queue of another client’s workspace is not given, even to an agent whose row names it', async () => {
      const foreign = {
        workspaceId: randomUUID() as string as WorkspaceId,
        queueId: randomUUID() as string as QueueId,
      };
      const { support, business } = server().centre.queues;
      const setQueues = (w: Writing, queueIds: QueueId[]) =>
        w.tx.update(agent).set({ queueIds }).where(eq(agent.id, server().centre.agents.sato.id));
      await change(async (w) => {
        await w.tx
          .insert(workspace)
          .values({ id: foreign.workspaceId, name: '他社', colour: '#000', timeZone: 'Asia/Tokyo', locale: 'ja' });
        await w.tx.insert(queue).values({ id: foreign.queueId, workspaceId: foreign.workspaceId, name: '他社の窓口' });
        await setQueues(w, [support, foreign.queueId]);
      });
      const { console, welcome } = await entered('sato');
      expect(welcome.scopes.map((one) => one.scope)).not.toContain(queueScope(foreign.queueId));
      expect(await console.walk(queueScope(foreign.queueId))).toMatchObject({ ok: false, why: 'not-allowed' });
      await change((w) => setQueues(w, [support, business]));
    });

    test('a console of another version is told so and may try again on the same line', async () => {
      const console = await enter('suzuki');
      expect(await console.hello({ protocol: PROTOCOL_VERSION + 1 })).toMatchObject({
        ok: false,
        why: 'protocol-too-new',
      });
      expect(await console.hello({ protocol: 0 })).toMatchObject({ ok: false, why: 'protocol-too-old' });
      // A hello of another version may have another shape: the version is judged before the rest.
      expect(await console.ask('hello', { protocol: PROTOCOL_VERSION + 1, whatComesLater: true })).toMatchObject({
        ok: false,
        why: 'protocol-too-new',
      });
      expect(await console.hello()).toMatchObject({ ok: true, protocol: PROTOCOL_VERSION, lastMid: 0 });
    });

    test('a console of the version before is served in its own version', async () => {
      const console = await enter('suzuki');
      expect(await console.hello({ protocol: PROTOCOL_VERSION - 1 })).toMatchObject({
        ok: true,
        protocol: PROTOCOL_VERSION - 1,
      });
      expect(await console.walk(queueScope(server().centre.queues.support))).toMatchObject({ ok: true });
    });

    test('a node whose database was brought one migration further under it goes on serving its consoles', async () => {
      const { console, welcome } = await entered('suzuki');
      const { orm } = server().running.database;
      await orm.execute(sql`alter table "conversation" add column "what_comes_later" text not null default 'x'`);
      await orm.execute(sql`create table "kind_that_comes_later" ("id" uuid primary key)`);
      const scope = queueScope(server().centre.queues.support);
      const made = await talk({ queueId: server().centre.queues.support });
      await eventually(() => console.heard.frames.some((frame) => frame.scope === scope && frame.to > welcome.sv));
      const page = await console.pull(scope, welcome.sv);
      if (!page.ok) throw new Error(page.why);
      expect(openPage(page.page).rows.conversation.map((row) => row['id'])).toContain(made.conversationId);
      expect(await console.hello()).toMatchObject({ ok: true });
      await orm.execute(sql`alter table "conversation" drop column "what_comes_later"`);
      await orm.execute(sql`drop table "kind_that_comes_later"`);
    });

    test('a second run with the same client id is a clone while the first one lives, and is let in when it is gone', async () => {
      const first = await enter('suzuki');
      expect(await first.hello()).toMatchObject({ ok: true });
      const clone = await again(first);
      expect(await clone.hello()).toMatchObject({ ok: false, why: 'cloned-client' });
      first.close();
      await eventually(async () => (await clone.hello()).ok);
    });

    test('the same run that comes back replaces its own half-open connection', async () => {
      const first = await enter('suzuki');
      await first.hello();
      const second = await again(first);
      expect(await second.hello({ lease: first.lease })).toMatchObject({ ok: true });
      await eventually(() => first.heard.goodbyes.includes('replaced') && first.socket.disconnected);
    });

    test('a clone may go on under a new client id in the session that it has', async () => {
      const first = await enter('suzuki');
      await first.hello();
      const clone = await again(first);
      expect(await clone.hello({ clientId: randomUUID() })).toMatchObject({ ok: true, lastMid: 0 });
    });

    test('the client id of another agent’s device cannot be taken over', async () => {
      const mine = await enter('suzuki');
      await mine.hello();
      mine.close();
      const thief = await enter('ito');
      expect(await thief.hello({ clientId: mine.clientId })).toMatchObject({ ok: false, why: 'cloned-client' });
    });

    test('whoever signs out or is disabled is shown out at once', async () => {
      const { console } = await entered('suzuki');
      await fetch(`${server().url}/api/session`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${console.signedIn.accessToken}` },
      });
      await eventually(() => console.heard.goodbyes.includes('signed-out') && console.socket.disconnected);

      const disabled = await entered('ito');
      const setState = (state: 'active' | 'disabled') =>
        change(async (w) => {
          await w.tx.update(agent).set({ state }).where(eq(agent.id, server().centre.agents.ito.id));
          w.append('agent', [server().centre.agents.ito.id]);
        });
      await setState('disabled');
      await eventually(
        () => disabled.console.heard.goodbyes.includes('signed-out') && disabled.console.socket.disconnected,
      );
      expect((await signIn(server().url, server().centre.agents.ito)).status).toBe(401);
      await expect(openSocket(server().url, { token: disabled.console.signedIn.accessToken })).rejects.toThrow(
        'signed-out',
      );
      await setState('active');
    });
  });

  describe('what is read', () => {
    test('before hello nothing is answered, and no question is left without an answer', async () => {
      const console = await enter('suzuki');
      expect(await console.pull(queueScope(server().centre.queues.support), 0)).toMatchObject({
        ok: false,
        why: 'not-allowed',
      });
      expect(await console.walk(queueScope(server().centre.queues.support))).toMatchObject({
        ok: false,
        why: 'not-allowed',
      });
      expect(
        await console.submit(1, { kind: 'handoverNote.acknowledge', handoverNoteId: randomUUID() as never }),
      ).toMatchObject({ ok: false, why: 'gap' });
      expect(await console.live({ method: 'pinCustomer', customerId: randomUUID() })).toMatchObject({
        ok: false,
        why: 'not-allowed',
      });
    });

    test('scopes of other agents, queues, customers and workspaces are refused, also when they exist', async () => {
      const { centre } = server();
      const made = await talk({ queueId: centre.queues.business });
      const { console } = await entered('suzuki');
      const forged = [
        queueScope(centre.queues.business),
        mineScope(centre.agents.ito.id),
        personalDataScope(centre.workspaceId),
        customerScope(made.customerId),
        directoryScope(randomUUID() as never),
      ];
      for (const scope of forged) {
        expect(await console.pull(scope, 0), scope).toMatchObject({ ok: false, why: 'not-allowed' });
        expect(await console.walk(scope), scope).toMatchObject({ ok: false, why: 'not-allowed' });
      }
    });

    test('what is not a question of this protocol is refused by name and the line stays up', async () => {
      const { console } = await entered('suzuki');
      const scope = queueScope(server().centre.queues.support);
      const wrong: [string, unknown][] = [
        ['pull', undefined],
        ['pull', null],
        ['pull', 'queue'],
        ['pull', []],
        ['pull', { scope }],
        ['pull', { scope, after: -1 }],
        ['pull', { scope, after: 1.5 }],
        ['pull', { scope, after: '0' }],
        ['pull', { scope: `${scope}' or true --`, after: 0 }],
        ['pull', { scope, after: 0, extra: 1 }],
        ['pull', { scope, after: Number.MAX_SAFE_INTEGER + 2 }],
        ['walk', { scope, ceiling: null, below: 7 }],
        ['walk', { scope, ceiling: {}, below: null }],
        ['hello', { protocol: 1 }],
        ['submit', { mid: 0 }],
        ['ask', { method: 'dropTable', customerId: randomUUID() }],
        ['ask', { method: '__proto__' }],
      ];
      for (const [event, payload] of wrong) {
        expect(await console.ask(event, payload), `${event} ${JSON.stringify(payload)}`).toMatchObject({
          ok: false,
          why: 'bad-input',
        });
      }
      console.socket.emit('acknowledge', 'not a cursor');
      console.socket.emit('signal', { conversationId: 7 });
      console.socket.emit('no-such-event', { x: 1 });
      console.socket.emit('pull', { scope, after: 0 });
      expect(await console.pull(scope, 1_000_000_000)).toMatchObject({ ok: false, why: 'resync' });
      expect(await console.pull(scope, 0)).toMatchObject({ ok: true });
    });

    test('a flood of questions is answered to the last one, the surplus with when to come again', async () => {
      const { console } = await entered('suzuki');
      const scope = queueScope(server().centre.queues.support);
      const walks = await Promise.all(Array.from({ length: 100 }, () => console.walk(scope)));
      const busy = walks.filter((answer) => !answer.ok && answer.why === 'busy');
      expect(walks.filter((answer) => answer.ok).length).toBeGreaterThanOrEqual(4);
      expect(busy.length).toBeGreaterThan(0);
      for (const answer of busy) expect(!answer.ok && answer.retryAfterMs).toBeGreaterThan(0);
      expect(await console.walk(scope)).toMatchObject({ ok: true });
    });

    test('an event that is too large ends its line and nobody else’s', async () => {
      const { console } = await entered('suzuki');
      const other = await entered('ito');
      console.socket.emit('signal', { conversationId: 'x'.repeat(2 * 1024 * 1024) });
      await eventually(() => console.socket.disconnected);
      expect(await other.console.pull(mineScope(server().centre.agents.ito.id), 0)).toMatchObject({ ok: true });
    });

    test('history is read by whoever holds the conversation now, and by nobody else', async () => {
      const { conversationId, messageIds } = await talk({ queueId: server().centre.queues.business, messages: 3 });
      const upto = Date.now() + 1_000_000;
      const { console } = await entered('sato');
      const read = await console.history(conversationId, upto);
      if (!read.ok) throw new Error(read.why);
      expect(read.upto).toBeNull();
      expect(
        openPage(read.page)
          .rows.message.map((row) => row['id'])
          .toSorted(),
      ).toEqual(messageIds.toSorted());
      const other = await entered('suzuki');
      const refusal = { ok: false, why: 'not-allowed', retryAfterMs: null };
      expect(await other.console.history(conversationId, upto)).toEqual(refusal);
      expect(await other.console.history(randomUUID(), upto)).toEqual(refusal);
      const giveQueues = async (queueIds: QueueId[]) =>
        await change(async (w) => {
          await w.tx.update(agent).set({ queueIds }).where(eq(agent.id, server().centre.agents.sato.id));
          w.append('agent', [server().centre.agents.sato.id]);
        });
      await giveQueues([]);
      expect(await console.history(conversationId, upto)).toEqual(refusal);
      await giveQueues(Object.values(server().centre.queues));
      expect(await console.ask('history', { conversationId: 7, upto })).toMatchObject({ ok: false, why: 'bad-input' });
    });

    test('a walk brings what stands in the scope and tells how much is left', async () => {
      const made = await talk({ queueId: server().centre.queues.business, messages: 1_200 });
      const { console } = await entered('sato');
      const scope = queueScope(server().centre.queues.business);
      const first = await console.walk(scope);
      if (!first.ok || first.below === null) throw new Error('one page was not expected to be enough');
      expect(first.left).toBeGreaterThan(0);
      const second = await console.walk(scope, first.ceiling, first.below);
      if (!second.ok) throw new Error(second.why);
      const ids = [first, second].flatMap((answer) => openPage(answer.page).rows.message.map((row) => row['id']));
      expect(ids).toEqual(expect.arrayContaining(made.messageIds));
    });
  });
});
