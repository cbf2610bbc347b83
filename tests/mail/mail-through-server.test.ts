import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { ImapFlow } from 'imapflow';
import { simpleParser } from 'mailparser';
import { afterEach, describe, expect, test } from 'vitest';
import { openDb } from '../../src/server/db/open-db.ts';
import {
  attachment,
  channelAccount,
  channelIdentity,
  conversation,
  customer,
  message,
} from '../../src/server/db/schema.ts';
import { readMasterKey } from '../../src/server/db/master-key.ts';
import { sealSettings } from '../../src/server/db/seal-settings.ts';
import type { ServerDatabase } from '../../src/server/db/server-database.ts';
import { type MailPair, type SentMail, startMailPair } from '../../src/server/demo/providers/mail-pair/mail-pair.ts';
import { createLog } from '../../src/server/log/log.ts';
import { startServer } from '../../src/server/start-server.ts';
import { type Clock, seededRandom } from '../../src/shared/domain/clock.ts';
import type { ConversationId, MessageId } from '../../src/shared/domain/ids.ts';
import { describeWithMailPeers } from '../support/describe-with-mail-peers.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultySmtp, startFaultySmtp } from '../support/faulty-smtp.ts';
import { passwordOf, startMailPeers } from '../support/mail-peers.ts';
import { pgliteTemplate } from '../support/pglite-template.ts';
import { startServerProcess } from '../support/server-process.ts';
import { foundWorkCentre, type WorkCentre } from '../support/work-centre.ts';
import { recorded, settingsOf } from './mail-house.ts';

const clock: Clock = { now: () => Date.now() };
const random = seededRandom(5);
const masterKey = new Uint8Array(32).fill(7);

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kanade-mail-server-'));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function newPair(): Promise<MailPair> {
  const pair = await startMailPair({ address: 'support@centre.test', password: 'pw', clock, random });
  stops.push(() => pair.stop());
  return pair;
}

/** Gives the centre's mail account its settings; the accounts of other channels stay off. */
async function configure(centre: WorkCentre, key: Uint8Array, settings: Record<string, unknown>): Promise<void> {
  await centre.database.orm.update(channelAccount).set({ state: 'off' });
  await centre.database.orm
    .update(channelAccount)
    .set({
      state: 'starting',
      sealedSettings: sealSettings(
        key,
        { fromName: 'お客様窓口', address: 'support@centre.test', ...settings },
        random,
      ),
    })
    .where(eq(channelAccount.id, centre.accounts.mail));
}

const messagesOf = async (database: ServerDatabase) =>
  (await database.orm.select().from(message)).sort((a, b) => a.seq - b.seq);
const byDirection = async (database: ServerDatabase, direction: string) =>
  (await messagesOf(database)).filter((row) => row.direction === direction);

function reply(centre: WorkCentre, conversationId: string, seenSeq: number) {
  return centre.order('aoi', {
    kind: 'reply.send',
    messageId: centre.id<MessageId>(),
    conversationId: conversationId as ConversationId,
    text: '確認のうえ、本日中に返金いたします。',
    mail: null,
    seenSeq,
    seenStatus: 'new',
  });
}

/** A mail server, as the centre and its customer see it. */
type World = {
  settings: Record<string, unknown>;
  deliver(raw: Buffer): Promise<void>;
  /** What stands in the customer's mailbox. */
  received(): Promise<{ messageId: string; subject: string; references: readonly string[] }[]>;
};

/** Journey (b): a mail in, the right customer, the reply out, the answer in the same conversation. */
async function walkThroughServer(world: World): Promise<void> {
  const made: WorkCentre[] = [];
  const server = await startServer({
    dataDir: newFolder(),
    databaseUrl: undefined,
    masterKey: readMasterKey('', Buffer.from(masterKey).toString('base64'), random),
    host: '127.0.0.1',
    port: 0,
    source: { clock, random },
    log: createLog('silent'),
    openDemo: null,
    demoTraffic: false,
    sweepEverySeconds: 1,
    async prepare(database) {
      const founded = await foundWorkCentre(database, clock);
      await configure(founded, masterKey, world.settings);
      made.push(founded);
    },
  });
  stops.push(() => server.stop());
  const { database } = server;
  const [centre] = made;
  if (centre === undefined) throw new Error('the centre was not founded');

  await world.deliver(recorded('iso-2022-jp-multipart'));
  const question = await eventually(async () => (await byDirection(database, 'in'))[0], { what: 'the question' });
  const [asked] = await database.orm.select().from(conversation);
  expect(asked).toMatchObject({
    channel: 'mail',
    subject: '【重要】注文番号123の二重請求について',
    status: 'new',
    unreadCount: 1,
  });
  expect(question.text).toContain('二重に請求されています: ①㈱ / ﾃｽﾄ / ～');
  const [person] = await database.orm.select().from(customer);
  expect(person?.displayName).toBe('山田 花子');
  const [identity] = await database.orm.select().from(channelIdentity);
  expect(identity).toMatchObject({ customerId: person?.id, channel: 'mail', address: 'hanako@customer.test' });
  const files = await database.orm.select().from(attachment).where(eq(attachment.messageId, question.id));
  expect(files.map((file) => [file.name, file.inlineCid]).sort()).toEqual([
    ['a.png', 'stamp@customer.test'],
    ['請求書_2026年11月_株式会社サンプル.pdf', null],
  ]);

  await reply(centre, question.conversationId, question.seq);
  const out = await eventually(async () => (await world.received())[0], { what: 'the reply', withinMs: 20_000 });
  expect(out).toMatchObject({
    subject: 'Re: 【重要】注文番号123の二重請求について',
    references: ['<jis-multipart@customer.test>'],
  });
  const delivered = await eventually(async () => {
    const [row] = await byDirection(database, 'out');
    return row?.deliveryState === 'sent' && row;
  });
  expect(delivered.externalId).toBe(out.messageId);

  const answer = `From: hanako@customer.test\r\nTo: support@centre.test\r\nMessage-ID: <answer@customer.test>\r\nIn-Reply-To: ${out.messageId}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n助かります\r\n`;
  await world.deliver(Buffer.from(answer));
  await eventually(async () => (await byDirection(database, 'in')).length === 2, { what: 'the answer' });
  await world.deliver(Buffer.from(answer.replace('hanako@', 'stranger@').replace('<answer@', '<stranger@')));
  const rows = await eventually(async () => {
    const all = await byDirection(database, 'in');
    return all.length === 3 && all;
  });
  const conversationOf = (id: string) => rows.find((row) => row.externalId === id)?.conversationId;
  expect(conversationOf('<answer@customer.test>')).toBe(question.conversationId);
  // Who only knows a Message-ID does not get into somebody's conversation.
  expect(conversationOf('<stranger@customer.test>')).not.toBe(question.conversationId);
  const [account] = await database.orm.select().from(channelAccount).where(eq(channelAccount.id, centre.accounts.mail));
  expect(account).toMatchObject({ state: 'running', lastError: null });
  expect(account?.lastSuccessAt).toBeGreaterThan(0);
}

