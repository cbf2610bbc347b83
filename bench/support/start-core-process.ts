/** Starts a console without its window as a process of its own and gives it tasks. */
import { fork } from 'node:child_process';
import type { TaskName, tasks } from './core-tasks.ts';

type Tasks = typeof tasks;
export type CoreProcess = {
  readonly pid: number;
  run<N extends TaskName>(name: N, input: Parameters<Tasks[N]>[1]): Promise<Awaited<ReturnType<Tasks[N]>>>;
  stop(): Promise<void>;
};

/**
 * @param dataDir folder of the console's files; kept when it ends
 * @param clockAt epoch ms at which its clock begins; the machine's clock when absent
 */
export async function startCoreProcess(dataDir: string, serverUrl: string, clockAt?: number): Promise<CoreProcess> {
  const child = fork(new URL('./core-process.ts', import.meta.url), [dataDir, serverUrl, String(clockAt ?? '')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const answer = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`the core's process ended with ${String(code)}`));
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
      child.disconnect();
      await gone;
    },
  };
}
