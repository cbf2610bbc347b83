/** A laptop that sleeps: the process stands still with its sockets open, the server gives it up, and it wakes to another world. */
import { afterAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startConsoleProcess } from './console-process.ts';
import { startEndureCentre } from './endure-centre.ts';

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

test('a console that stood still until the server gave up its line is level again, with its draft and its orders, once', async () => {
  const world = await startEndureCentre('pglite');
  stops.push(() => world.stop());
  const console = await startConsoleProcess(world.server.url);
  stops.push(() => console.kill());
  const { api } = console;
  const { login, password } = world.centre.agents.suzuki;
  await api.session.signIn({ login, password });
  const { userId } = world.line.addUser('松本 あかり');
  await world.line.say(userId, '寝る前');
  const inbox = async () => (await api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 9 })).rows;
  const { conversationId, customerId } = await eventually(async () => (await inbox())[0]);
  await api.drafts.save({ conversationId, what: 'reply', text: '書きかけ', mail: null });
  await eventually(async () => (await api.connection.get({})).state === 'online');
  const consoles = async () =>
    Number(/^kanade_consoles (\d+)/m.exec(await (await fetch(`${world.server.url}/metrics`)).text())?.[1]);
  expect(await consoles()).toBe(1);

  console.freeze();
  // Ordered while it stands still: the frames wait in its pipe, as a key pressed in the moment of closing the lid.
  const ordered = api.notes.add({ conversationId, text: '寝ている間のメモ' });
  await world.line.say(userId, '寝ている間');
  await eventually(async () => (await consoles()) === 0, { withinMs: 60_000, what: 'the server giving up' });
  console.thaw();
  await ordered;
  await eventually(
    async () => {
      const { state, waiting } = await api.connection.get({});
      const { entries } = await api.customers.timeline({ customerId, conversationId: null, before: null, limit: 20 });
      const texts = entries.map((entry) => (entry.kind === 'message' ? entry.message.text : entry.kind));
      return state === 'online' && waiting === 0 && texts.filter((text) => text.startsWith('寝ている間')).length === 2;
    },
    { withinMs: 60_000, what: 'being level after the sleep' },
  );
  expect((await api.drafts.get({ conversationId })).reply).toBe('書きかけ');
});
