/**
 * Stands in for socket.io between the real core and the real server, in one process: connections that may be cut, be half
 * open, and lose, double or delay what the server sends unasked. Questions and answers keep their order, as on a real
 * line, until it breaks. Only what the two sides use is here; the rest throws.
 */
import type { Connect, DownEvent, LinkEvents } from '../../../src/main/core/sync/link.ts';
import type { Random } from '../../../src/shared/domain/clock.ts';
import type { SimTime } from './sim-time.ts';

type Listener = (...values: unknown[]) => void;
type Middleware = (socket: unknown, next: (error?: Error) => void) => void;
/** `at`: when a slow line has brought it, in ms of the world. */
type Parcel = { readonly isLosable: boolean; readonly at: number; readonly deliver: () => void };

/** What stands beside the lines. */
export type LineWatch = {
  /** Hears what arrives, to look into a failing run. */
  trace: (line: string) => void;
  /** Sees what the server says or answers to an agent, before anything can happen to it. */
  said: (agentId: string, event: string, payload: unknown) => void;
  /** What a server of another version would say instead. */
  translate: (payload: unknown) => unknown;
};

export type Line = {
  readonly id: number;
  /** Which process it is of: the device's name and the number of its life. */
  readonly device: string;
  /** Whose token it came with. */
  readonly agentId: string;
  readonly up: Parcel[];
  readonly down: Parcel[];
  /** Whether each end still believes in it. */
  isOpenHere: boolean;
  isOpenThere: boolean;
  events: LinkEvents;
  /** The server's end, once its middleware has let it in. */
  endThere: () => void;
};

export type Sockets = {
  /** What the gateway takes for a socket.io server. */
  readonly server: unknown;
  connectOf(device: string, isReachable: () => boolean): Connect;
  /** Lines on which something can arrive now. */
  busy(): Line[];
  /** When the next thing on a slow line arrives, or null. */
  nextArrival(): number | null;
  /** A device says hello as if it were so many versions ahead (or behind). */
  speakAs(device: string, versions: number): void;
  /** Everything to and from a device takes this long, one after the other, in ms. */
  slowDown(device: string, ms: number): void;
  /** Lets one parcel of a line arrive, or be lost, doubled or late. */
  deliver(line: Line): void;
  /** Breaks the lines of a device. `isSilent`: its own end does not notice. `isHalfOpen`: the server's does not. */
  cut(device: string, how: { isSilent: boolean; isHalfOpen: boolean }): void;
  /** The server has noticed. */
  notice(line: Line): void;
  halfOpen(): Line[];
  /** Whether a device and the server believe in the same line. */
  stands(device: string): boolean;
  /** The server is gone: no line stands, and the devices notice or not. */
  endAll(isNoticed: (device: string) => boolean): void;
  /** Questions that a living server has taken and not answered yet. */
  openQuestions(): number;
  noise: { drop: number; double: number; delay: number };
};

const copy = (value: unknown): unknown => (value === undefined ? undefined : structuredClone(value));

