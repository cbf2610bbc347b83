/** From an empty database to the first administrator: by the link of the first start, and by the command line. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdminOptions, carryOutAdmin } from '../../src/server/admin/admin-commands.ts';
import { auditEvent, organisation, queue, workspace } from '../../src/server/db/schema.ts';
import { readMasterKey } from '../../src/server/db/master-key.ts';
import { createLog } from '../../src/server/log/log.ts';
import { type RunningServer, startServer } from '../../src/server/start-server.ts';
import { trustProxies } from '../../src/server/http/trusted-proxies.ts';
import { signedInSchema } from '../../src/shared/sync-protocol.ts';
import { pgliteTemplate } from '../support/databases.ts';
import { TEST_MASTER_KEY } from '../support/small-centre.ts';
import { signIn } from '../support/test-console.ts';
import { type TestSource, testSource } from '../support/test-source.ts';

const PASSWORD = 'a long walk in the evening rain';
const DAY = 24 * 3_600_000;

describe('the first start', () => {
  let server: RunningServer;
  let dataDir: string;
  const source: TestSource = testSource();
  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'kanade-empty-'));
    server = await startServer({
      dataDir,
      databaseUrl: undefined,
      databaseFrom: await pgliteTemplate(),
      source,
      port: 0,
      masterKey: readMasterKey(dataDir, Buffer.from(TEST_MASTER_KEY).toString('base64'), source.random),
      host: '127.0.0.1',
      tls: undefined,
      proxies: trustProxies([]),
      log: createLog('silent'),
      openDemo: null,
      demoTraffic: false,
    });
  });
  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const post = async (where: string, body: unknown) => {
    const answer = await fetch(`${server.url}${where}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    const error = text === '' ? null : (JSON.parse(text) as { error: { why: string; field?: string } }).error;
    return { status: answer.status, why: error?.why, field: error?.field };
  };
  const asked = (more: Record<string, unknown> = {}) => ({
    word: server.setUpWord,
    organisation: 'ハルカ家電株式会社',
    workspace: 'お客様サポート',
    language: 'ja',
    timeZone: 'Asia/Tokyo',
    displayName: '森田 健',
    login: 'Morita@Haruka.example',
    password: PASSWORD,
    ...more,
  });
  const admin = (command: string, rest: string[] = [], options: Partial<AdminOptions> = {}) =>
    carryOutAdmin(server.database, source, command, rest, {
      publicUrl: 'https://desk.example.jp',
      passwordOf: (file) => file,
      ...options,
    });

  test('the page is served with a policy that lets nothing else in, and holds no address but its own', async () => {
    const answer = await fetch(`${server.url}/setup`);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await answer.text();
    expect(page).not.toMatch(/https?:|<script>|style=/);
    for (const [, part] of page.matchAll(/(?:src|href)="([^"]+)"/g))
      expect((await fetch(`${server.url}${part}`)).status, part).toBe(200);
  });

  test('what is wrong is refused at its field, and nothing is founded by it', async () => {
    const cases: [Record<string, unknown>, number, string | undefined, string][] = [
      [{ organisation: ' ' }, 400, 'organisation', 'bad-input'],
      [{ timeZone: 'Asia/Nowhere' }, 400, 'timeZone', 'bad-input'],
      [{ login: 'with space' }, 400, 'login', 'bad-input'],
      [{ language: 'fr' }, 400, 'language', 'bad-input'],
      [{ password: 'short' }, 422, 'password', 'weak-password'],
      [{ word: 'A'.repeat(43) }, 404, undefined, 'not-found'],
    ];
    for (const [wrong, status, field, why] of cases)
      expect(await post('/api/set-up', asked(wrong)), JSON.stringify(wrong)).toEqual({ status, field, why });
    expect(await server.database.orm.select().from(workspace)).toEqual([]);
  });

  test('a link that is a day old has expired, a newer one takes its place, and the command line makes one', async () => {
    source.pass(DAY + 1);
    expect(await post('/api/set-up/look', { word: server.setUpWord })).toMatchObject({
      status: 410,
      why: 'link-expired',
    });
    const [, word = ''] = /https:\/\/desk\.example\.jp\/setup#([\w-]{43})/.exec(await admin('set-up-link')) ?? [];
    expect((await post('/api/set-up/look', { word })).status).toBe(204);
    server.setUpWord = word;
  });

  test('the centre is founded once, by whoever comes first, and its administrator signs in', async () => {
    const both = await Promise.all([
      post('/api/set-up', asked()),
      post('/api/set-up', asked({ organisation: '後から', login: 'second' })),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual([204, 410]);
    const winner = both[0].status === 204 ? 'morita@haruka.example' : 'second';
    expect(await post('/api/set-up', asked())).toMatchObject({ status: 410, why: 'link-used' });
    const { agent } = signedInSchema.parse(
      await (await signIn(server.url, { login: winner, password: PASSWORD })).json(),
    );
    expect(agent).toMatchObject({ displayName: '森田 健', role: 'admin' });
    const orm = server.database.orm;
    expect(await orm.select().from(workspace)).toMatchObject([{ name: 'お客様サポート', timeZone: 'Asia/Tokyo' }]);
    expect(await orm.select().from(queue)).toHaveLength(1);
    expect(await orm.select().from(organisation)).toHaveLength(1);
    const lines = await orm.select().from(auditEvent);
    expect(lines.map((line) => line.what)).toContain('organisation.founded');
    expect(JSON.stringify(lines)).not.toContain(PASSWORD);
  });

  test('the command line lists people, makes an administrator, sets a password, and refuses by name', async () => {
    await expect(admin('set-up-link')).rejects.toThrow('holds a centre already');
    await expect(
      admin('found', [], { organisation: 'x', workspace: 'y', name: 'z', login: 'w', 'password-file': PASSWORD }),
    ).rejects.toThrow('holds a centre already');
    const made = { name: '阿部 翼', login: 'abe', 'password-file': PASSWORD };
    expect(await admin('add-admin', [], made)).toContain('abe may sign in');
    await expect(admin('add-admin', [], made)).rejects.toThrow('The login abe is taken.');
    await expect(admin('add-admin', [], { ...made, login: 'new', workspace: 'nowhere' })).rejects.toThrow('"nowhere"');
    await expect(admin('add-admin', [], { ...made, name: undefined })).rejects.toThrow('--name is missing');
    await expect(admin('add-admin', [], { ...made, login: 'new', 'password-file': 'abc' })).rejects.toThrow('tooShort');
    expect(await admin('people')).toContain('abe\t阿部 翼\tadmin\tactive');
    const [, word = ''] = /\/reset#([\w-]{43})/.exec(await admin('reset-password', ['ABE'])) ?? [];
    expect((await post('/api/password-resets', { word, next: 'one more evening in the rain' })).status).toBe(204);
    expect((await signIn(server.url, { login: 'abe', password: 'one more evening in the rain' })).status).toBe(200);
    await admin('reset-password', ['abe'], { 'password-file': PASSWORD });
    expect((await signIn(server.url, { login: 'abe', password: PASSWORD })).status).toBe(200);
    await expect(admin('reset-password', ['nobody'])).rejects.toThrow('Nobody has the login nobody');
    await expect(admin('dance')).rejects.toThrow('There is no command "dance"');
  });
});
