/** Starts a console without its window as a process of its own. */
import { CORE_MEMORY } from '../../src/main/host/start-core.ts';
import type { tasks } from './core-tasks.ts';
import { startTaskProcess, type TaskProcess } from './task-process.ts';

export type CoreProcess = TaskProcess<{
  [N in keyof typeof tasks]: (input: Parameters<(typeof tasks)[N]>[1]) => ReturnType<(typeof tasks)[N]>;
}>;

/** The limits of the core's thread, for a whole process: V8's young generation is three of its spaces. */
const MEMORY_OF_THE_CORE = [
  `--max-semi-space-size=${CORE_MEMORY.maxYoungGenerationSizeMb / 3}`,
  `--max-old-space-size=${CORE_MEMORY.maxOldGenerationSizeMb}`,
];

/**
 * @param dataDir folder of the console's files; kept when it ends
 * @param clockAt epoch ms at which its clock begins; the machine's clock when absent
 */
export function startCoreProcess(dataDir: string, serverUrl: string, clockAt?: number): Promise<CoreProcess> {
  return startTaskProcess(
    new URL('./core-process.ts', import.meta.url),
    [dataDir, serverUrl, String(clockAt ?? '')],
    MEMORY_OF_THE_CORE,
  );
}
