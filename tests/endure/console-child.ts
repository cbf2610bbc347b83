/**
 * A console as a process of its own that can be killed: the host's part that starts the core's thread, and one window over
 * the channel of `fork`. Takes `CoreStart` as its one argument.
 */
import type { Frame } from '../../src/shared/console-frames.ts';
import type { CoreStart } from '../../src/shared/core-start.ts';
import { startCore } from '../../src/main/host/start-core.ts';

const core = startCore({
  thread: new URL('../../src/main/core/core-thread.ts', import.meta.url),
  start: JSON.parse(process.argv[2] ?? '') as CoreStart,
  log: (line) => void process.stderr.write(`${line}\n`),
  onFatal(reason) {
    process.stderr.write(`fatal: ${reason}\n`);
    process.exit(1);
  },
});
const wire = core.attach();
wire.onFrame((frame) => process.send?.(frame));
process.on('message', (frame: Frame) => wire.send(frame));
// The test is gone, however it went.
process.on('disconnect', () => process.exit(0));
