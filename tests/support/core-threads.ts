/** The real core in threads of its own, on encrypted files, against a real server: several devices in one test. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterEach } from 'vitest';
import { connectConsole } from '../../src/shared/console-client.ts';
import { type ConsoleApi, consoleContract } from '../../src/shared/console-api.ts';
import type { Frame } from '../../src/shared/console-frames.ts';
import type { FromCore } from '../../src/shared/core-start.ts';
import { eventually } from './eventually.ts';
import type { TestAgent } from './small-centre.ts';

const KEY = '4b'.repeat(32);

export type RunningCore = { api: ConsoleApi; kill(): Promise<void>; stop(): Promise<void> };

/** A starter of cores for a suite; those that still run after a test are killed. `server` null: the core is told none. */
export function coreThreads(serverUrl: () => string): {
  start(dataDir: string, server?: string | null): Promise<RunningCore>;
} {
  const running: RunningCore[] = [];
  afterEach(async () => {
    for (const core of running.splice(0)) await core.kill();
  });
  return {
    async start(dataDir, server = serverUrl()) {
      const thread = new Worker(new URL('../../src/main/core/core-thread.ts', import.meta.url), {
        workerData: {
          dataDir,
          key: KEY,
          serverUrl: server,
          device: { name: 'test', platform: 'linux', appVersion: '0.0.0' },
        },
      });
      const said: FromCore[] = [];
      thread.on('message', (message: FromCore) => said.push(message));
      await eventually(() => said.some(({ t }) => t === 'started'));
      const { port1, port2 } = new MessageChannel();
      thread.postMessage({ t: 'attach', port: port2 }, [port2]);
      const api = connectConsole(consoleContract, {
        send: (frame) => port1.postMessage(frame),
        onFrame(listener) {
          port1.on('message', (frame: Frame) => listener(frame));
          return () => port1.close();
        },
      });
      const core: RunningCore = {
        api,
        async kill() {
          port1.close();
          await thread.terminate();
        },
        async stop() {
          thread.postMessage({ t: 'stop' });
          await eventually(() => said.some(({ t }) => t === 'stopped'));
          port1.close();
          await thread.terminate();
        },
      };
      running.push(core);
      return core;
    },
  };
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'core-server-'));
export const isOnline = async (api: ConsoleApi): Promise<boolean> => (await api.connection.get({})).state === 'online';
export const isOffline = async (api: ConsoleApi): Promise<boolean> =>
  (await api.connection.get({})).state === 'offline';

/** Signs in and waits until the device is level. */
export async function signIn(api: ConsoleApi, agent: TestAgent): Promise<void> {
  await api.session.signIn({ login: agent.login, password: agent.password });
  await eventually(() => isOnline(api));
}
