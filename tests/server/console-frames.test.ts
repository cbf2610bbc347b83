import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { agent, auditEvent, conversation, customer, personalData, workspace } from '../../src/server/db/schema.ts';
import { customerScope, queueScope } from '../../src/shared/domain/scope.ts';
import { eventually } from '../support/eventually.ts';
import { frameOf, openPage } from '../support/test-console.ts';
import { withConsoles } from '../support/with-consoles.ts';

describe.each(['pglite', 'postgresql'] as const)('what consoles hear and ask (%s)', (engine) => {
  const { server, entered, change, talk } = withConsoles(engine);

  describe('what arrives by itself', () => {
    test('a commit reaches every console that holds its scope, once, from the sv before to the sv after', async () => {
      const suzuki = await entered('suzuki');
      const ito = await entered('ito');
      const takagi = await entered('takagi');
      const scope = queueScope(server().centre.queues.support);
      const made = await talk({ messages: 1 });
      for (const { console, welcome } of [suzuki, ito]) {
        const frame = await frameOf(console, scope);
        expect(openPage(frame.page).rows.message.map((row) => row['id'])).toEqual(made.messageIds);
        expect(frame.from).toBeLessThanOrEqual(welcome.sv);
        const next = await talk({ messages: 1 });
        const second = await frameOf(console, scope, (one) =>
          openPage(one.page).rows.message.some((row) => row['id'] === next.messageIds[0]),
        );
        expect(second.from).toBeGreaterThanOrEqual(frame.to);
      }
      expect(takagi.console.heard.frames.filter((frame) => frame.scope === scope)).toEqual([]);
    });

    test('a conversation that goes to another queue is gone for the one and arrives for the other', async () => {
      const made = await talk({ messages: 2 });
      const suzuki = await entered('suzuki');
      const takagi = await entered('takagi');
      await change(async (w) => {
        await w.tx
          .update(conversation)
          .set({ queueId: server().centre.queues.business })
          .where(eq(conversation.id, made.conversationId));
        w.append('conversation', [made.conversationId]);
      });
      const left = await frameOf(suzuki.console, queueScope(server().centre.queues.support));
      expect(openPage(left.page).gone).toMatchObject([{ kind: 'conversation', id: made.conversationId }]);
      const came = await frameOf(takagi.console, queueScope(server().centre.queues.business));
      expect(openPage(came.page).rows.message).toHaveLength(2);
    });

    test('an agent who loses a queue hears it, gets no frame of it and no page either', async () => {
      const { centre } = server();
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
      const scope = queueScope(server().centre.queues.support);
      // Different bytes, or compression would make nothing of them.
      const noise = () =>
        Array.from({ length: 30_000 }, () => String.fromCharCode(0x4e00 + Math.floor(Math.random() * 20_000))).join('');
      // Asked of the server: a `lag` may also mean that several commits together were too large for a frame.
      const isLagging = async () =>
        /^kanade_consoles_lagging 1$/m.test(await (await fetch(`${server().url}/metrics`)).text());
      await eventually(
        async () => {
          await talk({ messages: 3, text: noise() });
          return await isLagging();
        },
        { withinMs: 40_000, what: 'a console that lags' },
      );
      const made = await talk({ messages: 1 });
      await eventually(() => console.heard.lags.some((lag) => lag.scope === scope));
      const pulledUpTo = console.heard.frames.at(-1)!.to;
      expect(await console.pull(scope, pulledUpTo)).toMatchObject({ ok: true });
      expect(console.heard.frames.some((frame) => openPage(frame.page).text.includes(made.messageIds[0]!))).toBe(false);
      const cursors = Object.fromEntries(console.heard.frames.map((frame) => [frame.scope, 1_000_000_000]));
      console.socket.emit('acknowledge', { cursors });
      await eventually(async () => !(await isLagging()), { what: 'a console that has caught up' });
      // Told at once where everything stands, with what it missed while it heard nothing.
      const latest = await eventually(() =>
        console.heard.levels.find((level) => (level.latest[scope] ?? 0) > pulledUpTo),
      );
      expect(latest.to).toBeGreaterThan(pulledUpTo);
      const next = await talk({ messages: 1 });
      await frameOf(console, scope, (frame) =>
        openPage(frame.page).rows.message.some((row) => row['id'] === next.messageIds[0]),
      );
    }, 60_000);

    test('a commit that is too large for a frame is told as something to pull, and frames go on after it', async () => {
      const { console, welcome } = await entered('suzuki');
      const scope = queueScope(server().centre.queues.support);
      await talk({ messages: 1_100 });
      const lag = await eventually(() => console.heard.lags.find((one) => one.scope === scope));
      const first = await console.pull(scope, welcome.sv);
      if (!first.ok || !first.more) throw new Error('one page was not expected to be enough');
      const second = await console.pull(scope, first.to);
      expect(second).toMatchObject({ ok: true, more: false });
      const next = await talk({ messages: 1 });
      const frame = await frameOf(console, scope, (one) => openPage(one.page).text.includes(next.messageIds[0]!));
      expect(frame.from).toBe(lag.to);
    });

    test('typing is shown to colleagues who hold the conversation and to nobody else, under the true name', async () => {
      const made = await talk();
      const suzuki = await entered('suzuki');
      const ito = await entered('ito');
      const takagi = await entered('takagi');
      const signal = {
        conversationId: made.conversationId,
        what: 'typing',
        on: true,
        name: '社長',
        agentId: server().centre.agents.ito.id,
        who: 'customer',
      };
      suzuki.console.socket.emit('signal', signal);
      const heard = await eventually(() => ito.console.heard.signals[0]);
      expect(heard).toMatchObject({ who: 'agent', name: '鈴木 葵', agentId: server().centre.agents.suzuki.id });
      takagi.console.socket.emit('signal', { conversationId: made.conversationId, what: 'viewing', on: true });
      expect(await takagi.console.pull(queueScope(server().centre.queues.business), 0)).toMatchObject({ ok: true });
      expect(takagi.console.heard.signals).toEqual([]);
      expect(ito.console.heard.signals).toHaveLength(1);
      expect(suzuki.console.heard.signals).toEqual([]);
    });
  });

  describe('live calls', () => {
    test('opening a customer brings the whole timeline, over all queues, to this agent only', async () => {
      const made = await talk({ queueId: server().centre.queues.business, messages: 2 });
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
        await w.tx.insert(workspace).values({
          id: foreign.workspaceId as never,
          name: '他社',
          colour: '#000',
          timeZone: 'Asia/Tokyo',
          locale: 'ja',
        });
        await w.tx
          .insert(customer)
          .values({ id: foreign.customerId as never, workspaceId: foreign.workspaceId as never, displayName: '他人' });
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
        await w.tx
          .insert(personalData)
          .values({ id, customerId: made.customerId, kind: 'phone', value: '+819012345678' });
        w.append('personalData', [id]);
      });
      const { console } = await entered('suzuki');
      expect(
        await console.live({ method: 'revealPersonalData', customerId: made.customerId, reason: '折り返しのため' }),
      ).toEqual({
        ok: true,
        output: [{ kind: 'phone', value: '+819012345678' }],
      });
      expect(
        await console.live({ method: 'revealPersonalData', customerId: made.customerId, reason: '' }),
      ).toMatchObject({ ok: false, why: 'bad-input' });
      const events = await server()
        .running.database.orm.select()
        .from(auditEvent)
        .where(eq(auditEvent.target, made.customerId));
      expect(events).toMatchObject([
        { agentId: server().centre.agents.suzuki.id, what: 'personalData.revealed', reason: '折り返しのため' },
      ]);
      expect(JSON.stringify(events)).not.toContain('9012345678');
    });
  });
});
