/**
 * Kills the server or a console with SIGKILL, again and again, most often between the commit of an order and its
 * acknowledgement, and judges after each time that both consoles are level again with every order once and in its place.
 * Which process dies, when, and over which orders comes from a seed.
 */
import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { commandVerdict, device, message } from '../../src/server/db/schema.ts';
import { seededRandom } from '../../src/shared/domain/clock.ts';
import type { ConversationId, CustomerId } from '../../src/shared/domain/ids.ts';
import { type CutProxy, openCutProxy } from '../support/cut-proxy.ts';
import type { Engine } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { type ConsoleProcess, startConsoleProcess } from './console-process.ts';
import { type EndureCentre, startEndureCentre } from './endure-centre.ts';

type Moment = 'composing' | 'sent' | 'committed' | 'acknowledged';
type Order = { text: string; isReply: boolean; isAccepted: boolean };
type Thread = { conversationId: ConversationId; customerId: CustomerId; userId: string; orders: Order[] };
type Desk = { line: CutProxy; console: ConsoleProcess; threads: Thread[] };

/** How often each moment is chosen; the window that the suite is about comes most often. */
const MOMENTS: readonly [Moment, number][] = [
  ['composing', 0.1],
  ['sent', 0.25],
  ['committed', 0.5],
  ['acknowledged', 0.15],
];
const THREADS_OF_EACH = 3;
/** Entries of a thread that are read back after each kill; the whole is judged at the end. */
const LOOKED_BACK = 30;

export type KillReport = {
  kills: number;
  ofServer: number;
  ofConsole: number;
  moments: Record<Moment, number>;
  orders: number;
};

/**
 * Runs so many kills on a new centre.
 * @throws with the seed and the number of the kill after which a promise was broken
 */
export async function killNine(engine: Engine, kills: number, seed: number): Promise<KillReport> {
  const random = seededRandom(seed);
  const below = (n: number): number => Math.floor(random.next() * n);
  const world = await startEndureCentre(engine);
  const report: KillReport = {
    kills,
    ofServer: 0,
    ofConsole: 0,
    moments: { composing: 0, sent: 0, committed: 0, acknowledged: 0 },
    orders: 0,
  };
  const desks: Desk[] = [];
  let kill = 0;
  try {
    for (const login of ['suzuki', 'ito'] as const) desks.push(await openDesk(world, login));
    await openThreads(world, desks);
    for (kill = 1; kill <= kills; kill++) {
      const desk = desks[below(desks.length)]!;
      const victim = random.next() < 0.5 ? 'server' : 'console';
      const moment = pickMoment(random.next());
      report[victim === 'server' ? 'ofServer' : 'ofConsole'] += 1;
      report.moments[moment] += 1;
      if (moment === 'sent' || moment === 'committed') desk.line.holdAnswers();
      const orders = Array.from({ length: 1 + below(3) }, (_, n) => ({
        thread: desk.threads[below(desk.threads.length)]!,
        order: { text: `k${kill}-${n}`, isReply: random.next() < 0.6, isAccepted: false },
      }));
      report.orders += orders.length;
      const composed = compose(desk, orders);
      const wait = below(moment === 'composing' ? 8 : 40);
      if (moment !== 'composing') await composed;
      if (moment === 'committed')
        await eventually(() => desk.line.heldAnswers() > 0, { what: 'a held answer', withinMs: 20_000 });
      else await new Promise((resolve) => setTimeout(resolve, wait));
      if (victim === 'server') await world.server.kill();
      else await desk.console.kill();
      await desk.line.restore();
      if (victim === 'server') await world.server.startAgain();
      else await desk.console.startAgain();
      // A call to a process that died is never answered; what was composed after that belongs to the one that lives.
      if (victim === 'server') await composed;
      await level(desks, kill);
      await judge(desks);
    }
    await judgeProvider(world, desks);
    await judgeDatabase(world, desks);
    return report;
  } catch (error) {
    const last = desks.map(({ console }) => console.log().slice(-1_500)).join('\n---\n');
    throw new Error(
      `seed ${seed} on ${engine}, kill ${kill}: ${error instanceof Error ? error.message : String(error)}\n${last}\n--- server\n${world.server.log().slice(-2_000)}`,
      { cause: error },
    );
  } finally {
    for (const desk of desks) {
      await desk.console.kill();
      await desk.line.close();
    }
    await world.stop();
  }
}

function pickMoment(chance: number): Moment {
  let left = chance;
  for (const [moment, share] of MOMENTS) {
    if (left < share) return moment;
    left -= share;
  }
  return 'committed';
}

async function openDesk(world: EndureCentre, login: 'suzuki' | 'ito'): Promise<Desk> {
  const line = await openCutProxy(world.server.url);
  const console = await startConsoleProcess(line.url);
  const { password } = world.centre.agents[login];
  await console.api.session.signIn({ login, password });
  return { line, console, threads: [] };
}

