/** People: invited by a link that works once, changed within the rules, shut out at once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdministrationInput } from '../../../src/shared/administration/contract.ts';
import type { TeamId } from '../../../src/shared/administration/people-calls.ts';
import { type Administrators, addAdministrators, administratorOf } from '../../support/administrators.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestServer, type TestServer } from '../../support/start-test-server.ts';
import { openConsole, signIn } from '../../support/test-console.ts';

const PASSWORD = 'a long walk in the evening rain';

describe('people in the administration', () => {
  let server: TestServer;
  let people: Administrators;
  let mori: Awaited<ReturnType<typeof administratorOf>>;
  let abe: Awaited<ReturnType<typeof administratorOf>>;
  beforeAll(async () => {
    server = await startTestServer();
    people = await addAdministrators(server);
    mori = await administratorOf(server, people.mori);
    abe = await administratorOf(server, people.abe);
  });
  afterAll(() => server.stop());

  const invitation = (login: string, more: object = {}): AdministrationInput<'people.invite'> => ({
    id: randomUUID(),
    login,
    displayName: '新人 花',
    kana: 'しんじん はな',
    role: 'agent',
    queueIds: [server.centre.queues.support],
    rights: ['directory'],
    teamIds: [],
    skills: ['英語'],
    administersAll: false,
    ...more,
  });
  const personOf = async (id: string) => {
    const found = (await mori.ask('people.list', {})).people.find((one) => one.id === id);
    if (!found) throw new Error('no such person');
    const { login: _, state: __, invitedUntil: ___, lastSeenAt: ____, version, ...input } = found;
    return { found, input: { ...input, seen: version } };
  };
  const post = async (where: string, body: unknown) =>
    await fetch(`${server.url}${where}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('who was invited sets a password by the link, once, and works', async () => {
    const asked = invitation('hana@haruka.example');
    const { link } = await abe.ask('people.invite', asked);
    expect((await signIn(server.url, { login: asked.login, password: PASSWORD })).status).toBe(401);
    expect((await personOf(asked.id)).found.invitedUntil).toBe(link.expiresAt);
    expect((await fetch(`${server.url}/invite`)).status).toBe(200);
    expect((await post('/api/password-resets', { word: link.word, next: PASSWORD })).status).toBe(204);
    expect((await post('/api/password-resets', { word: link.word, next: PASSWORD })).status).toBe(410);
    const console = await openConsole(server.url, { login: asked.login, password: PASSWORD });
    expect(await console.hello()).toMatchObject({ ok: true });
    expect((await personOf(asked.id)).found.invitedUntil).toBeNull();
    console.close();
    expect((await abe.refused('people.invite', invitation('HANA@haruka.example'))).error).toMatchObject({
      field: 'login',
      why: 'taken',
    });
  });

  test('a new link ends the older one, and one of a disabled account does not work', async () => {
    const asked = invitation('second');
    const first = await abe.ask('people.invite', asked);
    const again = await abe.ask('people.makeLink', { id: asked.id });
    expect(again.isInvitation).toBe(true);
    expect((await post('/api/password-resets', { word: first.link.word, next: PASSWORD })).status).toBe(410);
    const { found } = await personOf(asked.id);
    await abe.ask('people.setState', { id: asked.id, seen: found.version, state: 'disabled' });
    expect((await post('/api/password-resets', { word: again.link.word, next: PASSWORD })).status).not.toBe(204);
    expect((await abe.refused('people.makeLink', { id: asked.id })).error.why).toBe('unknown');
  });

  test('who is shut out is signed out at once, and comes back when let in again', async () => {
    const { suzuki } = server.centre.agents;
    const console = await openConsole(server.url, suzuki);
    await console.hello();
    const { found } = await personOf(suzuki.id);
    await abe.ask('people.setState', { id: suzuki.id, seen: found.version, state: 'disabled' });
    await eventually(() => expect(console.heard.goodbyes).toContain('signed-out'));
    expect((await signIn(server.url, suzuki)).status).toBe(401);
    await abe.ask('people.setState', { id: suzuki.id, seen: found.version + 1, state: 'active' });
    expect((await signIn(server.url, suzuki)).status).toBe(200);
    console.close();
  });

  test('nobody shuts themselves out, the last who administers all stays, and rights are not given by who lacks them', async () => {
    const me = await personOf(people.mori.id);
    expect((await mori.refused('people.setState', { id: people.mori.id, seen: 0, state: 'disabled' })).error.why).toBe(
      'not-yourself',
    );
    expect(
      (await mori.refused('people.save', { ...me.input, role: 'agent', administersAll: false })).error,
    ).toMatchObject({ field: 'role', why: 'not-yourself' });
    expect((await mori.refused('people.save', { ...me.input, administersAll: false })).error.why).toBe('last-one');
    const { input } = await personOf(people.abe.id);
    expect((await abe.refused('people.save', { ...input, administersAll: true })).error).toMatchObject({
      field: 'administersAll',
    });
    expect((await abe.refused('people.save', { ...me.input, displayName: '別人' })).error).toMatchObject({
      field: 'role',
    });
    expect((await abe.refused('people.setState', { id: people.mori.id, seen: 0, state: 'disabled' })).error.why).toBe(
      'last-one',
    );
    expect((await mori.refused('people.save', { ...input, queueIds: [people.other.queueId] })).error).toMatchObject({
      field: 'queueIds',
      why: 'unknown',
    });
    expect((await abe.refused('people.setState', { id: people.ota.id, seen: 0, state: 'disabled' })).error.why).toBe(
      'unknown',
    );
  });

  test('a team that goes is left by its people, and a queue that somebody gets is theirs on their console', async () => {
    const team = randomUUID() as TeamId;
    await mori.ask('people.saveTeam', { id: team, seen: null, name: '家電' });
    expect((await mori.refused('people.saveTeam', { id: randomUUID(), seen: null, name: '家電' })).error.why).toBe(
      'taken',
    );
    const { takagi } = server.centre.agents;
    const console = await openConsole(server.url, takagi);
    await console.hello();
    const { input } = await personOf(takagi.id);
    await mori.ask('people.save', {
      ...input,
      teamIds: [team],
      queueIds: [...input.queueIds, server.centre.queues.support],
    });
    await eventually(() =>
      expect(console.heard.scopes.flatMap((one) => one.add)).toContain(`queue:${server.centre.queues.support}`),
    );
    expect((await mori.ask('people.list', {})).teams).toMatchObject([{ name: '家電', people: 1 }]);
    await mori.ask('people.removeTeam', { id: team, seen: 1 });
    expect((await personOf(takagi.id)).found.teamIds).toEqual([]);
    console.close();
  });
});
