/** Which server this console works with: the one that its host was told, else the one that the agent named here. */
import { z } from 'zod';
import { readServerAddress } from '../../server-address.ts';
import type { DbFile } from '../db/connection.ts';
import { putSetting, readSetting } from '../db/settings-of-device.ts';
import { write } from '../db/write.ts';
import { Refused } from '../refused.ts';
import { type AskHttp, jsonOf } from './ask-http.ts';
import { readSession } from './session-store.ts';

export type ServerAddress = {
  /** Its origin, or null as long as nobody has named one. */
  known(): string | null;
  /** Its origin. Refused with `no-server` as long as nobody has named one. */
  origin(): string;
  /** False where the host was told: who manages the computer has decided. */
  canChoose: boolean;
  /**
   * Takes another address, once a server of ours has answered there. Refused with `bad-address`, `not-encrypted`,
   * `no-server` (nothing of ours answers), and `not-allowed` while somebody is signed in or where the host was told.
   */
  choose(address: string): Promise<{ ok: true }>;
};

const storedSchema = z.object({ origin: z.url() });
const healthSchema = z.object({ ok: z.literal(true), service: z.literal('kanade') });
/** A person waits for the answer. */
const WITHIN_MS = 10_000;

/**
 * @param given what the host was told; null: nothing
 * @param askAt HTTP to an origin that is not ours yet
 */
export function keepServerAddress(
  device: DbFile,
  given: string | null,
  askAt: (origin: string) => AskHttp,
): ServerAddress {
  const known = (): string | null => given ?? readSetting(device, 'server', storedSchema)?.origin ?? null;
  return {
    known,
    origin() {
      const origin = known();
      if (origin === null) throw new Refused('no-server', 'no server has been named yet');
      return origin;
    },
    canChoose: given === null,
    async choose(address) {
      if (given !== null) throw new Refused('not-allowed', 'the server was given when the console was started');
      if (readSession(device).state === 'signedIn') throw new Refused('not-allowed', 'sign out first');
      const read = readServerAddress(address);
      if ('fault' in read)
        throw new Refused(
          read.fault === 'not-encrypted' ? 'not-encrypted' : 'bad-address',
          'not an address of a server',
          'address',
        );
      await findServer(askAt(read.origin));
      write(device, (writer, touch) => {
        putSetting(writer, 'server', { origin: read.origin });
        touch('session');
      });
      return { ok: true };
    },
  };
}

async function findServer(askHttp: AskHttp): Promise<void> {
  const answer = await askHttp({ method: 'GET', path: '/healthz', withinMs: WITHIN_MS }).catch(() => undefined);
  if (answer === undefined) throw new Refused('no-server', 'nothing answers there', 'address');
  if (answer.status !== 200 || !healthSchema.safeParse(jsonOf(answer)).success)
    throw new Refused('no-server', 'what answers there is no server of Kanade', 'address');
}
