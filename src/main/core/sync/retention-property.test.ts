/**
 * After any order of arrivals, moves, evictions, fetches, cuts and crashes: what the device claims to have of a
 * conversation is what the server has, nothing else stands in its files, and nothing with work in it was let go.
 */
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  type Bench,
  putConversation,
  putCustomer,
  putMessage,
  signIn,
  startBench,
} from '../../../../tests/support/core-bench.ts';
import { keyOfFiles } from '../../../../tests/support/key-of-files.ts';
import { makeManualTime, type ManualTime } from '../../../../tests/support/manual-time.ts';
import { seededRandom } from '../../../shared/domain/clock.ts';
import { openFile } from '../db/connection.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23);
const RUNS = 8;
const ACTS = 60;

type Made = { id: string; customerId: string; messages: Map<string, number>; hasWork: boolean; isOut: boolean };

let bench: Bench;
let time: ManualTime;
afterEach(() => bench.stop());

/** Everything settled: levels heard, slices done, fetches answered. */
async function settle(): Promise<void> {
  bench.server.isUp = true;
  bench.server.sendsFrames = true;
  await time.pass(20_000);
  bench.server.sendLevel();
  await time.pass(65_000);
}

function check(made: readonly Made[], where: string): void {
  const file = openFile(
    join(bench.dataDir, bench.ids.agent, 'cache.db'),
    keyOfFiles(join(bench.dataDir, bench.ids.agent), bench.host.key),
    'normal',
    () => undefined,
  );
  try {
    for (const { id, messages, hasWork } of made) {
      const here = file.reader.column<string>('select id from message where conversation_id = ?', id);
      const upto = file.reader.value<number>('select upto from absence where conversation_id = ?', id) ?? -1;
      const isHeld = file.reader.value('select 1 from conversation where id = ?', id) !== undefined;
      const claimed = isHeld ? [...messages].filter(([, at]) => at > upto).map(([message]) => message) : [];
      expect(here, `${where}: claimed and not here`).toEqual(expect.arrayContaining(claimed));
      expect([...messages.keys()], `${where}: here and not on the server`).toEqual(expect.arrayContaining(here));
      if (!isHeld) expect(here, `${where}: outside the scopes`).toEqual([]);
      if (hasWork && isHeld) expect(here.length, `${where}: work was let go`).toBe(messages.size);
    }
  } finally {
    file.close();
  }
}

test.each(Array.from({ length: RUNS }, (_, run) => run + 1))(
  'seed %i',
  async (seed) => {
    const random = seededRandom(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
    time = makeManualTime(NOW);
    const other = '00000000-0000-4000-8000-0000000000ff';
    bench = startBench({ time, rowsPerPage: pick([3, 7, 50]), capBytes: pick([1, 5_000_000_000]) });
    const customers = [putCustomer(bench), putCustomer(bench)];
    const made: Made[] = [];
    const seqs = new Map<string, number>();

    function say(one: Made, at: number): void {
      if (one.isOut) return;
      const seq = (seqs.get(one.id) ?? 0) + 1;
      seqs.set(one.id, seq);
      one.messages.set(
        putMessage(bench, one.id, one.customerId, { seq, receivedAt: at, text: `${one.id} ${seq}` }),
        at,
      );
    }
    function change(one: Made, fields: Parameters<typeof putConversation>[2]): void {
      if (one.isOut) return;
      const row = bench.server.rowOf('conversation', one.id) as unknown as Parameters<typeof putConversation>[2];
      putConversation(bench, one.customerId, { ...row, ...fields });
    }
    function begin(): void {
      const customerId = pick(customers);
      const age = Math.floor(random.next() * 400) * DAY;
      const opened = NOW - age - Math.floor(random.next() * 100) * DAY;
      const id = putConversation(bench, customerId, {
        status: pick(['resolved', 'resolved', 'resolved', 'inProgress']),
        openedAt: opened,
        lastActivityAt: NOW - age,
      });
      const one: Made = { id, customerId, messages: new Map(), hasWork: false, isOut: false };
      made.push(one);
      const count = 1 + Math.floor(random.next() * 6);
      for (let n = 0; n < count; n++) say(one, opened + Math.floor(((NOW - age - opened) * (n + 1)) / count));
    }
    const acts: (() => void | Promise<void>)[] = [
      begin,
      begin,
      () => say(pick(made), NOW + Math.floor(random.next() * 1_000)),
      () => change(pick(made), { status: 'inProgress', lastActivityAt: NOW }),
      () => change(pick(made), { status: 'resolved' }),
      () => {
        const one = pick(made);
        if (one.isOut) return;
        // Out of this agent's sight, and mostly back: the server takes its children's entries away and enters them anew.
        change(one, { queueId: other });
        const rows = [...one.messages.keys()].map((id) => bench.server.rowOf('message', id));
        for (const row of rows) bench.server.forget('message', row?.id ?? '');
        one.isOut = random.next() < 0.4;
        change(one, { queueId: bench.ids.queue });
        if (!one.isOut) for (const row of rows) bench.server.put('message', row as never, [bench.scopes.queue]);
      },
      () => void (bench.cap.bytes = pick([1, 5_000_000_000])),
      () => void (bench.cap.bytes = 1),
      () => {
        const asked = bench.api.conversations.fetchHistory({ conversationId: pick(made).id });
        void asked.catch(() => undefined);
      },
      () => {
        bench.server.cut();
        bench.server.isUp = random.next() < 0.5;
      },
      () => void (bench.server.isUp = true),
      () => void (bench.server.sendsFrames = random.next() < 0.5),
      () => {
        bench.kill();
        bench.restart();
      },
      async () => {
        const one = pick(made);
        const saved = await bench.api.drafts
          .save({ conversationId: one.id, what: 'note', text: '書きかけ', mail: null })
          .then(
            () => true,
            () => false,
          );
        if (saved) one.hasWork = true;
      },
      () => time.pass(Math.floor(random.next() * 2_000)),
      () => time.pass(35_000),
    ];
    for (let n = 0; n < 8; n++) begin();
    await signIn(bench);
    for (let n = 0; n < ACTS; n++) {
      await pick(acts)();
      await time.pass(pick([0, 1, 5, 40]));
      if (n % 20 === 19) {
        await settle();
        check(made, `after act ${n}`);
      }
    }
  },
  60_000,
);