/** A house of sockets for one server at a time. */
export function createSockets(time: SimTime, random: Random, watch: LineWatch): Sockets {
  let middlewares: Middleware[] = [];
  let welcome: Listener = () => undefined;
  let rooms = new Map<string, Set<Listener>>();
  let lines: Line[] = [];
  let lastId = 0;
  let open = 0;
  /** Raised when a server dies: what an earlier one still says is not heard. */
  let life = 0;
  const noise = { drop: 0, double: 0, delay: 0 };
  const slowness = new Map<string, number>();
  const versions = new Map<string, number>();
  const deviceOf = (line: Line): string => line.device.split(' ')[0] ?? '';

  function note(line: Line, what: string, payload: unknown): void {
    watch.trace(
      `${time.clock.now() % 10_000_000} ${line.device} ${what} ${JSON.stringify(payload ?? null).slice(0, 400)}`,
    );
  }

  function push(line: Line, where: 'up' | 'down', isLosable: boolean, deliver: () => void): void {
    const ms = slowness.get(deviceOf(line)) ?? 0;
    const at = ms === 0 ? 0 : Math.max(time.clock.now(), line[where].at(-1)?.at ?? 0) + ms;
    line[where].push({ isLosable, at, deliver });
  }

  /** A process that dies while it takes something in leaves an error that nobody of its world can see. */
  function tryIn(line: Line, deliver: () => void): void {
    try {
      deliver();
    } catch (error) {
      if (line.isOpenHere) throw error;
    }
  }

  function say(line: Line, event: string, payload: unknown): void {
    if (!line.isOpenThere) return;
    watch.said(line.agentId, event, payload);
    const sent = watch.translate(copy(payload));
    // The list of scopes and the goodbye come in order or not at all; the others are made to be lost.
    const isLosable = event === 'frame' || event === 'level' || event === 'lag';
    push(line, 'down', isLosable, () => {
      note(line, event, sent);
      line.events.received(event as DownEvent, copy(sent));
    });
  }

  function makeSocket(line: Line, token: string): { socket: object; hear: Map<string, Listener[]> } {
    const hear = new Map<string, Listener[]>();
    const mine = life;
    const tell: Listener = (event, payload) => {
      if (mine === life) say(line, String(event), payload);
    };
    const endThere = () => {
      if (!line.isOpenThere) return;
      line.isOpenThere = false;
      for (const room of rooms.values()) room.delete(tell);
      for (const listener of hear.get('disconnect') ?? []) listener();
    };
    line.endThere = endThere;
    const socket = {
      id: `line-${line.id}`,
      data: undefined as unknown,
      handshake: { auth: { token }, headers: {} },
      get connected() {
        return line.isOpenThere && mine === life;
      },
      // A core says nothing that its server does not know.
      onAny: () => undefined,
      on(event: string, listener: Listener) {
        hear.set(event, [...(hear.get(event) ?? []), listener]);
      },
      emit: (event: string, payload: unknown) => tell(event, payload),
      join(room: string) {
        if (line.isOpenThere) rooms.set(room, (rooms.get(room) ?? new Set()).add(tell));
      },
      leave(room: string) {
        rooms.get(room)?.delete(tell);
      },
      disconnect() {
        push(line, 'down', false, () => line.events.closed(false));
        endThere();
      },
    };
    return { socket, hear };
  }

  function admit(line: Line, token: string): void {
    const { socket, hear } = makeSocket(line, token);
    // Nobody is there: the server has died and the next one has not come up.
    if (middlewares.length === 0) return push(line, 'down', false, () => line.events.closed(false));
    const mine = life;
    const step = (index: number): void => {
      const middleware = middlewares[index];
      if (middleware === undefined) {
        line.isOpenThere = true;
        welcome(socket);
        push(line, 'down', false, () => line.events.opened());
        listeners.set(line, hear);
        return;
      }
      open++;
      middleware(socket, (error) => {
        if (mine !== life) return;
        open--;
        if (error === undefined) step(index + 1);
        else push(line, 'down', false, () => line.events.closed(error.message === 'signed-out'));
      });
    };
    step(0);
  }
  const listeners = new WeakMap<Line, Map<string, Listener[]>>();

  function hearUp(line: Line, event: string, payload: unknown, reply?: (answer: unknown) => void): void {
    note(line, line.isOpenThere ? `says ${event}` : `says to nobody ${event}`, payload);
    if (!line.isOpenThere) return;
    const mine = life;
    if (reply) open++;
    const answer = (value: unknown): void => {
      if (mine !== life) return;
      open--;
      watch.said(line.agentId, event, { ...(payload as object), ...(value as object) });
      const sent = watch.translate(copy(value));
      push(line, 'down', false, () => {
        note(line, `hears the answer to ${event}`, sent);
        reply?.(sent);
      });
    };
    const said = event === 'hello' ? inVersion(line, payload) : copy(payload);
    for (const listener of listeners.get(line)?.get(event) ?? []) listener(said, reply ? answer : undefined);
  }

  function inVersion(line: Line, hello: unknown): unknown {
    const { protocol } = hello as { protocol: number };
    return { ...(copy(hello) as object), protocol: protocol + (versions.get(deviceOf(line)) ?? 0) };
  }

  const isHere = ([head]: readonly Parcel[]) => head !== undefined && head.at <= time.clock.now();

  return {
    noise,
    server: {
      of: () => ({
        use: (middleware: Middleware) => middlewares.push(middleware),
        on: (_event: 'connection', listener: Listener) => (welcome = listener),
        disconnectSockets: () => {
          for (const line of lines) line.endThere();
        },
        local: {
          to: (room: string) => ({
            emit: (event: string, payload: unknown) => {
              for (const tell of [...(rooms.get(room) ?? [])]) tell(event, payload);
            },
          }),
        },
      }),
    },
    connectOf: (device, isReachable) => (to, events) => {
      const line: Line = {
        id: ++lastId,
        device,
        agentId: to.accessToken.split('_')[0] ?? '',
        up: [],
        down: [],
        isOpenHere: true,
        isOpenThere: false,
        events,
        endThere: () => undefined,
      };
      lines.push(line);
      if (isReachable()) push(line, 'up', false, () => admit(line, to.accessToken));
      else time.scheduleOf(device).after(50, () => line.isOpenHere && events.closed(false));
      return {
        send(event, payload, reply) {
          if (line.isOpenHere) push(line, 'up', false, () => hearUp(line, event, copy(payload), reply));
        },
        close() {
          line.isOpenHere = false;
          push(line, 'up', false, () => line.endThere());
        },
      };
    },
    speakAs: (device, ahead) => versions.set(device, ahead),
    slowDown: (device, ms) => slowness.set(device, ms),
    busy: () => lines.filter((line) => isHere(line.up) || (line.isOpenHere && isHere(line.down))),
    nextArrival() {
      const heads = lines.flatMap((line) => [line.up[0]?.at ?? [], (line.isOpenHere && line.down[0]?.at) || []].flat());
      return heads.length === 0 ? null : Math.min(...heads);
    },
    deliver(line) {
      const hasUp = isHere(line.up);
      const hasDown = line.isOpenHere && isHere(line.down);
      if (hasUp && (!hasDown || random.next() < 0.5)) return tryIn(line, line.up.shift()?.deliver ?? (() => undefined));
      const parcel = line.down.shift();
      if (parcel === undefined) return;
      if (parcel.isLosable && random.next() < noise.drop) return;
      if (parcel.isLosable && random.next() < noise.delay && line.down.length > 0) {
        line.down.splice(1 + Math.floor(random.next() * line.down.length), 0, parcel);
        return;
      }
      if (parcel.isLosable && random.next() < noise.double) {
        line.down.splice(Math.floor(random.next() * (line.down.length + 1)), 0, parcel);
      }
      tryIn(line, parcel.deliver);
    },
    cut(device, { isSilent, isHalfOpen }) {
      for (const line of lines.filter((each) => each.device === device && each.isOpenHere)) {
        line.down.length = 0;
        if (!isHalfOpen) {
          line.up.length = 0;
          line.endThere();
        }
        line.isOpenHere = false;
        if (!isSilent) line.events.closed(false);
      }
    },
    notice: (line) => line.endThere(),
    halfOpen: () => lines.filter((line) => !line.isOpenHere && line.isOpenThere),
    stands: (device) => lines.some((line) => line.device === device && line.isOpenHere && line.isOpenThere),
    endAll(isNoticed) {
      life++;
      open = 0;
      middlewares = [];
      rooms = new Map();
      const ended = lines;
      lines = [];
      for (const line of ended) {
        line.isOpenThere = false;
        if (!line.isOpenHere) continue;
        line.isOpenHere = false;
        if (isNoticed(line.device)) line.events.closed(false);
      }
    },
    openQuestions: () => open,
  };
}
