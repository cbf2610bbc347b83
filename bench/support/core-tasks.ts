/** What a console in a process of its own is asked to do while it is measured. Each task returns plain figures. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConsoleApi } from '../../src/shared/console-api.ts';
import type { ConversationId, CustomerId } from '../../src/shared/domain/ids.ts';
import { openBare } from './bare-store.ts';
import { median, percentile } from './measure.ts';
import { cpuMs } from './task-process.ts';

/** An address at which nobody answers: what is measured there is a console without a line. */
export const NOWHERE = 'http://127.0.0.1:9';

export type TaskContext = {
  dataDir: string;
  /** Starts the core anew in this process. */
  start(isIndexing: boolean, isOffline?: boolean): ConsoleApi;
  stop(): void;
  api(): ConsoleApi;
};
type Task<I, O> = (context: TaskContext, input: I) => Promise<O>;

/** A conversation that can be opened. */
export type Target = { conversationId: ConversationId; customerId: CustomerId };

const peakBytes = (): number => process.resourceUsage().maxRSS * 1_024;

/** Folder of the one agent who has signed in here. */
function filesOf(dataDir: string): string {
  const found = readdirSync(dataDir, { withFileTypes: true }).find((entry) => entry.isDirectory());
  if (!found) throw new Error('nobody has signed in here yet');
  return join(dataDir, found.name);
}

/** The newest 50 messages of a customer, as bare SQLite reads them; the same keys and indices as the product's own. */
export const NEWEST =
  'select * from message where customer_id = ? order by received_at desc, seq desc, id desc limit 50';

const timeline = (api: ConsoleApi, { customerId }: Target) =>
  api.customers.timeline({ customerId, conversationId: null, before: null, limit: 50 });

async function isUsable(api: ConsoleApi): Promise<boolean> {
  const { rows } = await api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 50 });
  const [first] = rows;
  if (rows.length < 50 || first === undefined) return false;
  return (await timeline(api, first)).entries.length > 0;
}

function rowsIn(dataDir: string): number {
  const cache = openBare(join(filesOf(dataDir), 'cache.db'), { isReadonly: true });
  const count = ['message', 'conversation', 'customer'].reduce(
    (sum, table) => sum + (cache.prepare<[], number>(`select count(*) from ${table}`).pluck().get() ?? 0),
    0,
  );
  cache.close();
  return count;
}

export type Synced = { cpuMs: number; wallMs: number; peakBytes: number; usable: { wallMs: number; rows: number } };

