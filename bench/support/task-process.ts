/** A process that carries out one named task after the other for its parent, and the parent's end of it. */
import { fork } from 'node:child_process';

/** Tasks by name; what they take and give must survive a JSON of its own. */
export type TaskTable = Record<string, (input: never) => unknown>;

export type TaskProcess<T extends TaskTable> = {
  readonly pid: number;
  run<N extends keyof T & string>(name: N, input: Parameters<T[N]>[0]): Promise<Awaited<ReturnType<T[N]>>>;
  stop(): Promise<void>;
};

/**
 * Starts the module `entry`, which calls `serveTasks`.
 * @param flags of Node
 */
export async function startTaskProcess<T extends TaskTable>(
  entry: URL,
  args: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<TaskProcess<T>> {
  const child = fork(entry, [...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [...process.execArgv, '--expose-gc', ...flags],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const answer = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`${entry.pathname} ended with ${String(code)}`));
      child.once('exit', ended);
      child.once('message', (said: { output?: unknown; error?: string }) => {
        child.off('exit', ended);
        if (said.error === undefined) resolve(said.output);
        else reject(new Error(said.error));
      });
    });
  await answer();
  return {
    pid: child.pid ?? 0,
    run: async (name, input) => {
      const answered = answer();
      child.send({ name, input });
      return (await answered) as never;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

/** In the process itself: carries out what the parent asks for, until it goes. `close` runs before the end. */
export function serveTasks(tasks: TaskTable, close: () => unknown): void {
  process.on('message', ({ name, input }: { name: string; input: never }) => {
    Promise.resolve()
      .then(() => tasks[name]?.(input))
      .then(
        (output) => process.send?.({ output }),
        (error: unknown) =>
          process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : 'unknown' }),
      );
  });
  process.on('disconnect', () => void Promise.resolve(close()).finally(() => process.exit()));
  process.send?.({ output: 'ready' });
}

/** CPU of this process so far, in ms. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Memory of this process after its rubbish was taken out, in bytes. */
export function memoryNow(): { heap: number; rss: number } {
  (globalThis as { gc?: () => void }).gc?.();
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}
