/** Channel accounts that an administrator makes, changes, tries, pauses and removes while the server runs; LINE is the contract fake. */
import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signEvent } from '../../../src/server/channels/phone-events/verify-event.ts';
import { auditEvent, channelAccount, conversation, message } from '../../../src/server/db/schema.ts';
import { rowsOf } from '../../../src/server/db/server-database.ts';
import {
  type LineContractFake,
  startLineContractFake,
} from '../../../src/server/demo/providers/line-contract-fake/line-contract-fake.ts';
import type { Finding } from '../../../src/shared/administration/channel-findings.ts';
import type { FormOf } from '../../../src/shared/administration/channel-forms.ts';
import type { ChannelAccountId } from '../../../src/shared/domain/ids.ts';
import { addAdministrators, administratorOf, type Administrators } from '../../support/administrators.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestServer, type TestServer } from '../../support/start-test-server.ts';
import { testSource } from '../../support/test-source.ts';

const SECRETS = {
  imap: 'imap-password-swordfish',
  smtp: 'smtp-password-swordfish',
  lineSecret: 'line-channel-secret-swordfish',
  lineToken: 'line-access-token-swordfish',
};
const webChat: FormOf<'webChat'> = {
  channel: 'webChat',
  address: 'shop.example',
  allowedOrigins: ['https://shop.example'],
  title: null,
  colour: '#3a4fc9',
  greeting: { ja: 'こんにちは', en: 'Hello' },
  isAway: false,
  hours: null,
};
const line: FormOf<'line'> = {
  channel: 'line',
  address: '@haruka',
  channelId: '2000000001',
  channelSecret: SECRETS.lineSecret,
  channelAccessToken: SECRETS.lineToken,
};
const login = { host: '127.0.0.1', tls: 'none', user: 'support', ca: null } as const;
const mail: FormOf<'mail'> = {
  channel: 'mail',
  address: 'support@centre.test',
  fromName: 'お客様窓口',
  // Nobody listens there: what such an account says is part of the test.
  imap: { ...login, port: 1, password: SECRETS.imap },
  smtp: { ...login, port: 1, password: SECRETS.smtp },
  mailbox: 'INBOX',
  firstFetch: 'unseen',
  sentCopy: 'none',
  plusAddressing: false,
};

