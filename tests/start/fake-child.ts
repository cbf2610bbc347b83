/**
 * Stands in for the server or the console of `npm start`: says that it is ready, does what its orders say, and writes
 * down how it ended. Orders come in KANADE_FAKE as JSON, by the name of the part.
 */
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [part = '', journal = ''] = process.argv.slice(2);
const args = process.argv.slice(4);
const orders = JSON.parse(process.env['KANADE_FAKE'] ?? '{}') as Record<
  string,
  { refuse?: string; dieAfterMs?: number }
>;
const order = orders[part] ?? {};
const note = (what: string): void => appendFileSync(journal, `${part} ${what}\n`);

note(`started ${args.join(' ')}`);
if (order.refuse !== undefined) {
  process.stderr.write(`{"level":30,"msg":"a line of the log"}\n${order.refuse}\n`);
  process.exit(1);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    note('stopped');
    // Long enough for a second signal to be seen.
    setTimeout(() => process.exit(0), 50);
  });
}
const keepAlive = setInterval(() => undefined, 1_000);
if (part === 'server') {
  process.stdout.write(`{"level":30,"msg":"listening"}\n`);
  process.stdout.write(
    `${JSON.stringify({ ready: true, url: 'http://127.0.0.1:4800', demoAccounts: args.includes('--demo') ? [{ login: 'sato', password: 'haruka-sato', name: '佐藤 美咲', role: 'agent' }] : [] })}\n`,
  );
} else {
  let link = 0;
  const say = (): void =>
    void process.stdout.write(
      `${JSON.stringify({ ready: true, url: `http://127.0.0.1:4801/?token=${String(++link)}` })}\n`,
    );
  say();
  createInterface({ input: process.stdin }).on('line', say);
}
if (order.dieAfterMs !== undefined) {
  setTimeout(() => {
    clearInterval(keepAlive);
    process.stderr.write('the disk is full\n');
    process.exit(3);
  }, order.dieAfterMs);
}
