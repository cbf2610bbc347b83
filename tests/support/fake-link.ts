/**
 * A server in memory that speaks the sync protocol over pipes in memory: for tests of the core, and for simulations that
 * cut, lose and delay. It keeps rows by scope as the real feed does and decides commands as the test says.
 */
import { zstdCompressSync } from 'node:zlib';
import type { z } from 'zod';
import type { AskHttp } from '../../src/main/core/session/ask-http.ts';
import { fakeHttp } from './fake-http.ts';
import type { Connect, DownEvent, LinkEvents } from '../../src/main/core/sync/link.ts';
import type { Clock } from '../../src/shared/domain/clock.ts';
import type { Command, VerdictReason } from '../../src/shared/domain/command.ts';
import type { Scope } from '../../src/shared/domain/scope.ts';
import {
  columnsOf,
  type RowOf,
  type rowSchemas,
  type SyncedKind,
  syncedKinds,
} from '../../src/shared/domain/synced-kinds.ts';
import {
  type Hello,
  type HistoryReply,
  type LiveFrame,
  type Page,
  PROTOCOL_VERSION,
  type PullReply,
  ROWS_PER_PAGE,
  type SignedIn,
  type Submit,
  type SubmitReply,
  type Verdict,
  type WalkReply,
  type Welcome,
} from '../../src/shared/sync-protocol.ts';
import { historyOf, walkOf } from './fake-history.ts';

type Entry = { kind: SyncedKind; id: string; sv: number; gone: boolean };
type Device = { lease: string; lastMid: number; verdicts: Map<number, Verdict> };
export type Decided = { outcome: Verdict['outcome']; reason: VerdictReason | null };

export type FakeServer = {
  /** What arrived, in order: the events with their payloads. */
  heard: { event: string; payload: unknown }[];
  /** Commands that took effect, in order. */
  applied: Command[];
  isUp: boolean;
  isSignedOut: boolean | 'password-changed';
  password: string;
  policy: SignedIn['policy'];
  /** What the device or its agent is told at the next renewal, with 403. */
  banned: 'device-revoked' | 'agent-disabled' | null;
  /** The server's half of each key, by its id; without this the server is one that gives none. */
  deviceSecrets: Map<string, string> | null;
  /** What was said by HTTP, in order. */
  asked: { path: string; body: unknown }[];
  /** What has come of each file, by its id, and the status that refuses the next word about one. */
  uploads: Map<string, Uint8Array>;
  refusesUploads: number | null;
  /** False holds live frames back, as a network that loses them. */
  sendsFrames: boolean;
  /** Answers in place of the server, loses the question, or null to let the server answer. */
  intercept: ((event: string, payload: unknown) => { answer: unknown } | 'lost' | null) | null;
  readonly sv: number;
  readonly openLinks: number;
  rowOf(kind: SyncedKind, id: string): RowOf<SyncedKind> | undefined;
  /** Writes a row into exactly these scopes; gives its `sv`. */
  put<K extends SyncedKind>(kind: K, row: NewRow<K>, inScopes: readonly string[]): number;
  remove(kind: SyncedKind, id: string): void;
  setScopes(next: readonly Scope[]): void;
  setHorizon(to: number): void;
  /** Restored from a copy: another epoch, and every `sv` and `mid` after it never was. */
  restore(copy: { sv: number; epoch: string; lastMid: number }): void;
  /** Takes a row out of the feed without a trace, as a restored copy would. */
  forget(kind: SyncedKind, id: string): void;
  sendLevel(): void;
  /** Says anything to every open line: what a hostile server would. */
  say(event: DownEvent, payload: unknown): void;
  cut(): void;
  frameOf(scope: Scope, from: number): LiveFrame;
  connect: Connect;
  askHttp: AskHttp;
};
/** A row without its `sv`; ids may be plain strings, the server does not brand. */
export type NewRow<K extends SyncedKind> = Omit<z.input<(typeof rowSchemas)[K]>, 'sv'>;

