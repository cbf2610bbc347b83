/**
 * The line between a console and its server, as a TCP proxy on loopback that a test can cut, let hang, hold back and
 * mend. It reads nothing of what passes but whether it is an answer.
 */
import { createServer, connect, type Socket } from 'node:net';

export type CutProxy = {
  /** What the console is given as its server. */
  readonly url: string;
  /** The cable is out: open connections break, new ones are refused. */
  cut(): Promise<void>;
  /** The line hangs: open connections stay open, new ones are accepted, and not one byte passes. */
  halfOpen(): void;
  /** What the console says passes, what the server answers is kept back: the window between commit and acknowledgement. */
  holdAnswers(): void;
  /** Answers of socket.io that are kept back now. Each was sent after what it answers was committed. */
  heldAnswers(): number;
  /** The line is whole again. What hung or was kept back is broken, as after a switch of network. */
  restore(): Promise<void>;
  close(): Promise<void>;
};

/** How an acknowledgement begins on the wire: packet "message", type "ack", namespace. The server's frames are not masked. */
const ANSWER = '43/console,';

/** @param serverUrl the real server, such as `http://127.0.0.1:4800` */
export async function openCutProxy(serverUrl: string): Promise<CutProxy> {
  const target = Number(new URL(serverUrl).port);
  const sockets = new Set<Socket>();
  let silent = false;
  let holding = false;
  let held = 0;

  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
      // Sync frames are small: waiting to fill a packet would only blur what a test measures.
      socket.setNoDelay(true);
    }
    const pass = (to: Socket) => (chunk: Buffer) => {
      if (!silent) to.write(chunk);
    };
    near.on('data', pass(far));
    far.on('data', (chunk: Buffer) => {
      if (!holding) pass(near)(chunk);
      else if (chunk.includes(ANSWER)) held += 1;
    });
  });
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const stopListening = (): Promise<void> =>
    new Promise((resolve) => {
      if (!server.listening) {
        resolve();
        return;
      }
      server.close(() => resolve());
      breakAll();
    });

  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}`,
    cut: stopListening,
    halfOpen() {
      silent = true;
    },
    holdAnswers() {
      held = 0;
      holding = true;
    },
    heldAnswers: () => held,
    async restore() {
      if (silent || holding) breakAll();
      silent = false;
      holding = false;
      if (!server.listening) await listen(port);
    },
    close: stopListening,
  };
}
