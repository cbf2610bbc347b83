/**
 * The model's server: connections in memory, one file on disk. Gives back what is to be committed and what is to be
 * sent, in that order, so that the simulation may kill it in between. Never keeps truth in memory.
 */
import { accept } from './decide.ts';
import type { Flaw } from './flaws.ts';
import { withEntry } from './persistent.ts';
import { latestIn, readDownwards, readSince, type ServerFile } from './server-file.ts';
import type { Down, Up } from './wire.ts';

export type Connection = {
  readonly agent: string;
  readonly clientId: string;
  readonly run: string;
  readonly isOpen: boolean;
  /** Rights when it connected. Read only by a flaw. */
  readonly rightsAtHello: ReadonlySet<string>;
};

export type Server = {
  readonly file: ServerFile;
  readonly connections: ReadonlyMap<number, Connection>;
  /** Up to where each scope has been sent in frames; a scope that is not here, up to `startedAt`. */
  readonly framedTo: ReadonlyMap<string, number>;
  readonly startedAt: number;
  /** Scopes with something to send, and since when. */
  readonly dirty: ReadonlySet<string>;
  readonly dirtySince: number;
  readonly levelSentAt: number;
};

/** Small limits, so that pages and frames are cut as often in a short run as they are in a long life. */
export const ROWS_PER_PAGE = 3;
export const ROWS_PER_FRAME = 4;
export const FRAME_EVERY_MS = 20;
export const LEVEL_EVERY_MS = 10_000;

export type Mail = { readonly connection: number; readonly message: Down };

/** A server that has just started on a file: nobody is connected. */
export function startServer(file: ServerFile, now: number): Server {
  return {
    file,
    connections: new Map(),
    framedTo: new Map(),
    startedAt: file.sv,
    dirty: new Set(),
    dirtySince: now,
    levelSentAt: now,
  };
}

/** The server after a commit: the touched scopes wait for the next frame. */
export function afterCommit(server: Server, file: ServerFile, touched: ReadonlySet<string>, now: number): Server {
  return {
    ...server,
    file,
    dirty: new Set([...server.dirty, ...touched]),
    dirtySince: server.dirty.size === 0 ? now : server.dirtySince,
  };
}

/** The server when it has noticed that a connection is gone. */
export function forgetConnection(server: Server, id: number): Server {
  const connection = server.connections.get(id);
  if (!connection?.isOpen) return server;
  return { ...server, connections: withEntry(server.connections, id, { ...connection, isOpen: false }) };
}

export type Answered = {
  readonly commits: readonly ServerFile[];
  readonly server: Server;
  readonly mail: readonly Mail[];
};

function hello(server: Server, id: number, up: Extract<Up, { say: 'hello' }>, flaw: Flaw | null): Answered {
  let connections = server.connections;
  for (const [other, connection] of server.connections) {
    if (!connection.isOpen || connection.clientId !== up.clientId || other === id) continue;
    if (connection.run !== up.run)
      return { commits: [], server, mail: [{ connection: id, message: { say: 'cloned' } }] };
    // The same run of the same core came back before its old line was known to be dead. What still comes from the
    // old one is not read any more, so that one line at a time speaks for a client id.
    connections = withEntry(connections, other, { ...connection, isOpen: false });
  }
  const rights = server.file.rights.get(up.agent) ?? new Set<string>();
  const { agent, clientId, run } = up;
  connections = withEntry(connections, id, { agent, clientId, run, isOpen: true, rightsAtHello: rights });
  const message: Down = {
    say: 'welcome',
    epoch: server.file.epoch,
    lastMid: server.file.lastMids.get(up.clientId) ?? 0,
    sv: server.file.sv,
    latest: [...rights].map((scope) => [scope, latestIn(server.file, scope, flaw)] as const),
  };
  return { commits: [], server: { ...server, connections }, mail: [{ connection: id, message }] };
}

