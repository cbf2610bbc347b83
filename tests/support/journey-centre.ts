/**
 * What a journey needs besides a console: the real server as a process over a small centre with an account of each
 * channel, and the other ends of those channels in the test's own process, so that they outlive a server that is killed.
 */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { type Clock, type Random } from '../../src/shared/domain/clock.ts';
import { readMasterKey } from '../../src/server/db/master-key.ts';
import { openDb } from '../../src/server/db/open-db.ts';
import { agent, channelAccount, credential } from '../../src/server/db/schema.ts';
import { sealSettings } from '../../src/server/db/seal-settings.ts';
import {
  startLineContractFake,
  type LineContractFake,
} from '../../src/server/demo/providers/line-contract-fake/line-contract-fake.ts';
import { startMailPair, type MailPair } from '../../src/server/demo/providers/mail-pair/mail-pair.ts';
import { phoneEventSender, type PhoneEventSender } from '../../src/server/demo/providers/phone-event-sender.ts';
import { hashPassword } from '../../src/server/session/password.ts';
import { openWidgetClient, type WidgetClient } from '../../src/widget/widget-client.ts';
import { pgliteTemplate } from './pglite-template.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { foundWorkCentre } from './work-centre.ts';

export const clock: Clock = { now: () => Date.now() };
export const random: Random = {
  next: () => randomBytes(4).readUInt32BE() / 2 ** 32,
  bytes: (length) => new Uint8Array(randomBytes(length)),
};

export const PASSWORD = 'a password of the journey';
const PHONE_SECRET = 'the telephone system of the journey';
const line = {
  channelSecret: 'line secret of the journey',
  channelAccessToken: 'token',
  botUserId: `U${'b'.repeat(32)}`,
};

export type JourneyCentre = {
  server: ServerProcess;
  line: LineContractFake;
  mail: MailPair;
  phone: PhoneEventSender;
  /** A visitor without a page, through the real widget protocol. */
  visit(name: string): WidgetClient;
  stop(): Promise<void>;
};

let founded: Promise<string> | null = null;

/** One folder with the centre in it, made once for each worker and copied for each journey: founding takes seconds. */
function foundOnce(): Promise<string> {
  founded ??= (async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kanade-founded-'));
    const database = await openDb({ folder: path.join(folder, 'database'), from: await pgliteTemplate() });
    await foundWorkCentre(database, clock, 7, await hashPassword(PASSWORD, random));
    await database.close();
    return folder;
  })();
  return founded;
}

/**
 * Starts everything. `aoi` and `ren` sign in with `PASSWORD`.
 * @param lead the login of who leads the team, if anybody
 * @param admin the login of who administers, if anybody
 */
export async function startJourneyCentre({
  lead,
  admin,
}: {
  lead?: string;
  admin?: string;
} = {}): Promise<JourneyCentre> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kanade-journey-'));
  cpSync(await foundOnce(), dataDir, { recursive: true });
  const lineFake = await startLineContractFake({ clock, random, ...line, quotaLimit: 1_000 });
  const mail = await startMailPair({ address: 'support@centre.test', password: 'mail password', clock, random });
  await configure(
    dataDir,
    {
      webChat: {},
      line: { ...line, apiBaseUrl: lineFake.url, apiDataBaseUrl: lineFake.url, allowedHosts: ['127.0.0.1'] },
      phone: { secrets: [PHONE_SECRET] },
      mail: {
        imap: mail.imap,
        smtp: mail.smtp,
        fromName: 'テスト窓口',
        address: 'support@centre.test',
        firstFetch: 'all',
      },
    },
    { teamLead: lead, admin },
  );
  const server = await startServerProcess(['--no-demo'], { KANADE_LINE_API_URL: lineFake.url }, dataDir);
  lineFake.sendWebhooksTo(`${server.url}/hooks/line/test-line`);
  const visitors: WidgetClient[] = [];
  return {
    server,
    line: lineFake,
    mail,
    phone: phoneEventSender(`${server.url}/cti/test-phone/events`, PHONE_SECRET, clock, random),
    visit(name) {
      const client = openWidgetClient({
        serverUrl: server.url,
        account: 'test-webChat',
        language: 'ja',
        clock,
        random,
        visitor: { token: Buffer.from(random.bytes(32)).toString('base64url'), name, mail: null },
      });
      visitors.push(client);
      return client;
    },
    async stop() {
      for (const visitor of visitors) visitor.close();
      await server.stop();
      await Promise.all([lineFake.stop(), mail.stop()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function configure(
  dataDir: string,
  settings: Record<string, unknown>,
  roles: Record<'teamLead' | 'admin', string | undefined>,
): Promise<void> {
  const masterKey = readMasterKey(dataDir, undefined, random);
  masterKey.keep();
  const database = await openDb({ folder: path.join(dataDir, 'database') });
  for (const [channel, one] of Object.entries(settings)) {
    await database.orm
      .update(channelAccount)
      .set({ sealedSettings: sealSettings(masterKey.bytes, one, random) })
      .where(eq(channelAccount.accountKey, `test-${channel}`));
  }
  for (const role of ['teamLead', 'admin'] as const) {
    const login = roles[role];
    if (login === undefined) continue;
    const [who] = await database.orm.select().from(credential).where(eq(credential.login, login));
    if (who === undefined) throw new Error(`nobody signs in as ${login}`);
    await database.orm
      .update(agent)
      .set({ role })
      .where(eq(agent.id, who.agentId as typeof agent.$inferSelect.id));
  }
  await database.close();
}
