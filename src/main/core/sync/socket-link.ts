/** The product's pipe: socket.io, websocket only. Reconnecting is the business of `sync-client.ts`, so it is off here. */
import { io } from 'socket.io-client';
import type { Connect, DownEvent } from './link.ts';

const downEvents: readonly DownEvent[] = ['frame', 'level', 'lag', 'scopes', 'signal', 'goodbye'];

/** A try that has not succeeded after this is over, in ms: a network that swallows packets answers nothing at all. */
const CONNECT_WITHIN_MS = 5_000;

/** Opens one connection to the namespace `/console` of the server. */
export const connectBySocket: Connect = ({ serverUrl, accessToken }, events) => {
  const socket = io(`${serverUrl}/console`, {
    transports: ['websocket'],
    auth: { token: accessToken },
    reconnection: false,
    forceNew: true,
    timeout: CONNECT_WITHIN_MS,
    autoConnect: false,
  });
  let isOver = false;
  function end(isRefused: boolean): void {
    if (isOver) return;
    isOver = true;
    socket.removeAllListeners();
    socket.disconnect();
    events.closed(isRefused);
  }
  socket.on('connect', () => events.opened());
  // The server's middleware answers with the name of the reason; everything else is a network that is not there.
  socket.on('connect_error', (error) => end(error.message === 'signed-out'));
  socket.on('disconnect', () => end(false));
  for (const event of downEvents) socket.on(event, (payload: unknown) => events.received(event, payload));
  socket.connect();
  return {
    send(event, payload, reply) {
      if (isOver) return;
      if (!reply) socket.emit(event, payload);
      else {
        socket.emit(event, payload, (answer: unknown) => {
          if (!isOver) reply(answer);
        });
      }
    },
    close() {
      isOver = true;
      socket.removeAllListeners();
      socket.disconnect();
    },
  };
};
