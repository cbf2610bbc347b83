import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { openDb } from '../../src/server/db/open-db.ts';
import { write } from '../../src/server/db/write.ts';
import { openSessions } from '../../src/server/session/sessions.ts';
import { newPostgresDatabase } from '../support/real-postgres.ts';
import { makeSmallCentre, TEST_MASTER_KEY } from '../support/small-centre.ts';
import { testSource } from '../support/test-source.ts';

// On PostgreSQL only: PGlite has one line for readers and writers alike.
test('an invented refresh token is refused without waiting for whoever writes', async () => {
  const source = testSource();
  const database = await openDb({ url: await newPostgresDatabase() });
  try {
    await makeSmallCentre(database, source);
    const sessions = await openSessions(database, source, TEST_MASTER_KEY);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const writing = write(database, source, () => held);
    const answer = sessions.refresh({ clientId: randomUUID() as never, refreshToken: 'x'.repeat(43) });
    const first = await Promise.race([answer.then(() => 'refused'), writing.then(() => 'the writer')]).finally(() => {
      release();
    });
    expect(first).toBe('refused');
    expect(await answer).toEqual({ ok: false, why: 'signed-out' });
    await writing;
  } finally {
    await database.close();
  }
});
