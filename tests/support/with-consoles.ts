/** A whole server for a suite and consoles that come to its door; all of them leave after each test. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { write, type Writing } from '../../src/server/db/write.ts';
import type { Engine } from './databases.ts';
import { addConversation, type SmallCentre } from './small-centre.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { connectConsole, openConsole, type TestConsole } from './test-console.ts';

/**
 * Call at the top of a suite. The server starts before its first test.
 * @param onLog hears each line of the server's log
 */
export function withConsoles(engine: Engine, onLog?: (line: string) => void) {
  let started: TestServer | undefined;
  const open: TestConsole[] = [];
  beforeAll(async () => {
    started = await startTestServer({ engine, ...(onLog ? { onLog } : {}) });
  });
  afterAll(() => started?.stop());
  afterEach(() => {
    for (const console of open.splice(0)) console.close();
  });
  const server = (): TestServer => {
    if (!started) throw new Error('the server starts before the first test, not earlier');
    return started;
  };

  async function enter(who: keyof SmallCentre['agents'], clientId?: string): Promise<TestConsole> {
    const console = await openConsole(server().url, server().centre.agents[who], clientId);
    open.push(console);
    return console;
  }
  return {
    server,
    /** A signed-in console on a line, before its hello. */
    enter,
    /** A console that has said hello. */
    async entered(who: keyof SmallCentre['agents'], clientId?: string) {
      const console = await enter(who, clientId);
      const welcome = await console.hello();
      if (!welcome.ok) throw new Error(welcome.why);
      return { console, welcome: welcome };
    },
    /** One more line in the session of a console. */
    async again(of: TestConsole, clientId = of.clientId): Promise<TestConsole> {
      const console = await connectConsole(server().url, of.signedIn, clientId);
      open.push(console);
      return console;
    },
    change: (fn: (w: Writing) => Promise<unknown>) => write(server().running.database, server().source, fn),
    talk: (options: Parameters<typeof addConversation>[3] = {}) =>
      addConversation(server().running.database, server().source, server().centre, options),
  };
}
