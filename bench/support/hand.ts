/**
 * The yardstick of the comparison with peers: the design of our sync in its barest form, by hand. A feed ordered by one
 * number, pages of 1,000 rows with the cursor in their transaction, live frames every 20 ms, an outbox in batches with
 * `(client, mid)` against doubles. No rights, no scopes, no cipher, no verdicts. It stays as it is.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import {
  bytesOf,
  changed,
  documents,
  offlineDocuments,
  type PeerClientTasks,
  type PeerDocument,
  type PeerServerTasks,
} from './peer-documents.ts';
import { cpuMs, serveTasks } from './task-process.ts';

const [role, folder = ''] = process.argv.slice(2);

const COLUMNS = 'id,conv,seq,ch,author,created,updated,body,del,sv';
const TABLE = `create table if not exists messages (rowid integer primary key, id text not null unique, conv integer not null,
  seq integer not null, ch text not null, author text not null, created integer not null, updated integer not null,
  body text not null, del integer not null default 0, sv integer not null);
  create index if not exists messages_place on messages (conv, seq);`;
const UPSERT = `insert into messages (${COLUMNS}) values (?,?,?,?,?,?,?,?,?,?) on conflict (id) do update set conv = excluded.conv,
  seq = excluded.seq, ch = excluded.ch, author = excluded.author, created = excluded.created, updated = excluded.updated,
  body = excluded.body, del = excluded.del, sv = excluded.sv where excluded.sv > sv`;

type Row = (string | number)[];

const rowOf = (one: PeerDocument, sv: number): Row => [
  one.id,
  one.conv,
  one.seq,
  one.ch,
  one.author,
  one.created,
  one.updated,
  one.body,
  0,
  sv,
];
const svOf = (row: Row | undefined): number => Number(row?.[9]);

function openFile(name: string): Database.Database {
  const db = new Database(join(folder, name));
  db.exec('pragma journal_mode = WAL; pragma synchronous = NORMAL; pragma cache_size = -65536');
  db.exec(TABLE);
  return db;
}

async function serve(): Promise<void> {
  const db = openFile('server.db');
  db.exec(`create unique index messages_sv on messages (sv);
    create table applied (client text, mid integer, primary key (client, mid)) without rowid`);
  const upsert = db.prepare(UPSERT);
  const page = db.prepare(`select ${COLUMNS} from messages where sv > ? order by sv limit ?`).raw();
  const apply = db.prepare('insert or ignore into applied values (?, ?)');
  let sv = 0;
  let all: PeerDocument[] = [];
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'], maxHttpBufferSize: 64e6 });
  let frame: Row[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    timer = null;
    if (frame.length > 0) server.to('live').emit('frame', { from: svOf(frame[0]) - 1, rows: frame });
    frame = [];
  };
  const publish = (rows: Row[]): void => {
    frame.push(...rows);
    if (frame.length >= 1_000) flush();
    else timer ??= setTimeout(flush, 20);
  };
  const transact = (ones: readonly PeerDocument[]): Row[] => {
    const rows = ones.map((one) => rowOf(one, ++sv));
    db.exec('begin immediate');
    for (const row of rows) upsert.run(...row);
    db.exec('commit');
    return rows;
  };
  server.on('connection', (socket) => {
    socket.on('pull', ({ cursor, limit }: { cursor: number; limit: number }, reply: (answer: unknown) => void) => {
      const rows = page.all(cursor, limit);
      reply({ rows, more: rows.length === limit });
      if (rows.length < limit) void socket.join('live');
    });
    socket.on('push', (sent: { client: string; orders: [number, PeerDocument][] }, reply: (upTo: number) => void) => {
      const rows: Row[] = [];
      db.exec('begin immediate');
      for (const [mid, one] of sent.orders) {
        if (apply.run(sent.client, mid).changes === 0) continue;
        const row = rowOf(one, ++sv);
        upsert.run(...row);
        rows.push(row);
      }
      db.exec('commit');
      reply(sent.orders.at(-1)?.[0] ?? 0);
      if (rows.length > 0) publish(rows);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const tasks: PeerServerTasks = {
    address: () => (http.address() as AddressInfo).port,
    load({ count }) {
      all = documents(count);
      for (let at = 0; at < all.length; at += 5_000) transact(all.slice(at, at + 5_000));
    },
    async live({ count, round }) {
      for (let at = 0; at < count; at += 10) {
        publish(transact(Array.from({ length: 10 }, (_, n) => changed(all, at + n, round))));
        if (at % 100 === 90) await turn();
      }
      return sv;
    },
    has: ({ round }) =>
      db.prepare<[string], number>('select count(*) from messages where id glob ?').pluck().get(`p${round}-*`),
    cpu: cpuMs,
  };
  serveTasks(tasks, () => db.close());
}

function take(): void {
  const db = openFile('client.db');
  db.exec(`create table meta (k primary key, v);
    create table outbox (mid integer primary key autoincrement, document text not null)`);
  const upsert = db.prepare(UPSERT);
  const keep = db.prepare("insert into meta values ('cursor', ?) on conflict (k) do update set v = excluded.v");
  let cursor = 0;
  let socket: Socket;
  const apply = (rows: Row[]): void => {
    if (rows.length === 0) return;
    db.exec('begin immediate');
    for (const row of rows) upsert.run(...row);
    cursor = svOf(rows.at(-1));
    keep.run(cursor);
    db.exec('commit');
  };
  type Answer = { rows: Row[]; more: boolean };
  const pull = (from: number) => socket.emitWithAck('pull', { cursor: from, limit: 1_000 }) as Promise<Answer>;
  async function catchUp(): Promise<void> {
    let asked = pull(cursor);
    for (;;) {
      const { rows, more } = await asked;
      // Asked for before this page is applied: the line and the disk work at the same time.
      if (more) asked = pull(svOf(rows.at(-1)));
      apply(rows);
      if (!more) return;
    }
  }
  async function connect(port: number | string): Promise<void> {
    socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], reconnection: false, forceNew: true });
    socket.on('frame', ({ from, rows }: { from: number; rows: Row[] }) => {
      if (from > cursor) void catchUp();
      else apply(rows);
    });
    await new Promise<void>((resolve) => socket.on('connect', resolve));
  }
  const tasks: PeerClientTasks = {
    async initial({ address }) {
      await connect(address);
      await catchUp();
    },
    async liveWait(sv) {
      while (cursor < Number(sv)) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    offline({ count, round }) {
      socket.close();
      const add = db.prepare('insert into outbox (document) values (?)');
      for (const one of offlineDocuments(count, round)) add.run(JSON.stringify(one));
    },
    async push({ address }) {
      await connect(address);
      const next = db.prepare<[], [number, string]>('select mid, document from outbox order by mid limit 100').raw();
      const done = db.prepare('delete from outbox where mid <= ?');
      for (;;) {
        const batch = next.all();
        if (batch.length === 0) break;
        const orders = batch.map(([mid, document]) => [mid, JSON.parse(document) as PeerDocument]);
        done.run((await socket.emitWithAck('push', { client: folder, orders })) as number);
      }
      await catchUp();
    },
    size() {
      db.pragma('wal_checkpoint(TRUNCATE)');
      return bytesOf(join(folder, 'client.db'));
    },
    usage: () => ({ cpuMs: cpuMs(), peakBytes: process.resourceUsage().maxRSS * 1_024 }),
  };
  serveTasks(tasks, () => db.close());
}

if (role === 'server') await serve();
else take();