/** What the server does with one message. The commits come before the mail. */
export function receive(server: Server, id: number, up: Up, now: number, flaw: Flaw | null): Answered {
  const connection = server.connections.get(id);
  if (up.say === 'hello')
    return connection === undefined ? hello(server, id, up, flaw) : { commits: [], server, mail: [] };
  if (!connection?.isOpen) return { commits: [], server, mail: [] };
  const reply = (message: Down): Answered => ({ commits: [], server, mail: [{ connection: id, message }] });
  switch (up.say) {
    case 'pull': {
      if (!mayRead(server, connection, up.scope, flaw))
        return reply({ say: 'notAllowed', ask: up.ask, scope: up.scope });
      if (up.after < server.file.horizon && flaw !== 'horizonIgnored') {
        return reply({ say: 'resync', ask: up.ask, scope: up.scope });
      }
      return reply({
        say: 'pulled',
        ask: up.ask,
        scope: up.scope,
        ...readSince(server.file, up.scope, up.after, ROWS_PER_PAGE),
      });
    }
    case 'walk':
      if (!mayRead(server, connection, up.scope, flaw))
        return reply({ say: 'notAllowed', ask: up.ask, scope: up.scope });
      return reply({
        say: 'walked',
        ask: up.ask,
        scope: up.scope,
        ...readDownwards(server.file, up.scope, up.below, ROWS_PER_PAGE),
      });
    case 'submit': {
      const { commits, touched, answer } = accept(server.file, connection, up.mid, up.command, flaw);
      const last = commits.at(-1);
      const after = last === undefined ? server : afterCommit(server, last, touched, now);
      return { commits, server: after, mail: [{ connection: id, message: answer }] };
    }
  }
}

function mayRead(server: Server, connection: Connection, scope: string, flaw: Flaw | null): boolean {
  if (flaw === 'rightsOnlyAtHello') return connection.rightsAtHello.has(scope);
  return server.file.rights.get(connection.agent)?.has(scope) ?? false;
}

function openConnections(server: Server): [number, Connection][] {
  return [...server.connections].filter(([, connection]) => connection.isOpen);
}

/** The frames that are due, and every ten seconds a level for everybody. */
export function tick(server: Server, now: number, flaw: Flaw | null): { server: Server; mail: Mail[] } {
  const mail: Mail[] = [];
  let after = server;
  if (server.dirty.size > 0 && now - server.dirtySince >= FRAME_EVERY_MS) {
    let framedTo = server.framedTo;
    for (const scope of server.dirty) {
      const from = server.framedTo.get(scope) ?? server.startedAt;
      const { page, to, more } = readSince(server.file, scope, from, ROWS_PER_FRAME);
      // Too much for a frame, or gone entries of this stretch were forgotten already: let them pull.
      const message: Down =
        more || from < server.file.horizon
          ? { say: 'lag', scope, to: server.file.sv }
          : { say: 'frame', scope, from, to, page };
      framedTo = withEntry(framedTo, scope, server.file.sv);
      for (const [id, connection] of openConnections(server)) {
        if (flaw === 'leakInFrame' || mayRead(server, connection, scope, flaw)) mail.push({ connection: id, message });
      }
    }
    after = { ...after, framedTo, dirty: new Set() };
  }
  if (now - server.levelSentAt >= LEVEL_EVERY_MS) {
    for (const [id] of openConnections(after)) mail.push(levelFor(after, id, flaw));
    after = { ...after, levelSentAt: now };
  }
  return { server: after, mail };
}

/** Where every scope of a connection stands. Its scopes are the list of what the device may hold. */
export function levelFor(server: Server, id: number, flaw: Flaw | null): Mail {
  const rights = server.file.rights.get(server.connections.get(id)?.agent ?? '') ?? new Set<string>();
  const latest = [...rights].map((scope) => [scope, latestIn(server.file, scope, flaw)] as const);
  return { connection: id, message: { say: 'level', to: server.file.sv, latest } };
}
