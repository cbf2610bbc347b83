import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { agent, auditEvent, conversation, customer, personalData, workspace } from '../../src/server/db/schema.ts';
import { write, type Writing } from '../../src/server/db/write.ts';
import { customerScope, directoryScope, mineScope, personalDataScope, queueScope, settingsScope } from '../../src/shared/domain/scope.ts';
import { PROTOCOL_VERSION } from '../../src/shared/sync-protocol.ts';
import { eventually } from '../support/eventually.ts';
import { addConversation } from '../support/small-centre.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';
import { connectConsole, frameOf, openConsole, openPage, openSocket, signIn, type TestConsole } from '../support/test-console.ts';

describe.each(['pglite', 'postgresql'] as const)('the door for consoles (%s)', (engine) => {
  let server: TestServer;
  const open: TestConsole[] = [];
  beforeAll(async () => {
    server = await startTestServer({ engine });
  });
  afterAll(() => server.stop());
  afterEach(() => {
    for (const console of open.splice(0)) console.close();
  });

  const enter = async (who: keyof TestServer['centre']['agents'], clientId?: string) => {
    const console = await openConsole(server.url, server.centre.agents[who], clientId);
    open.push(console);
    return console;
  };
  const entered = async (who: keyof TestServer['centre']['agents']) => {
    const console = await enter(who);
    const welcome = await console.hello();
    if (!welcome.ok) throw new Error(welcome.why);
    return { console, welcome };
  };
  const change = async (fn: (w: Writing) => Promise<unknown>) => await write(server.running.database, server.source, fn);
  const talk = (options: Parameters<typeof addConversation>[3] = {}) => addConversation(server.running.database, server.source, server.centre, options);

  describe('who may come in', () => {
    test('without a token, with a wrong one, and from a web page nobody comes in', async () => {
      await expect(openSocket(server.url, {})).rejects.toThrow('signed-out');
      await expect(openSocket(server.url, { token: 'x'.repeat(43) })).rejects.toThrow('signed-out');
      await expect(openSocket(server.url, { token: { $ne: null } })).rejects.toThrow('signed-out');
      const { signedIn } = await enter('suzuki');
      await expect(openSocket(server.url, { token: signedIn.accessToken }, { origin: 'https://evil.example' })).rejects.toThrow('foreign-origin');
    });

    test('a console is told what it may hold by its agent’s rights, and no more', async () => {
      const { centre } = server;
      const { welcome } = await entered('suzuki');
      expect(welcome.scopes.map((one) => one.scope)).toEqual([
        settingsScope(centre.workspaceId), mineScope(centre.agents.suzuki.id), queueScope(centre.queues.support), directoryScope(centre.workspaceId),
      ]);
      const lead = await entered('sato');
      expect(lead.welcome.scopes.map((one) => one.scope)).toContain(personalDataScope(centre.workspaceId));
      const partner = await entered('takagi');
      expect(partner.welcome.scopes.map((one) => one.scope)).toEqual([
        settingsScope(centre.workspaceId), mineScope(centre.agents.takagi.id), queueScope(centre.queues.business),
      ]);
    });

    test('a console of another version is told so and may try again on the same line', async () => {
      const console = await enter('suzuki');
      expect(await console.hello({ protocol: PROTOCOL_VERSION + 1 })).toMatchObject({ ok: false, why: 'protocol-too-new' });
      expect(await console.hello({ protocol: 0 })).toMatchObject({ ok: false, why: 'protocol-too-old' });
      expect(await console.hello()).toMatchObject({ ok: true, lastMid: 0 });
    });

    test('a second run with the same client id is a clone while the first one lives, and is let in when it is gone', async () => {
      const first = await enter('suzuki');
      expect(await first.hello()).toMatchObject({ ok: true });
      const clone = await connectConsole(server.url, first.signedIn, first.clientId);
      open.push(clone);
      expect(await clone.hello()).toMatchObject({ ok: false, why: 'cloned-client' });
      first.close();
      await eventually(async () => (await clone.hello()).ok);
    });

    test('the same run that comes back replaces its own half-open connection', async () => {
      const first = await enter('suzuki');
      await first.hello();
      const second = await connectConsole(server.url, first.signedIn, first.clientId);
      open.push(second);
      expect(await second.hello({ lease: first.lease })).toMatchObject({ ok: true });
      await eventually(() => first.heard.goodbyes.includes('replaced') && first.socket.disconnected);
    });

    test('a clone may go on under a new client id in the session that it has', async () => {
      const first = await enter('suzuki');
      await first.hello();
      const clone = await connectConsole(server.url, first.signedIn, first.clientId);
      open.push(clone);
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
      await fetch(`${server.url}/api/session`, { method: 'DELETE', headers: { authorization: `Bearer ${console.signedIn.accessToken}` } });
      await eventually(() => console.heard.goodbyes.includes('signed-out') && console.socket.disconnected);

      const disabled = await entered('ito');
      const setState = (state: 'active' | 'disabled') =>
        change(async (w) => {
          await w.tx.update(agent).set({ state }).where(eq(agent.id, server.centre.agents.ito.id));
          w.append('agent', [server.centre.agents.ito.id]);
        });
      await setState('disabled');
      await eventually(() => disabled.console.heard.goodbyes.includes('signed-out') && disabled.console.socket.disconnected);
      expect((await signIn(server.url, server.centre.agents.ito)).status).toBe(401);
      await expect(openSocket(server.url, { token: disabled.console.signedIn.accessToken })).rejects.toThrow('signed-out');
      await setState('active');
    });
  });

  describe('what is read', () => {
    test('before hello nothing is answered, and no question is left without an answer', async () => {
      const console = await enter('suzuki');
      expect(await console.pull(queueScope(server.centre.queues.support), 0)).toMatchObject({ ok: false, why: 'not-allowed' });
      expect(await console.walk(queueScope(server.centre.queues.support))).toMatchObject({ ok: false, why: 'not-allowed' });
      expect(await console.submit(1, { kind: 'handoverNote.acknowledge', handoverNoteId: randomUUID() as never })).toMatchObject({ ok: false, why: 'gap' });
      expect(await console.live({ method: 'pinCustomer', customerId: randomUUID() })).toMatchObject({ ok: false, why: 'not-allowed' });
    });

    test('scopes of other agents, queues, customers and workspaces are refused, also when they exist', async () => {
      const { centre } = server;
      const made = await talk({ queueId: centre.queues.business });
      const { console } = await entered('suzuki');
      const forged = [
        queueScope(centre.queues.business), mineScope(centre.agents.ito.id), personalDataScope(centre.workspaceId),
        customerScope(made.customerId), directoryScope(randomUUID() as never),
      ];
      for (const scope of forged) {
        expect(await console.pull(scope, 0), scope).toMatchObject({ ok: false, why: 'not-allowed' });
        expect(await console.walk(scope), scope).toMatchObject({ ok: false, why: 'not-allowed' });
      }
    });

    test('what is not a question of this protocol is refused by name and the line stays up', async () => {
      const { console } = await entered('suzuki');
      const scope = queueScope(server.centre.queues.support);
      const wrong: [string, unknown][] = [
        ['pull', undefined], ['pull', null], ['pull', 'queue'], ['pull', []], ['pull', { scope }], ['pull', { scope, after: -1 }], ['pull', { scope, after: 1.5 }],
        ['pull', { scope, after: '0' }], ['pull', { scope: `${scope}' or true --`, after: 0 }], ['pull', { scope, after: 0, extra: 1 }],
        ['pull', { scope, after: Number.MAX_SAFE_INTEGER + 2 }], ['walk', { scope, ceiling: null, below: 7 }], ['walk', { scope, ceiling: {}, below: null }],
        ['hello', { protocol: 1 }], ['submit', { mid: 0 }], ['ask', { method: 'dropTable', customerId: randomUUID() }], ['ask', { method: '__proto__' }],
      ];
      for (const [event, payload] of wrong) {
        expect(await console.ask(event, payload), `${event} ${JSON.stringify(payload)}`).toMatchObject({ ok: false, why: 'bad-input' });
      }
      console.socket.emit('acknowledge', 'not a cursor');
      console.socket.emit('signal', { conversationId: 7 });
      console.socket.emit('no-such-event', { x: 1 });
      console.socket.emit('pull', { scope, after: 0 });
      expect(await console.pull(scope, 1_000_000_000)).toMatchObject({ ok: false, why: 'resync' });
      expect(await console.pull(scope, 0)).toMatchObject({ ok: true });
    });

    test('an event that is too large ends its line and nobody else’s', async () => {
      const { console } = await entered('suzuki');
      const other = await entered('ito');
      console.socket.emit('signal', { conversationId: 'x'.repeat(2 * 1024 * 1024) });
      await eventually(() => console.socket.disconnected);
      expect(await other.console.pull(mineScope(server.centre.agents.ito.id), 0)).toMatchObject({ ok: true });
    });

    test('a walk brings what stands in the scope and tells how much is left', async () => {
      const made = await talk({ queueId: server.centre.queues.business, messages: 1_200 });
      const { console } = await entered('sato');
      const scope = queueScope(server.centre.queues.business);
      const first = await console.walk(scope);
      if (!first.ok || first.below === null) throw new Error('one page was not expected to be enough');
      expect(first.left).toBeGreaterThan(0);
      const second = await console.walk(scope, first.ceiling, first.below);
      if (!second.ok) throw new Error(second.why);
      const ids = [first, second].flatMap((answer) => openPage(answer.page).rows.message.map((row) => row['id']));
      expect(ids).toEqual(expect.arrayContaining(made.messageIds));
    });
  });

  describe('what arrives by itself', () => {
    test('a commit reaches every console that holds its scope, once, from the sv before to the sv after', async () => {
      const suzuki = await entered('suzuki');
      const ito = await entered('ito');
      const takagi = await entered('takagi');
      const scope = queueScope(server.centre.queues.support);
      const made = await talk({ messages: 1 });
      for (const { console, welcome } of [suzuki, ito]) {
        const frame = await frameOf(console, scope);
        expect(openPage(frame.page).rows.message.map((row) => row['id'])).toEqual(made.messageIds);
        expect(frame.from).toBeLessThanOrEqual(welcome.sv);
        const next = await talk({ messages: 1 });
        const second = await frameOf(console, scope, (one) => openPage(one.page).rows.message.some((row) => row['id'] === next.messageIds[0]));
        expect(second.from).toBeGreaterThanOrEqual(frame.to);
      }
      expect(takagi.console.heard.frames.filter((frame) => frame.scope === scope)).toEqual([]);
    });

    test('a conversation that goes to another queue is gone for the one and arrives for the other', async () => {
      const made = await talk({ messages: 2 });
      const suzuki = await entered('suzuki');
      const takagi = await entered('takagi');
      await change(async (w) => {
        await w.tx.update(conversation).set({ queueId: server.centre.queues.business }).where(eq(conversation.id, made.conversationId));
        w.append('conversation', [made.conversationId]);
      });
      const left = await frameOf(suzuki.console, queueScope(server.centre.queues.support));
      expect(openPage(left.page).gone).toMatchObject([{ kind: 'conversation', id: made.conversationId }]);
      const came = await frameOf(takagi.console, queueScope(server.centre.queues.business));
      expect(openPage(came.page).rows.message).toHaveLength(2);
    });

    test('an agent who loses a queue hears it, gets no frame of it and no page either', async () => {
      const { centre } = server;
      const { console } = await entered('sato');
      const scope = queueScope(centre.queues.business);
      const setQueues = (queueIds: (typeof centre.queues.support)[]) =>
        change(async (w) => {
          await w.tx.update(agent).set({ queueIds }).where(eq(agent.id, centre.agents.sato.id));
          w.append('agent', [centre.agents.sato.id]);
        });
      await setQueues([centre.queues.support]);
      // Asked at once: the right is looked up in the snapshot that is read, not in what the connection remembers.
      expect(await console.pull(scope, 0)).toMatchObject({ ok: false, why: 'not-allowed' });
      await eventually(() => console.heard.scopes.some((changed) => changed.drop.includes(scope)));
      const heard = console.heard.frames.length;
      await talk({ queueId: centre.queues.business });
      await setQueues([centre.queues.support, centre.queues.business]);
      await eventually(() => console.heard.scopes.some((changed) => changed.add.includes(scope)));
      expect(console.heard.frames.slice(heard).filter((frame) => frame.scope === scope)).toEqual([]);
      expect(await console.pull(scope, 0)).toMatchObject({ ok: true });
    });

    test('a console that acknowledges nothing gets the word that it lags, and frames again when it has caught up', async () => {
      const { console } = await entered('suzuki');
      const scope = queueScope(server.centre.queues.support);
      // Different bytes, or compression would make nothing of them.
      const noise = () => Array.from({ length: 30_000 }, () => String.fromCharCode(0x4e00 + Math.floor(Math.random() * 20_000))).join('');
      await eventually(
        async () => {
          await talk({ messages: 3, text: noise() });
          return console.heard.lags.some((lag) => lag.scope === scope);
        },
        { withinMs: 25_000, what: 'a lag' },
      );
      const heard = console.heard.frames.length;
      const made = await talk({ messages: 1 });
      const pulled = await console.pull(scope, console.heard.frames.at(-1)!.to);
      expect(pulled).toMatchObject({ ok: true });
      expect(console.heard.frames.length).toBe(heard);
      const cursors = Object.fromEntries(console.heard.frames.map((frame) => [frame.scope, 1_000_000_000]));
      console.socket.emit('acknowledge', { cursors });
      const level = await eventually(() => console.heard.levels.at(-1), { what: 'a level' });
      expect(level.latest[scope]).toBeGreaterThan(0);
      const next = await talk({ messages: 1 });
      await frameOf(console, scope, (frame) => openPage(frame.page).rows.message.some((row) => row['id'] === next.messageIds[0]));
      expect(made.messageIds).toHaveLength(1);
    }, 40_000);

    test('typing is shown to colleagues who hold the conversation and to nobody else, under the true name', async () => {
      const made = await talk();
      const suzuki = await entered('suzuki');
      const ito = await entered('ito');
      const takagi = await entered('takagi');
      const signal = { conversationId: made.conversationId, what: 'typing', on: true, name: '社長', agentId: server.centre.agents.ito.id, who: 'customer' };
      suzuki.console.socket.emit('signal', signal);
      const heard = await eventually(() => ito.console.heard.signals[0]);
      expect(heard).toMatchObject({ who: 'agent', name: '鈴木 葵', agentId: server.centre.agents.suzuki.id });
      takagi.console.socket.emit('signal', { conversationId: made.conversationId, what: 'viewing', on: true });
      expect(await takagi.console.pull(queueScope(server.centre.queues.business), 0)).toMatchObject({ ok: true });
      expect(takagi.console.heard.signals).toEqual([]);
      expect(ito.console.heard.signals).toHaveLength(1);
      expect(suzuki.console.heard.signals).toEqual([]);
    });
  });

  describe('live calls', () => {
    test('opening a customer brings the whole timeline, over all queues, to this agent only', async () => {
      const made = await talk({ queueId: server.centre.queues.business, messages: 2 });
      const { console } = await entered('suzuki');
      const scope = customerScope(made.customerId);
      expect(await console.live({ method: 'pinCustomer', customerId: made.customerId })).toMatchObject({ ok: true });
      await eventually(() => console.heard.scopes.some((changed) => changed.add.includes(scope)));
      const answer = await console.walk(scope);
      if (!answer.ok) throw new Error(answer.why);
      expect(openPage(answer.page).rows.message).toHaveLength(2);
      const other = await entered('ito');
      expect(await other.console.walk(scope)).toMatchObject({ ok: false, why: 'not-allowed' });
    });

    test('a customer of another workspace, one that is not there, and any customer for a partner are the same refusal', async () => {
      const foreign = { workspaceId: randomUUID(), customerId: randomUUID() };
      await change(async (w) => {
        await w.tx.insert(workspace).values({ id: foreign.workspaceId as never, name: '他社', colour: '#000', timeZone: 'Asia/Tokyo', locale: 'ja' });
        await w.tx.insert(customer).values({ id: foreign.customerId as never, workspaceId: foreign.workspaceId as never, displayName: '他人' });
        w.append('workspace', [foreign.workspaceId]);
        w.append('customer', [foreign.customerId]);
      });
      const made = await talk();
      const { console } = await entered('suzuki');
      const partner = await entered('takagi');
      const answers = [
        await console.live({ method: 'pinCustomer', customerId: foreign.customerId }),
        await console.live({ method: 'pinCustomer', customerId: randomUUID() }),
        await partner.console.live({ method: 'pinCustomer', customerId: made.customerId }),
        await partner.console.live({ method: 'revealPersonalData', customerId: made.customerId, reason: '好奇心' }),
      ];
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(answers[0]).toMatchObject({ ok: false, why: 'not-allowed' });
    });

    test('whoever reveals personal data leaves who, whose and why in the audit, and not what', async () => {
      const made = await talk();
      await change(async (w) => {
        const id = randomUUID();
        await w.tx.insert(personalData).values({ id, customerId: made.customerId, kind: 'phone', value: '+819012345678' });
        w.append('personalData', [id]);
      });
      const { console } = await entered('suzuki');
      expect(await console.live({ method: 'revealPersonalData', customerId: made.customerId, reason: '折り返しのため' })).toEqual({
        ok: true,
        output: [{ kind: 'phone', value: '+819012345678' }],
      });
      expect(await console.live({ method: 'revealPersonalData', customerId: made.customerId, reason: '' })).toMatchObject({ ok: false, why: 'bad-input' });
      const events = await server.running.database.orm.select().from(auditEvent).where(eq(auditEvent.target, made.customerId));
      expect(events).toMatchObject([{ agentId: server.centre.agents.suzuki.id, what: 'personalData.revealed', reason: '折り返しのため' }]);
      expect(JSON.stringify(events)).not.toContain('9012345678');
    });
  });
});