export const tasks = {
  /** Signs in and waits until everything is there. */
  sync: async ({ dataDir, start }, { login, password }) => {
    const api = start(false);
    const before = { cpuMs: cpuMs(), at: performance.now() };
    await api.session.signIn({ login, password });
    let usable: Synced['usable'] | null = null;
    for (;;) {
      if (usable === null && (await isUsable(api)))
        usable = { wallMs: performance.now() - before.at, rows: rowsIn(dataDir) };
      const { bootstrap, state } = await api.connection.get({});
      if (bootstrap === null && state === 'online') break;
      await pause(usable === null ? 10 : 50);
    }
    return {
      cpuMs: cpuMs() - before.cpuMs,
      wallMs: performance.now() - before.at,
      peakBytes: peakBytes(),
      usable: usable ?? { wallMs: Number.NaN, rows: Number.NaN },
    };
  },

  /**
   * From nothing to the first conversation on screen, beside opening the same three files bare and reading it. `coldMs`:
   * the first time in this process, with everything that has to be loaded and compiled; then both in turn.
   */
  reopen: async ({ dataDir, start, stop }, { targets, times }) => {
    const files = filesOf(dataDir);
    const paths = [join(dataDir, 'device.db'), join(files, 'outbox.db'), join(files, 'cache.db')];
    const product: number[] = [];
    const raw: number[] = [];
    for (const target of targets.slice(0, times + 1)) {
      let at = performance.now();
      await timeline(start(false), target);
      product.push(performance.now() - at);
      stop();
      at = performance.now();
      const bare = paths.map((path) => openBare(path));
      bare.at(-1)?.prepare(NEWEST).all(target.customerId);
      raw.push(performance.now() - at);
      for (const file of bare) file.close();
    }
    return { coldMs: product[0] ?? Number.NaN, productMs: median(product.slice(1)), rawMs: median(raw.slice(1)) };
  },

  /** Opens conversations one after the other, each by the product and by the bare statement; times in µs. */
  openConversations: async ({ dataDir, api: given }, { targets, times }) => {
    const api = given();
    const bare = openBare(join(filesOf(dataDir), 'cache.db'), { isReadonly: true });
    const newest = bare.prepare(NEWEST);
    const product: number[] = [];
    const raw: number[] = [];
    for (let n = -targets.length; n < times; n++) {
      const target = targets[Math.abs(n * 7) % targets.length];
      if (target === undefined) break;
      const first = performance.now();
      await timeline(api, target);
      const middle = performance.now();
      newest.all(target.customerId);
      const last = performance.now();
      // The first reading of each warms both.
      if (n >= 0) {
        product.push((middle - first) * 1_000);
        raw.push((last - middle) * 1_000);
      }
      if (n % 8 === 0) await pause(1);
    }
    bare.close();
    return {
      product: { p50: median(product), p95: percentile(product, 0.95) },
      raw: { p50: median(raw), p95: percentile(raw, 0.95) },
    };
  },

  /**
   * Lets the product's second thread build the whole index while conversations are opened, and then opens as many when
   * all is quiet. `cpuMs`: of all threads but this one.
   */
  index: async ({ start }, { targets, times }) => {
    const elsewhere = (): number => {
      const here = process.threadCpuUsage();
      return cpuMs() - (here.user + here.system) / 1_000;
    };
    const before = { cpuMs: elsewhere(), at: performance.now() };
    const api = start(true);
    const opened = async (n: number): Promise<number> => {
      const at = performance.now();
      const target = targets[n % targets.length];
      if (target) await timeline(api, target);
      return (performance.now() - at) * 1_000;
    };
    const unindexed = async () => (await api.search.all({ text: '幻影機関X9', limit: 1 })).unindexed;
    const busy: number[] = [];
    for (let n = 0; n % 400 !== 0 || n === 0 || (await unindexed()) > 0; n++) {
      busy.push(await opened(n));
      await pause(2);
    }
    const took = { cpuMs: elsewhere() - before.cpuMs, wallMs: performance.now() - before.at };
    const idle: number[] = [];
    for (let n = 0; n < times; n++) {
      idle.push(await opened(n));
      await pause(2);
    }
    return { ...took, busyP95: percentile(busy, 0.95), idleP95: percentile(idle, 0.95) };
  },

  /** Writes replies while nobody can hear them; CPU of that is not counted. */
  compose: async ({ api: given }, { targets, count }) => {
    const api = given();
    for (let n = 0; n < count; n++) {
      const target = targets[n % targets.length];
      if (target === undefined) break;
      await api.replies.send({
        conversationId: target.conversationId,
        text: `ご連絡ありがとうございます。${n}`,
        mail: null,
        seenSeq: 0,
      });
    }
    return (await api.connection.get({})).waiting;
  },

  /** Waits until a scope has come so far; asked of the file, so that the core is not disturbed. */
  hear: async ({ dataDir }, { scope, sv }) => {
    const cache = openBare(join(filesOf(dataDir), 'cache.db'), { isReadonly: true });
    const cursor = cache.prepare<[string], number>('select sv from scope where name = ?').pluck();
    while ((cursor.get(scope) ?? 0) < sv) await pause(5);
    cache.close();
  },

  /** Writes notes without a line. */
  writeNotes: async ({ start }, { targets, count }) => {
    const api = start(false, true);
    for (let n = 0; n < count; n++) {
      const target = targets[n % targets.length];
      if (target) await api.notes.add({ conversationId: target.conversationId, text: `確認済みです。${n}` });
    }
  },

  /** Begins with a line, and ends when nothing waits any more and everything is level. */
  push: async ({ start }) => {
    const api = start(false);
    for (;;) {
      const { waiting, state } = await api.connection.get({});
      if (waiting === 0 && state === 'online') return;
      await pause(10);
    }
  },

  /** CPU of this process so far, in ms, and the most memory that it ever held. */
  usage: () => Promise.resolve({ cpuMs: cpuMs(), peakBytes: peakBytes() }),
} satisfies {
  sync: Task<{ login: string; password: string }, Synced>;
  reopen: Task<{ targets: Target[]; times: number }, { coldMs: number; productMs: number; rawMs: number }>;
  openConversations: Task<
    { targets: Target[]; times: number },
    { product: { p50: number; p95: number }; raw: { p50: number; p95: number } }
  >;
  index: Task<
    { targets: Target[]; times: number },
    { cpuMs: number; wallMs: number; busyP95: number; idleP95: number }
  >;
  compose: Task<{ targets: Target[]; count: number }, number>;
  hear: Task<{ scope: string; sv: number }, void>;
  writeNotes: Task<{ targets: Target[]; count: number }, void>;
  push: Task<unknown, void>;
  usage: Task<unknown, { cpuMs: number; peakBytes: number }>;
};
