/** The disk is full, of the console and of the server: what is refused, what stays, and that all goes on when there is room again. */
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { message } from '../../src/server/db/schema.ts';
import { eventually } from '../support/eventually.ts';
import { startConsoleProcess } from './console-process.ts';
import { type EndureCentre, startEndureCentre } from './endure-centre.ts';
import { mayMount, mountSmallDisk } from './small-disk.ts';

describe.runIf(mayMount)('a full disk', () => {
  const stops: (() => Promise<void> | void)[] = [];
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  /** A console at its desk with one conversation in it. */
  async function atWork(world: EndureCentre, dataDir?: string) {
    const console = await startConsoleProcess(world.server.url, dataDir);
    stops.push(() => console.kill());
    const { login, password } = world.centre.agents.suzuki;
    await console.api.session.signIn({ login, password });
    const { userId } = world.line.addUser('高橋 直樹');
    await world.line.say(userId, 'はじめまして');
    const inbox = async () =>
      (await console.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 50 })).rows;
    const { conversationId, customerId } = await eventually(async () => (await inbox())[0], {
      what: 'the conversation',
    });
    await eventually(async () => (await console.api.connection.get({})).state === 'online');
    return { console, userId, conversationId, customerId };
  }

  test('of the console: orders are refused by name, the desk stays readable, the draft stays, and with room it goes on', async () => {
    const world = await startEndureCentre('pglite');
    stops.push(() => world.stop());
    const disk = mountSmallDisk(16);
    stops.push(() => disk.unmount());
    const { console, userId, conversationId, customerId } = await atWork(world, disk.folder);
    const { api } = console;
    await api.drafts.save({ conversationId, what: 'reply', text: '書きかけの返信', mail: null });
    disk.fill();

    // A file may still have room inside; what is taken before it is full is kept like any other order.
    const taken: string[] = [];
    const refusal = await eventually(
      async () => {
        const text = `${taken.length} `.padEnd(15_000, 'あ');
        try {
          await api.notes.add({ conversationId, text });
          taken.push(text);
          return false;
        } catch (error) {
          return (error as { refusal: { why: string; detail: string } }).refusal;
        }
      },
      { what: 'the refusal', withinMs: 60_000 },
    );
    expect(refusal).toMatchObject({
      why: 'storage-full',
      detail: expect.stringContaining('free some space') as string,
    });
    for (let n = 0; n < 40; n++) await world.line.say(userId, `お待ちしています ${n} `.padEnd(3_000, 'ん'));
    await world.line.say(userId, 'まだですか');
    await eventually(async () => (await api.connection.get({})).trouble === 'storageFull', { withinMs: 60_000 });
    expect((await api.conversations.get({ conversationId })).conversation.id).toBe(conversationId);
    expect((await api.drafts.get({ conversationId })).reply).toBe('書きかけの返信');

    const sawTheLast = async () => {
      const { entries } = await api.customers.timeline({ customerId, conversationId: null, before: null, limit: 100 });
      return entries.some((entry) => entry.kind === 'message' && entry.message.text === 'まだですか');
    };
    disk.free();
    await eventually(sawTheLast, { withinMs: 60_000, what: 'what came meanwhile' });
    await api.notes.add({ conversationId, text: '空きができた後のメモ' });
    await eventually(
      async () => {
        const { state, waiting, trouble } = await api.connection.get({});
        return state === 'online' && waiting === 0 && (trouble ?? null) === null;
      },
      { withinMs: 60_000, what: 'being level again' },
    );
    expect((await api.drafts.get({ conversationId })).reply).toBe('書きかけの返信');
    const database = await world.openDatabase();
    const notes = (await database.orm.select().from(message)).filter((row) => row.direction === 'note');
    await database.close();
    expect(notes.map((row) => row.text).sort()).toEqual(
      [...taken.map((text) => text.trim()), '空きができた後のメモ'].sort(),
    );
  });

  test.each([
    ['pglite', 400],
    // Its write-ahead log lies elsewhere: without room for that PostgreSQL ends itself, which `kill-nine` is about.
    ['postgresql', 100],
  ] as const)(
    'of the server on %s: nothing half-written, the order waits, and with room it is applied once',
    async (engine, mebibytes) => {
      const disk = mountSmallDisk(mebibytes);
      stops.push(() => disk.unmount());
      const world =
        engine === 'pglite'
          ? await startEndureCentre(engine, undefined, path.join(disk.folder, 'server'))
          : await startEndureCentre(engine, undefined, undefined, disk.folder);
      stops.push(() => world.stop());
      const { console, conversationId } = await atWork(world);
      const { api } = console;
      disk.fill();
      const texts: string[] = [];
      // PostgreSQL writes into files that are there already: they are full some orders later.
      for (let n = 0; n < 3_000 && (await api.connection.get({})).waiting < 5; n++) {
        const text = `${texts.length} `.padEnd(15_000, 'い');
        await api.notes.add({ conversationId, text });
        texts.push(text.trim());
      }
      await eventually(() => world.server.log().includes('"code":"53100"'), {
        what: 'the refusal in the log',
        withinMs: 30_000,
      });
      expect((await api.connection.get({})).waiting).toBeGreaterThan(0);
      expect((await fetch(`${world.server.url}/healthz`)).status).toBe(200);
      expect(world.server.log()).not.toContain('いいい');
      disk.free();
      await eventually(async () => (await api.connection.get({})).waiting === 0, {
        withinMs: 120_000,
        what: 'an empty outbox',
      });
      const database = await world.openDatabase();
      const notes = (await database.orm.select().from(message)).filter((row) => row.direction === 'note');
      await database.close();
      expect(notes.map((row) => row.text).sort()).toEqual([...texts].sort());
    },
  );
});
