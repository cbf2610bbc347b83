/**
 * The administrator's first day, with the real server as a process and a real core: an empty database, the link that it
 * prints, people and channels through the administration of the console, a first answered mail, chat and LINE message;
 * then a backup, a lost machine, a restore, and the console level again. LINE and the mail server are stand-ins.
 */
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, expect, test } from 'vitest';
import { startLineContractFake } from '../../src/server/demo/providers/line-contract-fake/line-contract-fake.ts';
import { startMailPair } from '../../src/server/demo/providers/mail-pair/mail-pair.ts';
import type {
  AdministrationCall,
  AdministrationInput,
  AdministrationOutput,
} from '../../src/shared/administration/contract.ts';
import type { ChannelForm } from '../../src/shared/administration/channel-forms.ts';
import type { ConsoleApi } from '../../src/shared/console-api.ts';
import type { AgentId, QueueId } from '../../src/shared/domain/ids.ts';
import { openWidgetClient } from '../../src/widget/widget-client.ts';
import { coreThreads, isOffline, isOnline, newFolder } from '../support/core-threads.ts';
import { eventually } from '../support/eventually.ts';
import { clock, random } from '../support/journey-centre.ts';
import { startServerProcess } from '../support/server-process.ts';

const PASSWORD = 'a long walk in the evening rain';
const stops: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});
let serverUrl = '';
const cores = coreThreads(() => serverUrl);

