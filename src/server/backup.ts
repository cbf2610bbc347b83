/** `npm run backup`: saves a centre to one file, whether its server runs or not. Reads the command line, says what became of it. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { BackupRefused } from './backup/backup-records.ts';
import { checkBackupFile } from './backup/backup-file.ts';
import { keepNewest, makeBackup, nameOfBackup } from './backup/make-backup.ts';
import { sentenceOf } from './backup/sentence-of.ts';

const USAGE = `Usage: npm run backup -- [options]

  --data DIR    the server's folder (default: ./data/server); with DATABASE_URL in the environment that database is saved
  --to PLACE    a file, or a folder that ends with / and gets a file named by the time (default: DIR/backups/)
  --keep N      in a folder: keep the newest N backups, delete older ones
  --check FILE  read a backup whole and say what is in it, instead of making one
  --help        show this

The server may run meanwhile. The file holds customers' words in clear: keep it where only you can read. The secrets of
channels in it stay sealed; the master key (master.key or KANADE_MASTER_KEY) is not in it: keep that in another place.
`;

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${sentenceOf(error, 'The backup was not made')}\n`);
  process.exitCode = 1;
}

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string', default: 'data/server' },
      to: { type: 'string' },
      keep: { type: 'string' },
      check: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (values.check !== undefined) {
    await check(values.check);
    return;
  }
  const keep = values.keep === undefined ? null : Number(values.keep);
  if (keep !== null && !(Number.isInteger(keep) && keep >= 1))
    throw new BackupRefused(`--keep must be a number from 1, not "${values.keep}".`);
  const dataDir = path.resolve(values.data);
  const to = values.to ?? `${path.join(dataDir, 'backups')}/`;
  const now = Date.now();
  const isFolder = /[/\\]$/.test(to);
  if (keep !== null && !isFolder) throw new BackupRefused('--keep needs a folder: let --to end with /.');
  const file = path.resolve(isFolder ? path.join(to, nameOfBackup(now)) : to);
  const databaseUrl = process.env['DATABASE_URL'];
  const made = await makeBackup({
    dataDir,
    databaseUrl: databaseUrl === '' ? undefined : databaseUrl,
    masterKey: process.env['KANADE_MASTER_KEY'],
    file,
    now,
  });
  process.stdout.write(
    `Saved ${made.rows} rows and ${made.files} files of messages to ${file} (${made.size} bytes).\n${missing(made.missingFiles)}`,
  );
  if (keep !== null)
    for (const name of await keepNewest(path.dirname(file), keep)) process.stdout.write(`Deleted ${name}.\n`);
}

async function check(file: string): Promise<void> {
  const { header, tables, files, missingFiles } = await checkBackupFile(path.resolve(file));
  const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `${file} is whole: "${header.organisation.name}" of ${new Date(header.createdAt).toISOString()}, schema ${header.migrations.length}, ${rows} rows, ${files} files of messages.\n${missing(missingFiles)}`,
  );
}

function missing(count: number): string {
  return count === 0
    ? ''
    : `${count} files that messages name were not in the server's folder and are not in the backup.\n`;
}