/** Each makes a database of its own, which takes 5 s of a core. */
const patience = { timeout: 120_000 };

describeWithMailPeers('mail through the whole server, with Dovecot and Postfix', () => {
  test(
    'a mail becomes a conversation of the right customer, the reply arrives, the answer joins it',
    patience,
    async () => {
      const peers = await startMailPeers();
      stops.push(() => peers.stop());
      await walkThroughServer({
        settings: settingsOf(peers, 'support'),
        deliver: (raw) => peers.deliver(raw),
        async received() {
          const auth = { user: 'hanako', pass: passwordOf('hanako') };
          const tls = { ca: peers.ca };
          const program = new ImapFlow({
            host: '127.0.0.1',
            port: peers.ports.imaps,
            secure: true,
            auth,
            tls,
            logger: false,
          });
          await program.connect();
          await program.mailboxOpen('INBOX');
          const [found] = await program.fetchAll('1:*', { source: true });
          await program.logout();
          if (found?.source === undefined) return [];
          const mail = await simpleParser(found.source);
          return [
            {
              messageId: mail.messageId ?? '',
              subject: mail.subject ?? '',
              references: [mail.references ?? []].flat(),
            },
          ];
        },
      });
    },
  );
});

describe('mail through the whole server', () => {
  test(
    'a mail becomes a conversation of the right customer, the reply arrives, the answer joins it',
    patience,
    async () => {
      const pair = await newPair();
      const sent: SentMail[] = [];
      pair.onSent((one) => sent.push(one));
      await walkThroughServer({
        settings: { imap: pair.imap, smtp: pair.smtp },
        deliver: (raw) => pair.deliver(raw),
        received: async () => sent.filter((one) => one.to.includes('hanako@customer.test')),
      });
    },
  );

  test(
    'a reply whose server died between the last dot and its answer waits for a person and is not sent again',
    patience,
    async () => {
      const pair = await newPair();
      const smtp: FaultySmtp = await startFaultySmtp();
      stops.push(() => smtp.stop());
      smtp.faults.set('dot', 'silence');
      const dataDir = newFolder();
      const database = await openDb({ folder: join(dataDir, 'database'), from: await pgliteTemplate() });
      const centre = await foundWorkCentre(database, clock);
      const key = readMasterKey(dataDir, undefined, {
        next: () => 0,
        bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      });
      key.keep();
      await configure(centre, key.bytes, { imap: pair.imap, smtp: { ...pair.smtp, port: smtp.port } });
      const question = await centre.receive('mail', {
        text: '二重に請求されています。',
        externalId: '<q@customer.test>',
        threadId: '<q@customer.test>',
        author: { address: 'hanako@customer.test', displayName: '山田 花子', isVerified: false },
      });
      await reply(centre, question.conversationId, question.seq);
      await database.close();

      const server = await startServerProcess(['--no-demo'], {}, dataDir);
      stops.push(() => server.stop());
      await eventually(() => smtp.mails.length === 1, { what: 'the mail at the server', withinMs: 20_000 });
      await server.kill();
      smtp.faults.clear();
      await server.startAgain();
      await eventually(() => server.log().includes('dispatch.recovered'), { what: 'the look at what the crash left' });
      await server.stop();

      const after = await openDb({ folder: join(dataDir, 'database') });
      stops.push(() => after.close());
      const [out] = await byDirection(after, 'out');
      expect(out).toMatchObject({ deliveryState: 'needsReview', deliveryReason: 'crash-while-sending' });
      expect(smtp.mails).toHaveLength(1);
    },
  );
});
