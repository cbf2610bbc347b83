/**
 * Frames over the loopback socket of the browser host. After the line came back it says stale `*`, so that every open
 * call is refused and every answer on screen is asked again. It keeps no call while the line is cut: a command that was
 * refused on screen must not go out later.
 */
import { io } from 'socket.io-client';
import { type CallFrame, EVERYTHING, type Frame, type FramePort } from '../../shared/console-frames.ts';

/** Where the browser host listens for sockets, beside the page. The same word stands in host/loopback. */
const SOCKET_PATH = '/frames';
/** The host is a process of this computer: it is back within a second or not at all. */
const RETRY_MS = { first: 100, longest: 1_000 };

/** The part of a socket that carries frames; a test gives its own. */
export type FrameSocket = {
  readonly connected: boolean;
  on(event: 'connect' | 'disconnect', listener: () => void): unknown;
  on(event: 'frame', listener: (frame: Frame) => void): unknown;
  emit(event: 'frame', frame: Frame): unknown;
};

/** Connects to the host that served this page, and again whenever the line breaks, for as long as the page lives. */
export function openLoopbackPort(): FramePort {
  const socket = io({
    path: SOCKET_PATH,
    transports: ['websocket'],
    reconnectionDelay: RETRY_MS.first,
    reconnectionDelayMax: RETRY_MS.longest,
  });
  return carryFrames(socket);
}

/** The port over a socket. Calls made before the very first connection wait for it. */
export function carryFrames(socket: FrameSocket): FramePort {
  const listeners = new Set<(frame: Frame) => void>();
  const tell = (frame: Frame): void => {
    for (const listener of [...listeners]) listener(frame);
  };
  let early: Frame[] | undefined = [];
  socket.on('connect', () => {
    if (early) {
      for (const frame of early) socket.emit('frame', frame);
      early = undefined;
    } else tell({ t: 'stale', topics: [EVERYTHING] });
  });
  // Open calls are refused at once and not only when the line is back: nobody may wait for an answer that cannot come.
  // socket.io says so for a line that broke before it stood, too: what waited for it was refused and is not sent either.
  socket.on('disconnect', () => {
    early = undefined;
    tell({ t: 'stale', topics: [EVERYTHING] });
  });
  socket.on('frame', tell);
  return {
    send(frame) {
      if (socket.connected) socket.emit('frame', frame);
      else if (early) early.push(frame);
      else if (frame.t === 'call') queueMicrotask(() => tell(refuse(frame)));
    },
    onFrame(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

function refuse(frame: CallFrame): Frame {
  return {
    t: 'reply',
    id: frame.id,
    ok: false,
    refusal: { why: 'failed', detail: 'the line to the console on this computer is cut' },
  };
}
