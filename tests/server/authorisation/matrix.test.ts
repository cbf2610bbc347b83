/**
 * The matrix of rights: every command, live call, read and HTTP route × everybody who may knock × a thing of their own
 * workspace and of another one. Rows are taken from the contracts and from the routes that the server has, so what is new
 * has no rule and fails here until somebody has said who may.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AdministrationTable } from '../../../src/shared/administration/calls.ts';
import { administrationContract, findAdministrationCall } from '../../../src/shared/administration/contract.ts';
import { type CommandBody, type CommandKind, commandBodySchema } from '../../../src/shared/domain/command.ts';
import type { Ask, UpEvents } from '../../../src/shared/sync-protocol.ts';
import { askSchema } from '../../../src/shared/sync-protocol.ts';
import { scopeSchema } from '../../../src/shared/domain/scope.ts';
import { startTestServer, type TestServer } from '../../support/start-test-server.ts';
import { openConsole } from '../../support/test-console.ts';
import { fillSchema } from './fill-schema.ts';
import { rules } from './routes.ts';
import { type Actor, actors, makeWorld, SECRET, type Side, snapshotOf, type World } from './world.ts';

const sides: Side[] = ['own', 'other'];
/** Every route that a server of this process has. */
const routes = new Set<string>();
vi.mock('../../../src/server/http/open-http.ts', async (original) => {
  const real = await original<typeof import('../../../src/server/http/open-http.ts')>();
  return {
    ...real,
    openHttp: (...options: Parameters<typeof real.openHttp>): FastifyInstance => {
      const http = real.openHttp(...options);
      http.addHook('onRoute', ({ method, url }) => {
        for (const one of [method].flat()) if (one !== 'HEAD') routes.add(`${one} ${url}`);
      });
      return http;
    },
  };
});

type May = (actor: Actor, side: Side) => boolean;
const inQueue: May = (actor, side) => (side === 'own' ? ['agent', 'lead'] : ['otherAgent']).includes(actor);
const inDirectory: May = (actor, side) =>
  side === 'own'
    ? ['agent', 'lead', 'admin', 'organisationAdmin'].includes(actor)
    : ['otherAdmin', 'otherAgent'].includes(actor);
const leads: May = (actor, side) => actor === 'lead' && side === 'own';
/** Whoever leads and holds the conversation, also by having opened its customer. */
const leadsThere: May = (actor, side) =>
  side === 'own' ? ['lead', 'admin', 'organisationAdmin'].includes(actor) : actor === 'otherAdmin';
const isMember: May = (actor, side) => (actor === 'otherAdmin' || actor === 'otherAgent') === (side === 'other');
const everybody: May = () => true;
const nobody: May = () => false;

const commands: Record<CommandKind, May> = {
  'reply.send': inQueue,
  'note.add': inQueue,
  'note.edit': inQueue,
  'conversation.assign': inQueue,
  'conversation.setStatus': inQueue,
  'conversation.move': inQueue,
  'conversation.tag': inQueue,
  'conversation.markRead': inQueue,
  'message.decide': inQueue,
  'callNote.add': inQueue,
  'call.wrapUp': inQueue,
  'handoverNote.acknowledge': inDirectory,
  'customer.setField': inDirectory,
  'consent.set': inDirectory,
  'customer.merge': inDirectory,
  'customer.unmerge': inDirectory,
  'customer.dismissDuplicate': inDirectory,
};
/** `keepDrafts` and `readDraftVersions` answer everybody about themselves: another's conversation is refused inside. */
const lives: Record<Ask['method'], May> = {
  pinCustomer: inDirectory,
  revealPersonalData: inDirectory,
  // There is no mail to read again: nobody learns more than that.
  rereadMail: nobody,
  keepDrafts: everybody,
  readDrafts: leadsThere,
  takeOverDraft: nobody,
  readDraftVersions: everybody,
};
const scopes: Record<string, May> = {
  settings: isMember,
  directory: inDirectory,
  personalData: leads,
  queue: inQueue,
  // That of the agent who is the thing here.
  mine: (actor, side) => actor === 'otherAgent' && side === 'other',
  customer: inDirectory,
};
/** Where each event of a console has its rule. */
const events: Record<keyof UpEvents, string> = {
  hello: 'sessions.test.ts',
  pull: 'here',
  walk: 'here',
  history: 'here',
  submit: 'here',
  ask: 'here',
  acknowledge: 'reaches nothing',
  signal: 'here',
};

