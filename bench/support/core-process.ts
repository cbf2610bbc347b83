/**
 * A console without its window in a process of its own: the real core over the real wire, for what has to be counted for
 * itself (CPU, memory, a start from nothing). Carries out one task after the other; the tasks are in `core-tasks.ts`.
 */
import { randomBytes } from 'node:crypto';
import { type Core, startCore } from '../../src/main/core/core.ts';
import { consoleContract, type ConsoleApi } from '../../src/shared/console-api.ts';
import { connectConsole } from '../../src/shared/console-client.ts';
import { HOST_KEY } from './key-of-files.ts';
import { portOf, withIndex, withoutIndex } from './canned-core.ts';
import { NOWHERE, tasks } from './core-tasks.ts';
import { serveTasks, type TaskTable } from './task-process.ts';

const [dataDir = '', serverUrl = '', clockAt = ''] = process.argv.slice(2);
const startedAt = performance.now();
/** A canned centre has a time of its own; a real server has the machine's. */
const clock = {
  now: () => (clockAt === '' ? Date.now() : Number(clockAt) + Math.round(performance.now() - startedAt)),
};

let running: { core: Core; api: ConsoleApi } | null = null;

function stop(): void {
  running?.core.stop();
  running = null;
}

/** Starts the core; the answer to the first question says that its files are open. */
function start(isIndexing: boolean, isOffline = false): ConsoleApi {
  stop();
  const core = startCore({
    dataDir,
    key: HOST_KEY,
    serverUrl: isOffline ? NOWHERE : serverUrl,
    device: { name: 'bench', platform: 'bench', appVersion: '0' },
    clock,
    random: {
      next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
      bytes: (length) => new Uint8Array(randomBytes(length)),
    },
    startIndexing: isIndexing ? withIndex : withoutIndex,
  });
  running = { core, api: connectConsole(consoleContract, portOf(core)) };
  return running.api;
}

const context = { dataDir, start, stop, api: () => running?.api ?? start(false) };
serveTasks(
  Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [name, (input: never) => task(context, input)]),
  ) satisfies TaskTable,
  stop,
);