export type FakeServerOptions = {
  clock: Clock;
  agentId: string;
  workspaceId: string;
  scopes: Scope[];
  /** Carries out a command: changes rows with `put` and says what became of it. Applied without effect when absent. */
  decide?: (command: Command, server: FakeServer) => Decided;
  /** Runs a delivery later; a simulation gives its own timers. */
  later?: (run: () => void) => void;
  rowsPerPage?: number;
};

/** A server is not changed by what a test hides from the console. */
const wire = Object.fromEntries(syncedKinds.map((kind) => [kind, columnsOf(kind)])) as Record<SyncedKind, string[]>;

/** A server with nothing in it. */
export function makeFakeServer(options: FakeServerOptions): FakeServer {
  const { clock, agentId, workspaceId } = options;
  const later = options.later ?? ((run: () => void) => void setImmediate(run));
  const rowsPerPage = options.rowsPerPage ?? ROWS_PER_PAGE;
  const rows = new Map<string, RowOf<SyncedKind>>();
  const feed = new Map<string, Map<string, Entry>>();
  const devices = new Map<string, Device>();
  const byCommand = new Map<string, Verdict>();
  const links = new Set<{ events: LinkEvents; clientId: string | null; sentTo: Map<string, number> }>();
  let sv = 0;
  let epoch = 'epoch-1';
  let horizon = 0;
  let scopes = [...options.scopes];

  const server: FakeServer = {
    heard: [],
    applied: [],
    isUp: true,
    isSignedOut: false,
    password: 'right',
    policy: undefined,
    banned: null,
    deviceSecrets: null,
    asked: [],
    uploads: new Map(),
    refusesUploads: null,
    sendsFrames: true,
    intercept: null,

    get sv() {
      return sv;
    },
    get openLinks() {
      return links.size;
    },
    rowOf: (kind: SyncedKind, id: string) => rows.get(`${kind} ${id}`),
    put(kind, row, inScopes) {
      sv += 1;
      const { id } = row as { id: string };
      const key = `${kind} ${id}`;
      rows.set(key, { ...row, sv } as unknown as RowOf<SyncedKind>);
      for (const [scope, entries] of feed) {
        const entry = entries.get(key);
        if (entry && !entry.gone && !inScopes.includes(scope)) entries.set(key, { ...entry, sv, gone: true });
      }
      for (const scope of inScopes) {
        const entries = feed.get(scope) ?? new Map<string, Entry>();
        feed.set(scope, entries);
        entries.set(key, { kind, id, sv, gone: false });
      }
      publish();
      return sv;
    },
    remove(kind: SyncedKind, id: string): void {
      sv += 1;
      const key = `${kind} ${id}`;
      rows.delete(key);
      for (const entries of feed.values()) {
        const entry = entries.get(key);
        if (entry && !entry.gone) entries.set(key, { ...entry, sv, gone: true });
      }
      publish();
    },
    setScopes(next: Scope[]): void {
      const add = next.filter((scope) => !scopes.includes(scope));
      const drop = scopes.filter((scope) => !next.includes(scope));
      scopes = [...next];
      for (const link of links) {
        if (link.clientId === null) continue;
        for (const scope of add) link.sentTo.set(scope, sv);
        send(link.events, 'scopes', { add, drop });
      }
    },
    setHorizon(to: number): void {
      horizon = to;
    },
    /** Restored from a copy: another epoch, and every `sv` and `mid` after `to` never was. */
    restore(copy: { sv: number; epoch: string; lastMid: number }): void {
      sv = copy.sv;
      epoch = copy.epoch;
      for (const device of devices.values()) {
        device.lastMid = Math.min(device.lastMid, copy.lastMid);
        for (const mid of device.verdicts.keys()) {
          if (mid <= copy.lastMid) continue;
          byCommand.delete(device.verdicts.get(mid)?.commandId ?? '');
          device.verdicts.delete(mid);
        }
      }
      server.cut();
    },
    /** Sets the feed entry of a row back, as a restored copy would have it. */
    forget(kind: SyncedKind, id: string): void {
      rows.delete(`${kind} ${id}`);
      for (const entries of feed.values()) entries.delete(`${kind} ${id}`);
    },
    sendLevel(): void {
      const latest = Object.fromEntries(scopes.map((scope) => [scope, latestOf(scope)]));
      for (const { events, clientId } of links)
        if (clientId !== null) send(events, 'level', { to: sv, latest, serverTime: clock.now() });
    },
    /** Says anything to every open line: what a hostile server would. */
    say(event: DownEvent, payload: unknown): void {
      for (const { events } of links) send(events, event, payload);
    },
    cut(): void {
      for (const link of [...links]) {
        links.delete(link);
        later(() => link.events.closed(false));
      }
    },
    frameOf(scope: Scope, from: number): LiveFrame {
      return { scope, from, to: sv, page: { json: JSON.stringify(pageOf(entriesAfter(scope, from))) } };
    },
    connect: ((to, events) => {
      const link = { events, clientId: null as string | null, sentTo: new Map<string, number>() };
      let isClosed = false;
      later(() => {
        if (isClosed) return;
        if (!server.isUp) return events.closed(false);
        if (server.isSignedOut !== false || !to.accessToken.startsWith('access')) return events.closed(true);
        links.add(link);
        events.opened();
      });
      return {
        send(event, payload, reply) {
          server.heard.push({ event, payload: structuredClone(payload) });
          later(() => {
            if (isClosed || !links.has(link)) return;
            const intercepted = server.intercept?.(event, payload) ?? null;
            if (intercepted === 'lost') return;
            const answer = intercepted ? intercepted.answer : respond(link, event, structuredClone(payload));
            later(() => {
              if (!isClosed && links.has(link)) reply?.(answer);
            });
          });
        },
        close() {
          isClosed = true;
          links.delete(link);
        },
      };
    }) satisfies Connect,
    askHttp: (request) => answerHttp(request),
  };
  const answerHttp = fakeHttp(server, { clock, agentId, workspaceId });

  function send(events: LinkEvents, event: DownEvent, payload: unknown): void {
    later(() => {
      if ([...links].some((link) => link.events === events)) events.received(event, structuredClone(payload));
    });
  }

  function latestOf(scope: string): number {
    return Math.max(0, ...[...(feed.get(scope)?.values() ?? [])].map((entry) => entry.sv));
  }

  function entriesAfter(scope: string, after: number): Entry[] {
    return [...(feed.get(scope)?.values() ?? [])].filter((entry) => entry.sv > after).sort((a, b) => a.sv - b.sv);
  }

  function pageOf(entries: readonly Entry[]): Page {
    const kinds = [...new Set(entries.filter(({ gone }) => !gone).map(({ kind }) => kind))];
    return {
      tables: kinds.map((kind) => {
        const columns = wire[kind];
        const own = entries.filter((entry) => entry.kind === kind && !entry.gone);
        return {
          kind,
          columns,
          rows: own.map(({ id }) =>
            columns.map((column) => (rows.get(`${kind} ${id}`) as Record<string, unknown>)[column]),
          ),
        };
      }),
      gone: entries.filter(({ gone }) => gone).map(({ kind, id, sv: at }) => ({ kind, id, sv: at })),
    };
  }

  function packed(entries: readonly Entry[]) {
    const json = JSON.stringify(pageOf(entries));
    return json.length > 8_192 ? { zstd: new Uint8Array(zstdCompressSync(json)) } : { json };
  }

  function publish(): void {
    for (const link of links) {
      if (link.clientId === null) continue;
      for (const scope of scopes) {
        const from = link.sentTo.get(scope) ?? 0;
        const entries = entriesAfter(scope, from);
        if (entries.length === 0) continue;
        link.sentTo.set(scope, sv);
        if (server.sendsFrames)
          send(link.events, 'frame', { scope, from, to: sv, page: packed(entries) } satisfies LiveFrame);
      }
    }
  }

  function respond(
    link: { clientId: string | null; sentTo: Map<string, number> },
    event: string,
    payload: unknown,
  ): unknown {
    if (event === 'hello') return hello(link, payload as Hello);
    if (link.clientId === null)
      return { ok: false, why: 'bad-input', retryAfterMs: null, lastMid: 0, detail: 'say hello first' };
    if (event === 'pull') return pull(payload as { scope: Scope; after: number });
    if (event === 'walk') return walk(payload as Parameters<typeof walk>[0]);
    if (event === 'history') return history(payload as { conversationId: string; upto: number });
    if (event === 'submit') return submit(link.clientId, payload as Submit);
    if (event === 'ask') {
      const { method, customerId } = payload as { method: string; customerId: string };
      if (method === 'keepDrafts') return { ok: true, output: { refused: [] } };
      server.setScopes([...new Set([...scopes, `customer:${customerId}` as Scope])]);
      return { ok: true, output: {} };
    }
    return undefined;
  }

  function hello(link: { clientId: string | null; sentTo: Map<string, number> }, given: Hello): Welcome {
    const device = devices.get(given.clientId) ?? {
      lease: given.lease,
      lastMid: 0,
      verdicts: new Map<number, Verdict>(),
    };
    if (device.lease !== given.lease && [...links].some(({ clientId }) => clientId === given.clientId)) {
      return { ok: false, why: 'cloned-client', retryAfterMs: null };
    }
    devices.set(given.clientId, device);
    device.lease = given.lease;
    link.clientId = given.clientId;
    for (const scope of scopes) link.sentTo.set(scope, sv);
    return {
      ok: true,
      protocol: PROTOCOL_VERSION,
      epoch,
      lastMid: device.lastMid,
      sv,
      horizon,
      agentId,
      serverTime: clock.now(),
      scopes: scopes.map((scope) => ({ scope, latest: latestOf(scope) })),
    };
  }

  function pull({ scope, after }: { scope: Scope; after: number }): PullReply {
    if (!scopes.includes(scope)) return { ok: false, why: 'not-allowed', retryAfterMs: null };
    if (after > sv || (after > 0 && after < horizon)) return { ok: false, why: 'resync', retryAfterMs: null };
    const all = entriesAfter(scope, after);
    const page = all.slice(0, rowsPerPage);
    const more = page.length < all.length;
    return {
      ok: true,
      page: packed(page),
      to: more ? (page.at(-1)?.sv ?? sv) : sv,
      more,
      left: all.length - page.length,
    };
  }

  function history(asked: { conversationId: string; upto: number }): HistoryReply {
    const isHeld = scopes.some((scope) => feed.get(scope)?.get(`conversation ${asked.conversationId}`)?.gone === false);
    if (!isHeld) return { ok: false, why: 'not-allowed', retryAfterMs: null };
    const { entries, upto } = historyOf(rows, asked, rowsPerPage);
    return { ok: true, page: packed(entries), upto };
  }

  function walk(asked: Parameters<typeof walkOf>[2]): WalkReply {
    if (!scopes.includes(asked.scope)) return { ok: false, why: 'not-allowed', retryAfterMs: null };
    const { entries, ...where } = walkOf(rows, entriesAfter(asked.scope, 0), asked, { sv, rowsPerPage });
    return { ok: true, page: packed(entries), ...where };
  }

  function submit(clientId: string, { mid, command }: Submit): SubmitReply {
    const device = devices.get(clientId);
    if (!device) return { ok: false, why: 'failed', lastMid: 0, detail: 'unknown device' };
    if (mid <= device.lastMid) {
      const stored = device.verdicts.get(mid);
      return stored?.commandId === command.id
        ? { ok: true, verdict: stored }
        : { ok: false, why: 'cloned-client', lastMid: device.lastMid, detail: 'used for another command' };
    }
    if (mid !== device.lastMid + 1) return { ok: false, why: 'gap', lastMid: device.lastMid, detail: 'dense' };
    let verdict = byCommand.get(command.id);
    if (!verdict) {
      const before = sv;
      const decided = options.decide?.(command, server) ?? { outcome: 'applied', reason: null };
      if (decided.outcome === 'applied') server.applied.push(command);
      const touched = scopes.filter((scope) => entriesAfter(scope, before).length > 0);
      verdict = { commandId: command.id, ...decided, sv, scopes: touched };
      byCommand.set(command.id, verdict);
    }
    device.verdicts.set(mid, verdict);
    device.lastMid = mid;
    return { ok: true, verdict };
  }

  return server;
}
