/** A process of its own that brings a folder under its new key and is killed before the n-th touch of the disk. */
import { AGENT, keysOf } from './agent-folder.ts';
import { breakAt } from './break-at.ts';

const [dataDir = '', at = '0'] = process.argv.slice(2);
const breaking = breakAt(Number(at), () => {
  process.kill(process.pid, 'SIGKILL');
  // The signal may take a moment; nothing more is done meanwhile.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
keysOf(dataDir, 2).openHere(AGENT);
process.stdout.write(String(breaking.touches()));
