/** `npm run restore`: puts a backup back into an empty folder or database. Reads the command line, says what became of it. */
import { randomBytes, randomInt } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { newId } from '../shared/domain/clock.ts';
import { BackupRefused } from './backup/backup-records.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { sentenceOf } from './backup/sentence-of.ts';

const USAGE = `Usage: npm run restore -- FILE [options]

  --data DIR            the server's folder (default: ./data/server); with DATABASE_URL in the environment the rows go there
  --replace NAME        give up the centre of this name that stands there now; without it the place must be empty
  --without-master-key  go on without the master key that the server had: the secrets of channels are lost
  --help                show this

Stop the server first. Afterwards start it: consoles notice the older state by themselves, read everything anew, and send
what they hold that the backup does not have. Replies that were on their way when the backup was made wait for a person.
`;

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${sentenceOf(error, 'Nothing was restored')}\n`);
  process.exitCode = 1;
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: { type: 'string', default: 'data/server' },
      replace: { type: 'string' },
      'without-master-key': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new BackupRefused('Give the file of one backup (see --help).');
  const databaseUrl = process.env['DATABASE_URL'];
  const now = Date.now();
  const random = {
    next: () => randomInt(2 ** 47) / 2 ** 47,
    bytes: (length: number) => new Uint8Array(randomBytes(length)),
  };
  const { header, files, missingFiles, aside } = await restoreBackup({
    file: path.resolve(file),
    dataDir: path.resolve(values.data),
    databaseUrl: databaseUrl === '' ? undefined : databaseUrl,
    masterKey: process.env['KANADE_MASTER_KEY'],
    replace: values.replace ?? null,
    withoutMasterKey: values['without-master-key'],
    now,
    epoch: newId({ now: () => now }, random),
  });
  const lines = [
    `Restored "${header.organisation.name}" as it was at ${new Date(header.createdAt).toISOString()}, with ${files} files of messages.`,
    ...(missingFiles > 0 ? [`${missingFiles} files were missing when the backup was made.`] : []),
    ...(aside === null ? [] : [`The database that stood there is kept at ${aside}; delete it when you are sure.`]),
    'What people changed after that time is gone: look again at disabled people, revoked devices and erased customers.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
