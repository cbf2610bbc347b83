/**
 * The demo centre on a running server: seeds it on the first start, starts the stand-ins for the providers on loopback at
 * every start, and tells the channel accounts where they are. Nothing here runs outside a demo centre.
 */
import { and, eq, inArray } from 'drizzle-orm';
import { channelAccount, channelIdentity, customer, personalData } from '../db/schema.ts';
import { sealSettings } from '../db/seal-settings.ts';
import type { ServerDatabase } from '../db/server-database.ts';
import type { Source } from '../db/write.ts';
import type { Log } from '../log/log.ts';
import { hashPassword } from '../session/password.ts';
import { startLineContractFake } from './providers/line-contract-fake/line-contract-fake.ts';
import { startMailPair } from './providers/mail-pair/mail-pair.ts';
import { phoneEventSender } from './providers/phone-event-sender.ts';
import { type DemoAccount, demoAccounts, isDemoCentre, isEmpty, seedDemo } from './seed-demo.ts';
import { type DemoPerson, runTraffic } from './traffic/run-traffic.ts';

export type Demo = {
  /** Who may sign in with one click. */
  accounts: readonly DemoAccount[];
  /** Call when the server listens: the stand-ins learn where webhooks go, and the traffic begins if it was asked for. */
  connect(serverUrl: string, withTraffic: boolean): Promise<void>;
  stop(): Promise<void>;
};

/** A demo centre was found where none was wanted: its accounts are known to everybody. The message is for the person who started. */
export class DemoNotWanted extends Error {
  override name = 'DemoNotWanted';
  constructor() {
    super(
      'These data are the demo centre, whose accounts everybody knows. Start with --demo to open it, or give another folder with --data.',
    );
  }
}

/** Who is in the demo: few enough that each is met again, enough that the inbox is not always the same. */
const TRAFFIC_PEOPLE = 60;

/**
 * @param maySeed true when the server was started with the demo wanted; a database that is not empty is never touched
 * @returns null when this is no demo centre
 * @throws DemoNotWanted when it is one and the demo was not asked for
 */
export async function openDemo(
  database: ServerDatabase,
  source: Source,
  masterKey: Uint8Array,
  log: Log,
  maySeed: boolean,
): Promise<Demo | null> {
  if (maySeed && (await isEmpty(database))) {
    const seeded = await seedDemo({
      database,
      source,
      hashPassword: (password) => hashPassword(password, source.random),
      seal: (settings) => sealSettings(masterKey, settings, source.random),
    });
    log.info('demo.seeded', seeded);
  }
  if (!(await isDemoCentre(database))) return null;
  if (!maySeed) throw new DemoNotWanted();
  const word = (): string => Buffer.from(source.random.bytes(24)).toString('base64url');
  const secrets = { line: word(), token: word(), phone: word(), mail: word() };
  const botUserId = `U${Buffer.from(source.random.bytes(16)).toString('hex')}`;
  const line = await startLineContractFake({
    clock: source.clock,
    random: source.random,
    channelSecret: secrets.line,
    channelAccessToken: secrets.token,
    botUserId,
    quotaLimit: 200,
  });
  const mail = await startMailPair({
    address: 'support@haruka.example',
    password: secrets.mail,
    clock: source.clock,
    random: source.random,
  });
  const people = await listPeople(database);
  for (const person of await listLineUsers(database)) line.addUser(person.name, person.userId);

  const settings: Record<string, unknown> = {
    webChat: { title: 'ハルカ家電 サポート', colour: '#2B48C4' },
    line: {
      channelSecret: secrets.line,
      channelAccessToken: secrets.token,
      botUserId,
      apiBaseUrl: line.url,
      apiDataBaseUrl: line.url,
      allowedHosts: ['127.0.0.1'],
    },
    phone: { secrets: [secrets.phone] },
    mail: {
      imap: mail.imap,
      smtp: mail.smtp,
      fromName: 'ハルカ家電 サポート',
      address: 'support@haruka.example',
      firstFetch: 'all',
    },
  };
  for (const [channel, one] of Object.entries(settings)) {
    await database.orm
      .update(channelAccount)
      .set({ sealedSettings: sealSettings(masterKey, one, source.random) })
      .where(and(eq(channelAccount.accountKey, `demo-${channel}`), eq(channelAccount.isDemo, true)));
  }

  let stopTraffic = (): void => {};
  return {
    accounts: demoAccounts(),
    async connect(serverUrl, withTraffic) {
      line.sendWebhooksTo(`${serverUrl}/hooks/line/demo-line`);
      if (!withTraffic) return;
      const phone = phoneEventSender(`${serverUrl}/cti/demo-phone/events`, secrets.phone, source.clock, source.random);
      stopTraffic = runTraffic({
        serverUrl,
        people,
        line,
        mail,
        phone,
        agents: ['suzuki', 'ito'],
        clock: source.clock,
        random: source.random,
      });
    },
    async stop() {
      stopTraffic();
      await Promise.all([line.stop(), mail.stop()]);
    },
  };
}

async function listPeople(database: ServerDatabase): Promise<DemoPerson[]> {
  const rows = await database.orm
    .select({ id: customer.id, name: customer.displayName })
    .from(customer)
    .orderBy(customer.id)
    .limit(TRAFFIC_PEOPLE);
  const ids = rows.map((row) => row.id);
  const lines = await database.orm
    .select({ customerId: channelIdentity.customerId, address: channelIdentity.address })
    .from(channelIdentity)
    .where(and(inArray(channelIdentity.customerId, ids), eq(channelIdentity.channel, 'line')));
  const personal = await database.orm.select().from(personalData).where(inArray(personalData.customerId, ids));
  const valueOf = (id: string, kind: string): string | null =>
    personal.find((row) => row.customerId === id && row.kind === kind)?.value ?? null;
  return rows.map(({ id, name }) => ({
    name,
    lineUserId: lines.find((row) => row.customerId === id)?.address ?? null,
    phone: valueOf(id, 'phone'),
    mail: valueOf(id, 'mail'),
  }));
}

async function listLineUsers(database: ServerDatabase): Promise<{ name: string; userId: string }[]> {
  return await database.orm
    .select({ name: customer.displayName, userId: channelIdentity.address })
    .from(channelIdentity)
    .innerJoin(customer, eq(customer.id, channelIdentity.customerId))
    .where(eq(channelIdentity.channel, 'line'));
}