/** Each desk answers customers of its own, so that no reply is stopped because a colleague was quicker. */
async function openThreads(world: EndureCentre, desks: readonly Desk[]): Promise<void> {
  for (const [index, desk] of desks.entries()) {
    for (let n = 0; n < THREADS_OF_EACH; n++) {
      const { userId } = world.line.addUser(`お客様 ${index}-${n}`);
      await world.line.say(userId, `はじめまして ${index}-${n}`);
      const row = await eventually(
        async () =>
          (await desk.console.api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 200 })).rows.find(
            ({ preview }) => preview === `はじめまして ${index}-${n}`,
          ),
        { what: 'the conversation of a customer' },
      );
      const thread: Thread = { conversationId: row.conversationId, customerId: row.customerId, userId, orders: [] };
      desk.threads.push(thread);
      // The first answer uses up the reply token, which has no key; from here on every answer is pushed under its own.
      await compose(desk, [{ thread, order: { text: `first ${index}-${n}`, isReply: true, isAccepted: false } }]);
    }
  }
  await level(desks, 0);
}

/** Orders one after the other, as fast as a window can; an order counts as accepted when the core has said so. */
async function compose(desk: Desk, orders: readonly { thread: Thread; order: Order }[]): Promise<void> {
  const { api } = desk.console;
  for (const { thread, order } of orders) {
    thread.orders.push(order);
    const { conversationId } = thread;
    const { seenSeq } = await api.conversations.get({ conversationId });
    if (order.isReply) await api.replies.send({ conversationId, text: order.text, mail: null, seenSeq });
    else await api.notes.add({ conversationId, text: order.text });
    order.isAccepted = true;
  }
}

async function level(desks: readonly Desk[], kill: number): Promise<void> {
  for (const { console } of desks) {
    await eventually(
      async () => {
        const { state, waiting, attention } = await console.api.connection.get({});
        const { rows } = await console.api.outbox.list({});
        if (attention > 0) throw new Error(`stopped: ${rows.map((row) => `${row.kind} ${String(row.reason)}`).join()}`);
        return state === 'online' && waiting === 0 && rows.length === 0;
      },
      { withinMs: 60_000, what: `being level after kill ${kill}` },
    );
  }
}

/** Both desks show of each thread what was accepted, once and in order; of what was cut off in the middle, once or nothing. */
async function judge(desks: readonly Desk[]): Promise<void> {
  for (const thread of desks.flatMap(({ threads }) => threads)) {
    for (const { console } of desks) {
      const wanted = thread.orders.slice(-LOOKED_BACK);
      const seen = await eventually(
        async () => {
          const texts = await textsOf(console, thread, wanted);
          const missing = wanted.filter((order) => order.isAccepted && !texts.includes(order.text));
          // Applied, and the effect on its way back: the bubble changes in place a moment later.
          if (texts.some((text) => text.startsWith('('))) throw new Error('an order still waits on a desk');
          if (missing.length > 0) throw new Error(`missing on a desk: ${missing.map(({ text }) => text).join()}`);
          return texts;
        },
        { withinMs: 20_000, what: 'every accepted order on every desk' },
      );
      expect(seen).toEqual(wanted.filter(({ text }) => seen.includes(text)).map(({ text }) => text));
    }
  }
}

async function textsOf(console: ConsoleProcess, thread: Thread, wanted: readonly Order[]): Promise<string[]> {
  const { entries } = await console.api.customers.timeline({
    customerId: thread.customerId,
    conversationId: null,
    before: null,
    limit: 100,
  });
  const names = new Set(wanted.map(({ text }) => text));
  return entries
    .flatMap((entry) =>
      entry.kind === 'message' ? [entry.message.text] : entry.kind === 'pending' ? [`(${entry.text})`] : [],
    )
    .filter((text) => names.has(text) || text.startsWith('('));
}

/** The stand-in of LINE has shown each accepted reply once, in order. */
async function judgeProvider({ line }: EndureCentre, desks: readonly Desk[]): Promise<void> {
  for (const { userId, orders } of desks.flatMap(({ threads }) => threads)) {
    const replies = orders.filter(({ isReply }) => isReply);
    const screen = await eventually(
      () => {
        const texts = line.screenOf(userId).map(({ text }) => text);
        return replies.every(({ text, isAccepted }) => !isAccepted || texts.includes(text)) && texts;
      },
      { withinMs: 60_000, what: 'every reply at the provider' },
    );
    expect(screen).toEqual(replies.filter(({ text }) => screen.includes(text)).map(({ text }) => text));
  }
}

/** In the database each order took effect once, under numbers without a gap. */
async function judgeDatabase(world: EndureCentre, desks: readonly Desk[]): Promise<void> {
  const database = await world.openDatabase();
  try {
    for (const { conversationId, orders } of desks.flatMap(({ threads }) => threads)) {
      const rows = await database.orm
        .select()
        .from(message)
        .where(eq(message.conversationId, conversationId))
        .orderBy(message.seq);
      const texts = rows.flatMap(({ text, direction }) => (direction === 'in' || text === '' ? [] : [text]));
      expect(texts).toEqual(
        orders.filter(({ text, isAccepted }) => isAccepted || texts.includes(text)).map(({ text }) => text),
      );
    }
    const verdicts = await database.orm.select().from(commandVerdict);
    expect(new Set(verdicts.map(({ commandId }) => commandId)).size).toBe(verdicts.length);
    for (const { clientId, lastMid } of await database.orm.select().from(device)) {
      const mids = verdicts.filter((verdict) => verdict.clientId === clientId).map(({ mid }) => mid);
      expect(mids.sort((a, b) => a - b)).toEqual(Array.from({ length: lastMid }, (_, n) => n + 1));
    }
  } finally {
    await database.close();
  }
}
