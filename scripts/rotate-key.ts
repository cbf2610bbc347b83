/**
 * Brings the secrets of a server's database under a new master key: `node scripts/rotate-key.ts --data DIR`. Stop every
 * server on that database first. Says what it did in one sentence, and what went wrong in another with exit code 1.
 */
import { randomBytes, randomInt } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { holdFolder } from '../src/server/db/hold-folder.ts';
import { openDb } from '../src/server/db/open-db.ts';
import { rotateKey } from '../src/server/db/rotate-key.ts';

const USAGE = `Usage: node scripts/rotate-key.ts [--data DIR]

Seals every secret of the database anew. With master.key in the data folder (default: ./data/server) a new one takes its
place and the old one stays as master.key.<id> for the backups of before. With KANADE_MASTER_KEY in the environment give
the next key as KANADE_NEXT_MASTER_KEY. DATABASE_URL as for the server. Stop every server on this database first.
`;
const PARTS_OF_ONE = 2 ** 47;

const source = {
  clock: { now: () => Date.now() },
  random: {
    next: () => randomInt(PARTS_OF_ONE) / PARTS_OF_ONE,
    bytes: (length: number) => new Uint8Array(randomBytes(length)),
  },
};

try {
  const { values } = parseArgs({ options: { data: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  process.stdout.write(values.help ? USAGE : `${await rotate(path.resolve(values.data ?? 'data/server'))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function rotate(folder: string): Promise<string> {
  const release = holdFolder(folder);
  try {
    const url = process.env['DATABASE_URL'];
    const database = await openDb(
      url === undefined || url === '' ? { folder: path.join(folder, 'database') } : { url },
    );
    try {
      const now = process.env['KANADE_MASTER_KEY'];
      const done = await rotateKey(database, source, { folder, now, next: process.env['KANADE_NEXT_MASTER_KEY'] });
      const next =
        now === undefined
          ? `The old key is kept as master.key.${done.from}: backups of before need it.`
          : 'Start the server with the next key as KANADE_MASTER_KEY, and keep the old one for the backups of before.';
      return `${done.secrets} secrets are sealed under the key ${done.to} now. ${next}`;
    } finally {
      await database.close();
    }
  } finally {
    release();
  }
}