describe('the matrix of rights', () => {
  let server: TestServer;
  let world: World;
  beforeAll(async () => {
    server = await startTestServer();
    world = await makeWorld(server);
  });
  afterAll(() => server.stop());

  /** Which of all tries were answered otherwise than the rule says. */
  async function deviations(
    may: (what: string) => May,
    names: readonly string[],
    attempt: (what: string, actor: Actor, side: Side) => Promise<boolean>,
  ): Promise<string[]> {
    const found: string[] = [];
    for (const what of names)
      for (const side of sides)
        for (const actor of actors) {
          const expected = may(what)(actor, side);
          const allowed = await attempt(what, actor, side);
          if (allowed !== expected) found.push(`${what}: ${actor} × ${side} was ${allowed ? 'allowed' : 'refused'}`);
        }
    return found;
  }
  const mids = new Map<Actor, number>();
  async function submit(actor: Actor, body: unknown) {
    const mid = (mids.get(actor) ?? 0) + 1;
    mids.set(actor, mid);
    const answer = await world.consoles[actor].submit(mid, body as CommandBody);
    if (!answer.ok) throw new Error(`${actor}: ${answer.why} ${answer.detail}`);
    return answer.verdict;
  }
  const kinds = commandBodySchema.options.map((option) => option.shape.kind.value);
  const bodyOf = (kind: string, ids: Record<string, string>) => {
    const schema = commandBodySchema.options.find((option) => option.shape.kind.value === kind);
    if (!schema) throw new Error(`no command ${kind}`);
    const { agentId: _, seenAgentId: __, ...things } = ids;
    return fillSchema(schema, {
      ...things,
      messageId: kind === 'message.decide' || kind === 'note.edit' ? ids.messageId : randomUUID(),
    });
  };

  test('every kind of read that a console can make has a rule', () => {
    const pattern = (z.toJSONSchema(scopeSchema) as { pattern?: string }).pattern ?? '';
    const kinds = /\(([^)]+)\)/.exec(pattern)?.[1]?.split('|') ?? [];
    expect(kinds.toSorted()).toEqual(Object.keys(scopes).toSorted());
    expect(Object.values(events)).not.toContain('');
  });

  test('a scope is pulled and walked by those alone who may hold it', async () => {
    const idIn = (kind: string, side: Side): string => {
      const { workspaceId, queueId, customerId, agentId } = world.things[side];
      return { queue: queueId, customer: customerId, mine: agentId }[kind] ?? workspaceId ?? '';
    };
    // A customer's scope is held once it was pinned.
    for (const actor of actors)
      for (const side of sides)
        await world.consoles[actor].live({ method: 'pinCustomer', customerId: world.things[side].customerId });
    for (const ask of ['pull', 'walk'] as const)
      expect(
        await deviations(
          (kind) => scopes[kind] ?? nobody,
          Object.keys(scopes),
          async (kind, actor, side) => {
            const scope = `${kind}:${idIn(kind, side)}`;
            const answer = await (ask === 'pull'
              ? world.consoles[actor].pull(scope, 0)
              : world.consoles[actor].walk(scope));
            return answer.ok;
          },
        ),
      ).toEqual([]);
    expect(
      await deviations(
        () => (actor, side) => inQueue(actor, side) || inDirectory(actor, side),
        ['history'],
        async (_, actor, side) => {
          return (await world.consoles[actor].history(world.things[side].conversationId ?? '', Number.MAX_SAFE_INTEGER))
            .ok;
        },
      ),
    ).toEqual([]);
    await world.server.running.database.execute('delete from pin', []);
    for (const console of Object.values(world.consoles)) await console.hello();
  });

  test('every command is carried out for those alone who may, and changes nothing of another workspace', async () => {
    const before = await snapshotOf(world, 'other');
    const outsiders = ['agent', 'organisationAdmin'] as const;
    for (const kind of kinds) {
      const { input, idFields } = bodyOf(kind, world.things.own);
      // One foreign id among ids that are one's own.
      for (const field of idFields)
        for (const actor of outsiders) {
          const foreign = world.things.other[field];
          if (foreign === undefined) continue;
          const value = (input as Record<string, unknown>)[field];
          await submit(actor, { ...(input as object), [field]: Array.isArray(value) ? [foreign] : foreign });
        }
    }
    expect(await snapshotOf(world, 'other')).toEqual(before);
    expect(
      await deviations(
        (kind) => commands[kind as CommandKind],
        kinds,
        async (kind, actor, side) => {
          const verdict = await submit(actor, bodyOf(kind, world.things[side]).input);
          return verdict.reason !== 'not-allowed';
        },
      ),
    ).toEqual([]);
  });

  test('every live call is answered for those alone who may', async () => {
    const methods = askSchema.options.map((option) => option.shape.method.value);
    expect(
      await deviations(
        (method) => lives[method as Ask['method']],
        methods,
        async (method, actor, side) => {
          const schema = askSchema.options.find((option) => option.shape.method.value === method);
          const { input } = fillSchema(schema as NonNullable<typeof schema>, world.things[side]);
          const answer = await world.consoles[actor].live({
            ...(input as object),
            ...(method === 'keepDrafts' ? draftOf(side) : {}),
          });
          if (method !== 'keepDrafts' && method !== 'readDraftVersions' && method !== 'rereadMail') {
            if (side === 'other' && isMember(actor, 'own')) expect(JSON.stringify(answer)).not.toContain(SECRET);
          }
          return answer.ok;
        },
      ),
    ).toEqual([]);
    const kept = await world.server.running.database.execute('select agent_id, conversation_id from draft', []);
    expect(kept.rows.length).toBeGreaterThan(0);
    for (const row of kept.rows as { agent_id: string; conversation_id: string }[]) {
      const actor = actors.find((one) => world.agents[one].id === row.agent_id);
      const side = row.conversation_id === world.things.own.conversationId ? 'own' : 'other';
      expect(actor !== undefined && inDirectory(actor, side), `a draft of ${actor} in the ${side} workspace`).toBe(
        true,
      );
    }
  });
  const draftOf = (side: Side) => ({
    drafts: [
      {
        id: randomUUID(),
        conversationId: world.things[side].conversationId,
        what: 'reply',
        text: 'x',
        mail: null,
        revision: 1,
      },
    ],
    done: [],
  });

  test('every call of the administration is answered for administrators of that workspace alone', async () => {
    const names = Object.entries(administrationContract).flatMap(([group, calls]) =>
      Object.keys(calls).map((call) => `${group}.${call}`),
    );
    const may =
      (name: string): May =>
      (actor, side) => {
        if (actor === 'organisationAdmin') return true;
        if (findAdministrationCall(name)?.who === 'organisation') return false;
        return side === 'own' ? actor === 'admin' : actor === 'otherAdmin';
      };
    expect(
      await deviations(may, names, async (name, actor, side) => {
        const answer = await administer(actor, name, world.things[side].workspaceId ?? '', null);
        expect(answer.text, name).not.toContain(
          side === 'other' && isMember(actor, 'own') && actor !== 'organisationAdmin' ? SECRET : '\u0000',
        );
        return answer.status !== 403;
      }),
    ).toEqual([]);
    expect((await administer(null, 'people.list', world.things.own.workspaceId ?? '', {})).status).toBe(401);
  });

  test('no call of the administration shows or changes a thing of another workspace by its id', async () => {
    const before = await snapshotOf(world, 'other');
    const foreign = [...new Set(Object.values(world.things.other))];
    const notTried: string[] = [];
    for (const [group, calls] of Object.entries(administrationContract as AdministrationTable))
      for (const [call, shape] of Object.entries(calls)) {
        const name = `${group}.${call}`;
        const { input, idFields } = fillSchema(shape.input, {});
        if (shape.kind === 'act' || idFields.length === 0 || shape.who === 'organisation') continue;
        if (!shape.input.safeParse(input).success) notTried.push(name);
        for (const id of foreign) {
          const { input: stolen } = fillSchema(shape.input, { '*': id });
          const answer = await administer('admin', name, world.things.own.workspaceId ?? '', stolen);
          expect(answer.text, name).not.toContain(SECRET);
        }
      }
    expect(await snapshotOf(world, 'other')).toEqual(before);
    expect(notTried).toEqual([]);
  });

  test('every HTTP route has a rule, and keeps it', async () => {
    expect(
      [...routes].filter((route) => !(route in rules)),
      'routes without a rule in routes.ts',
    ).toEqual([]);
    expect(
      Object.keys(rules).filter((route) => !routes.has(route)),
      'rules without a route',
    ).toEqual([]);
    for (const side of sides) {
      const spare = await openConsole(server.url, world.agents[side === 'own' ? 'agent' : 'otherAgent']);
      world.things[side].spareClientId = spare.clientId;
      spare.close();
    }
    for (const [route, rule] of Object.entries(rules)) {
      const [method = '', pattern = ''] = route.split(' ');
      if (rule.who === 'administration') continue;
      const address = pattern.replaceAll(/:\w+/g, randomUUID());
      if (rule.who === 'everybody') {
        expect((await knock(null, method, address, {})).why, route).not.toBe('signed-out');
      } else if (rule.who === 'token') {
        for (const actor of [null, 'organisationAdmin'] as const)
          expect((await knock(actor, method, address, {})).status, route).toBe(401);
      } else if (rule.who === 'signedIn') {
        expect((await knock(null, method, address, rule.body)).status, route).toBe(401);
        for (const actor of actors)
          expect([401, 403], `${route}: ${actor}`).not.toContain(
            (await knock(actor, method, address, rule.body)).status,
          );
      } else {
        const { who, address: addressOf } = rule;
        for (const side of sides)
          expect((await knock(null, method, addressOf(world.things[side]))).status, route).toBe(401);
        expect(
          await deviations(
            () => who,
            [route],
            async (_, actor, side) => {
              const { status, why } = await knock(actor, method, addressOf(world.things[side]));
              // What is there and cannot be given is told to who may know of it alone.
              return status !== 403 && !(status === 404 && why === 'not-found' && !who(actor, side));
            },
          ),
        ).toEqual([]);
      }
    }
  });

  const tokenOf = (actor: Actor | null): Record<string, string> =>
    actor === null ? {} : { authorization: `Bearer ${world.consoles[actor].signedIn.accessToken}` };
  async function knock(actor: Actor | null, method: string, address: string, body?: unknown) {
    const isBytes = method === 'PATCH';
    const answer = await fetch(`${server.url}${address}`, {
      method,
      headers: {
        ...(body === undefined && !isBytes
          ? {}
          : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
        ...tokenOf(actor),
      },
      ...(method === 'GET' || (body === undefined && !isBytes)
        ? {}
        : { body: isBytes ? new Uint8Array(1) : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const why = /"why":"([^"]+)"/.exec(text)?.[1];
    return { status: answer.status, why };
  }
  async function administer(actor: Actor | null, name: string, workspaceId: string, input: unknown) {
    const answer = await fetch(`${server.url}/api/administration/${name.replace('.', '/')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...tokenOf(actor) },
      body: JSON.stringify({ workspaceId, changeId: randomUUID(), input }),
    });
    return { status: answer.status, text: await answer.text() };
  }
});