describe('channel accounts at run time', () => {
  let fake: LineContractFake;
  let server: TestServer;
  let people: Administrators;
  let admin: Awaited<ReturnType<typeof administratorOf>>;
  const logged: string[] = [];
  beforeAll(async () => {
    fake = await startLineContractFake({
      ...testSource(),
      channelSecret: SECRETS.lineSecret,
      channelAccessToken: SECRETS.lineToken,
      botUserId: `U${'b'.repeat(32)}`,
    });
    server = await startTestServer({ lineApiUrl: fake.url, onLog: (text) => logged.push(text) });
    people = await addAdministrators(server);
    admin = await administratorOf(server, people.abe);
  });
  afterAll(async () => {
    await server.stop();
    await fake.stop();
  });

  const newId = () => randomUUID() as string as ChannelAccountId;
  const input = <F>(id: ChannelAccountId, seen: number | null, form: F, name = 'テスト') => ({
    id,
    seen,
    name,
    queueId: server.centre.queues.support,
    form,
  });
  async function rowOf(id: ChannelAccountId) {
    const [row] = await server.running.database.orm.select().from(channelAccount).where(eq(channelAccount.id, id));
    if (row === undefined) throw new Error('no such account');
    return row;
  }
  const stateOf = async (id: ChannelAccountId) => (await rowOf(id)).state;
  const reasons = (findings: Finding[]) =>
    Object.fromEntries(findings.map((one) => [one.step, `${one.outcome} ${one.reason}`]));

  test('a web chat runs as soon as it is saved, changes while it runs, stops when paused and goes when removed', async () => {
    const id = newId();
    expect(await admin.ask('channelAccounts.save', input(id, null, webChat))).toEqual({ version: 1, madeSecret: null });
    await eventually(async () => expect(await stateOf(id)).toBe('running'));
    const { accountKey, form } = await admin.ask('channelAccounts.get', { id });
    expect(form).toEqual(webChat);
    const policy = async () => {
      const page = await fetch(`${server.url}/widget/frame?account=${accountKey}`);
      return page.status === 404 ? 'unknown' : (page.headers.get('content-security-policy') ?? '');
    };
    expect(await policy()).toContain("frame-ancestors 'self' https://shop.example");
    const changed = { ...webChat, allowedOrigins: ['https://other.example'] };
    expect(await admin.ask('channelAccounts.save', input(id, 1, changed))).toEqual({ version: 2, madeSecret: null });
    await eventually(async () => expect(await policy()).toContain('https://other.example'));
    await admin.ask('channelAccounts.setPaused', { id, seen: 2, isPaused: true });
    await eventually(async () => expect(await policy()).toBe('unknown'));
    expect(await stateOf(id)).toBe('off');
    await admin.ask('channelAccounts.setPaused', { id, seen: 3, isPaused: false });
    await eventually(async () => expect(await policy()).toContain('https://other.example'));
    await admin.ask('channelAccounts.remove', { id, seen: 4 });
    await eventually(async () => expect(await policy()).toBe('unknown'));
    const { accounts } = await admin.ask('channelAccounts.list', {});
    expect(accounts.map((one) => one.id)).not.toContain(id);
    expect((await admin.refused('channelAccounts.get', { id })).error.why).toBe('unknown');
    await server.restart();
    expect(await policy(), 'after a restart of the server').toBe('unknown');
  });

  test('the test of a LINE account says what is wrong, and what is right once it is', async () => {
    const id = newId();
    const tried = async (form: Partial<typeof line> = {}) =>
      reasons((await admin.ask('channelAccounts.test', { id, form: { ...line, ...form } })).findings);
    const unsaved = { lineToken: 'ok ok', lineSecret: 'ok ok', ownWebhook: 'skipped save-first' };
    expect(await tried()).toEqual({ ...unsaved, lineWebhook: 'skipped save-first' });
    expect(await tried({ channelSecret: 'another' })).toMatchObject({ lineSecret: 'failed line-secret-wrong' });
    expect(await tried({ channelId: '' })).toMatchObject({ lineSecret: 'skipped line-secret-unproven' });
    expect((await tried({ channelAccessToken: 'another' })).lineToken).toBe('failed line-token-invalid');

    await admin.ask('channelAccounts.save', input(id, null, line, 'LINE 公式'));
    await eventually(async () => expect(await stateOf(id)).toBe('running'));
    const { webhookPath, stored } = await admin.ask('channelAccounts.get', { id });
    expect(stored).toEqual(['channelSecret', 'channelAccessToken']);
    const kept = { channelSecret: null, channelAccessToken: null };
    expect(await tried(kept)).toMatchObject({ ownWebhook: 'ok ok', lineWebhook: 'failed line-webhook-missing' });
    fake.sendWebhooksTo(`${server.url}/hooks/line/another`);
    expect((await tried(kept)).lineWebhook).toBe('failed line-webhook-elsewhere');
    fake.sendWebhooksTo(`http://127.0.0.1:1${webhookPath}`);
    expect((await tried(kept)).lineWebhook).toBe('failed line-webhook-unreachable');
    fake.sendWebhooksTo(`${server.url}${webhookPath}`);
    fake.useWebhook(false);
    expect((await tried(kept)).lineWebhook).toBe('failed line-webhook-off');
    fake.useWebhook(true);
    expect(await tried(kept)).toEqual({
      lineToken: 'ok ok',
      lineSecret: 'ok ok',
      ownWebhook: 'ok ok',
      lineWebhook: 'ok ok',
    });

    const wrong = { ...line, channelSecret: 'a secret that is not that of the channel' };
    await admin.ask('channelAccounts.save', input(id, 1, wrong, 'LINE 公式'));
    // The secret of before is still good for webhooks that are on their way; the second wrong one ends it.
    await admin.ask(
      'channelAccounts.save',
      input(id, 2, { ...wrong, channelSecret: 'and another one that is wrong' }, 'LINE 公式'),
    );
    await eventually(async () => expect((await tried(kept)).lineWebhook).toBe('failed line-webhook-signature'));
    await admin.ask('channelAccounts.save', input(id, 3, line, 'LINE 公式'));
    await eventually(async () => expect((await tried(kept)).lineWebhook).toBe('ok ok'));
  }, 60_000);

  test('a message of LINE comes in through an account that was made at run time, and is known by its name', async () => {
    const user = fake.addUser('田中 美咲');
    const sent = await fake.say(user.userId, '営業時間を教えてください');
    expect(sent.answer?.status).toBe(200);
    const { orm } = server.running.database;
    const [stored] = await orm.select().from(message).where(eq(message.text, '営業時間を教えてください'));
    const [of] = await orm
      .select()
      .from(conversation)
      .where(eq(conversation.id, stored?.conversationId as typeof conversation.$inferSelect.id));
    expect(of?.queueId).toBe(server.centre.queues.support);
  });

  test('the secret of a telephone account is told once, replaced with both valid, and the old one ended', async () => {
    const id = newId();
    const form = { channel: 'phone', address: '03-1234-5678' } as const;
    const { madeSecret } = await admin.ask('channelAccounts.save', input(id, null, form, '代表電話'));
    if (madeSecret === null) throw new Error('no secret was made');
    const { webhookPath } = await admin.ask('channelAccounts.get', { id });
    const status = async (secret: string) => {
      const body = JSON.stringify({
        eventId: randomUUID(),
        seq: 1,
        type: 'call.later',
        callId: 'c',
        at: 1,
        direction: 'in',
      });
      const timestamp = String(server.source.clock.now());
      const headers = {
        'content-type': 'application/json',
        'x-kanade-timestamp': timestamp,
        'x-kanade-signature': signEvent(Buffer.from(body), secret, timestamp),
      };
      return (await fetch(`${server.url}${webhookPath}`, { method: 'POST', headers, body })).status;
    };
    await eventually(async () => expect(await status(madeSecret)).toBe(200));
    const { findings } = await admin.ask('channelAccounts.test', { id, form });
    expect(reasons(findings)).toEqual({ ownWebhook: 'ok ok' });
    const second = await admin.ask('channelAccounts.makeSecret', { id, seen: 1 });
    await eventually(async () => expect(await status(second.madeSecret)).toBe(200));
    expect(await status(madeSecret)).toBe(200);
    await admin.ask('channelAccounts.endOldSecret', { id, seen: second.version });
    await eventually(async () => expect(await status(madeSecret)).toBe(401));
    expect(await status(second.madeSecret)).toBe(200);
    expect(JSON.stringify(await admin.ask('channelAccounts.get', { id }))).not.toContain(second.madeSecret);
  });

  test('a stored password stays where it is, and goes to no other server than the one it was entered for', async () => {
    const id = newId();
    await admin.ask('channelAccounts.save', input(id, null, mail));
    const shown = await admin.ask('channelAccounts.get', { id });
    expect(shown.stored).toEqual(['imap.password', 'smtp.password']);
    if (shown.form?.channel !== 'mail') throw new Error('no form of mail');
    expect(shown.form).toEqual({
      ...mail,
      imap: { ...mail.imap, password: null },
      smtp: { ...mail.smtp, password: null },
    });
    const named = { ...shown.form, fromName: '別の名前' };
    expect((await admin.ask('channelAccounts.save', input(id, 1, named))).version).toBe(2);
    const moved = { ...named, imap: { ...named.imap, host: '127.0.0.2' } };
    for (const call of ['channelAccounts.save', 'channelAccounts.test'] as const) {
      const asked = call === 'channelAccounts.save' ? input(id, 2, moved) : { id, form: moved };
      expect((await admin.refused(call, asked)).error).toMatchObject({ why: 'missing', field: 'form.imap.password' });
    }
    const { findings } = await admin.ask('channelAccounts.test', { id, form: named });
    expect(reasons(findings)).toEqual({ imap: 'failed connection-refused', smtp: 'failed connection-refused' });
    await eventually(async () => expect((await rowOf(id)).lastError).toContain('connection-refused'));
  });

  test('two administrators who change one account are told of each other, and one of another workspace finds nothing', async () => {
    const id = newId();
    await admin.ask('channelAccounts.save', input(id, null, webChat));
    await admin.ask('channelAccounts.save', input(id, 1, webChat, '先に変えた'));
    expect((await admin.refused('channelAccounts.save', input(id, 1, webChat, '後から'))).error.why).toBe(
      'changed-meanwhile',
    );
    const ota = await administratorOf(server, people.ota);
    for (const [call, more] of [
      ['channelAccounts.get', {}],
      ['channelAccounts.remove', { seen: 2 }],
      ['channelAccounts.setPaused', { seen: 2, isPaused: true }],
    ] as const)
      expect((await ota.refused(call, { id, ...more })).error.why, call).toBe('unknown');
    const suzuki = await administratorOf(server, server.centre.agents.suzuki);
    expect((await suzuki.refused('channelAccounts.list', {})).status).toBe(403);
    const foreign = { ...input(newId(), null, webChat), queueId: people.other.queueId };
    expect((await admin.refused('channelAccounts.save', foreign)).error).toMatchObject({
      why: 'unknown',
      field: 'queueId',
    });
  });

  test('a wrong field is refused by its path', async () => {
    const refusals: [unknown, string, string][] = [
      [{ ...webChat, allowedOrigins: ['https://shop.example/page'] }, 'not-valid', 'form.allowedOrigins.0'],
      [{ ...webChat, colour: 'blue' }, 'not-valid', 'form.colour'],
      [{ ...mail, imap: { ...mail.imap, host: 'mail.example' } }, 'not-valid', 'form.imap.tls'],
      [{ ...mail, address: 'nobody' }, 'not-valid', 'form.address'],
      [{ ...mail, smtp: { ...mail.smtp, port: 70_000 } }, 'out-of-range', 'form.smtp.port'],
      [{ ...mail, smtp: { ...mail.smtp, password: null } }, 'missing', 'form.smtp.password'],
      [{ ...line, channelAccessToken: null }, 'missing', 'form.channelAccessToken'],
    ];
    for (const [form, why, field] of refusals)
      expect((await admin.refused('channelAccounts.save', input(newId(), null, form))).error).toMatchObject({
        why,
        field,
      });
  });

  test('no secret stands in the database in clear, in the audit, in the log, or in anything a console is given', async () => {
    const { database } = server.running;
    const tables = await rowsOf<{ name: string }>(
      database.orm,
      sql`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    let dump = '';
    for (const { name } of tables) {
      const rows = await rowsOf<{ text: string }>(
        database.orm,
        sql`select t::text as text from ${sql.identifier(name)} t`,
      );
      dump += rows.map((row) => row.text).join('\n');
    }
    const { accounts } = await admin.ask('channelAccounts.list', {});
    let told = JSON.stringify(accounts);
    for (const { id, channel } of accounts)
      if (channel === 'mail' || channel === 'line')
        told += JSON.stringify(await admin.ask('channelAccounts.get', { id }));
    const audit = await database.orm.select().from(auditEvent);
    expect(audit.some((one) => JSON.stringify(one.after).includes('secretsReplaced'))).toBe(true);
    expect(dump).toContain('support@centre.test');
    for (const secret of Object.values(SECRETS)) {
      expect(dump).not.toContain(secret);
      expect(told).not.toContain(secret);
      expect(logged.join('\n')).not.toContain(secret);
    }
  });
});