async function command(name: 'backup' | 'restore', args: readonly string[]): Promise<string> {
  const entry = path.join(import.meta.dirname, `../../src/server/${name}.ts`);
  const child = spawn(process.execPath, [entry, ...args], { env: { ...process.env, DATABASE_URL: '' } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(code, said).toBe(0);
  return said;
}

async function post(where: string, body: unknown): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${serverUrl}${where}`, { method: 'POST', headers, body: JSON.stringify(body) })).status;
}

function administer(api: ConsoleApi) {
  return async <N extends AdministrationCall>(
    call: N,
    input: AdministrationInput<N>,
    changeId: string | null = randomUUID(),
  ): Promise<AdministrationOutput<N>> => {
    const answer = await api.administration.ask({ call, workspaceId: null, changeId, input });
    return answer.output as AdministrationOutput<N>;
  };
}

const inboxOf = async (api: ConsoleApi) =>
  (await api.inbox.rows({ view: 'everyone', tab: 'all', offset: 0, limit: 50 })).rows;

/** Waits for a conversation of a channel, answers it, and waits until nothing waits any more. */
async function answer(api: ConsoleApi, channel: string, text: string): Promise<string> {
  const row = await eventually(async () => (await inboxOf(api)).find((one) => one.channel === channel), {
    withinMs: 60_000,
    what: `a conversation of ${channel}`,
  });
  const { conversationId } = row;
  const { seenSeq } = await api.conversations.get({ conversationId });
  await api.replies.send({ conversationId, text, mail: null, seenSeq });
  await eventually(async () => (await api.outbox.list({})).rows.length === 0, { withinMs: 60_000 });
  return conversationId;
}

test('an administrator gets from an empty database to answered customers, and back to them after the machine is lost', async () => {
  const secrets = { channelSecret: 'line secret', channelAccessToken: 'line token', botUserId: `U${'b'.repeat(32)}` };
  const line = await startLineContractFake({ clock, random, ...secrets, quotaLimit: 1_000 });
  const mail = await startMailPair({ address: 'support@centre.test', password: 'mail password', clock, random });
  const server = await startServerProcess(['--no-demo'], { KANADE_LINE_API_URL: line.url });
  stops.push(
    () => rmSync(server.dataDir, { recursive: true, force: true }),
    () => Promise.all([line.stop(), mail.stop()]),
    () => server.stop(),
  );
  serverUrl = server.url;

  // The link that the operator reads, and the page's two questions.
  const word = await eventually(() => /\/setup#([\w-]{43})/.exec(server.log())?.[1]);
  expect((await fetch(`${serverUrl}/setup`)).status).toBe(200);
  expect(await post('/api/set-up/look', { word })).toBe(204);
  const founding = {
    word,
    organisation: 'ハルカ家電株式会社',
    workspace: 'お客様サポート',
    language: 'ja',
    timeZone: 'Asia/Tokyo',
    displayName: '森田 健',
    login: 'morita',
    password: PASSWORD,
  };
  expect(await post('/api/set-up', founding)).toBe(204);
  expect(await post('/api/set-up', founding)).toBe(410);

  const admin = await cores.start(newFolder());
  await admin.api.session.signIn({ login: 'morita', password: PASSWORD });
  await eventually(() => isOnline(admin.api));
  const ask = administer(admin.api);
  const queueId = randomUUID() as QueueId;
  await ask('queues.save', { id: queueId, seen: null, name: '修理窓口', replyTargets: {} });
  const agentId = randomUUID() as AgentId;
  const { link } = await ask('people.invite', {
    id: agentId,
    login: 'suzuki',
    displayName: '鈴木 葵',
    kana: 'すずき あおい',
    role: 'agent',
    queueIds: [queueId],
    rights: ['directory', 'revealPersonalData'],
    teamIds: [],
    skills: [],
    administersAll: false,
  });
  expect(await post('/api/password-resets', { word: link.word, next: PASSWORD })).toBe(204);

  const login = { host: '127.0.0.1', tls: 'none', user: 'support', password: 'mail password', ca: null } as const;
  const forms: ChannelForm[] = [
    {
      channel: 'mail',
      address: 'support@centre.test',
      fromName: 'ハルカ家電 サポート',
      imap: { ...login, port: mail.imap.port },
      smtp: { ...login, port: mail.smtp.port },
      mailbox: 'INBOX',
      firstFetch: 'all',
      sentCopy: 'none',
      plusAddressing: false,
    },
    {
      channel: 'webChat',
      address: 'shop.example',
      allowedOrigins: [],
      title: null,
      colour: '#3a4fc9',
      greeting: { ja: 'こんにちは', en: 'Hello' },
      isAway: false,
      hours: null,
    },
    { channel: 'line', address: '@haruka', channelId: '2000000001', ...secretsOf(secrets) },
  ];
  for (const form of forms)
    await ask('channelAccounts.save', {
      id: randomUUID(),
      seen: null,
      name: form.channel,
      queueId,
      form,
    });
  const { accounts } = await ask('channelAccounts.list', {}, null);
  const keys = new Map<string, string>();
  for (const { id, channel } of accounts)
    keys.set(channel, (await ask('channelAccounts.get', { id }, null)).accountKey);
  const keyOf = (channel: string): string => keys.get(channel) ?? '';
  expect(accounts).toHaveLength(3);

  // The agent's own console, and three customers.
  const agent = await cores.start(newFolder());
  await agent.api.session.signIn({ login: 'suzuki', password: PASSWORD });
  await eventually(() => isOnline(agent.api));

  line.sendWebhooksTo(`${serverUrl}/hooks/line/${keyOf('line')}`);
  const friend = line.addUser('山本 花');
  await line.say(friend.userId, 'LINEで聞きたいことがあります');
  const onLine = await answer(agent.api, 'line', 'LINEでお答えします');
  await eventually(() => expect(line.screenOf(friend.userId).map((one) => one.text)).toContain('LINEでお答えします'));

  const visitor = openWidgetClient({
    serverUrl,
    account: keyOf('webChat'),
    language: 'ja',
    visitor: { token: randomBytes(32).toString('base64url'), name: '田中', mail: null },
    clock,
    random,
  });
  stops.push(() => visitor.close());
  let seenByVisitor = '';
  visitor.onChange((state) => (seenByVisitor = JSON.stringify(state.log.lines)));
  visitor.say('チャットで聞きたいことがあります');
  const onChat = await answer(agent.api, 'webChat', 'チャットでお答えします');
  await eventually(() => expect(seenByVisitor).toContain('チャットでお答えします'));

  const arrived: string[] = [];
  mail.onSent((sent) => arrived.push(...sent.to));
  const composed = await createTransport({ streamTransport: true, buffer: true, newline: 'windows' }).sendMail({
    from: { name: '佐々木', address: 'sasaki@example.test' },
    to: 'support@centre.test',
    subject: '返品について',
    text: 'メールで聞きたいことがあります',
  });
  await mail.deliver(composed.message as Buffer);
  const byMail = await answer(agent.api, 'mail', 'メールでお答えします');
  await eventually(() => expect(arrived).toEqual(['sasaki@example.test']), { withinMs: 60_000 });

  // Saved while it works; then the machine is lost, with everything but the key that is kept elsewhere.
  const folder = mkdtempSync(path.join(tmpdir(), 'kanade-first-day-'));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'centre.backup');
  expect(await command('backup', ['--data', server.dataDir, '--to', file])).toMatch(/^Saved \d+ rows/);
  await server.kill();
  await eventually(() => isOffline(agent.api), { withinMs: 30_000 });
  await agent.api.notes.add({ conversationId: byMail, text: '線のない間のメモ' });
  for (const lost of ['database', 'files']) rmSync(path.join(server.dataDir, lost), { recursive: true, force: true });
  await command('restore', [file, '--data', server.dataDir]);
  await server.startAgain();

  await eventually(() => isOnline(agent.api), { withinMs: 60_000 });
  await eventually(async () => (await agent.api.outbox.list({})).rows.length === 0, { withinMs: 60_000 });
  await eventually(
    async () =>
      expect((await inboxOf(agent.api)).map((one) => one.conversationId).toSorted()).toEqual(
        [onLine, onChat, byMail].toSorted(),
      ),
    { withinMs: 60_000 },
  );
  // The channels work again with the secrets that were sealed, and nobody got anything twice.
  await line.say(friend.userId, 'もう一つ');
  await eventually(
    async () =>
      expect((await inboxOf(agent.api)).find((one) => one.conversationId === onLine)?.preview).toContain('もう一つ'),
    { withinMs: 60_000 },
  );
  expect(line.screenOf(friend.userId).filter((one) => one.text === 'LINEでお答えします')).toHaveLength(1);
  expect(arrived).toHaveLength(1);
}, 300_000);

const secretsOf = ({ channelSecret, channelAccessToken }: { channelSecret: string; channelAccessToken: string }) => ({
  channelSecret,
  channelAccessToken,
});
