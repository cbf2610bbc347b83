/** Administrators of the small centre, and a second workspace with one of its own: for tests of the administration. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import * as schema from '../../src/server/db/schema.ts';
import { write } from '../../src/server/db/write.ts';
import { hashPassword } from '../../src/server/session/password.ts';
import type {
  AdministrationCall,
  AdministrationInput,
  AdministrationOutput,
} from '../../src/shared/administration/contract.ts';
import type { AgentId, QueueId, WorkspaceId } from '../../src/shared/domain/ids.ts';
import { signedInSchema } from '../../src/shared/sync-protocol.ts';
import type { TestAgent } from './small-centre.ts';
import type { TestServer } from './start-test-server.ts';
import { signIn } from './test-console.ts';

export type Administrators = {
  /** Administers the whole organisation; of the small centre's workspace. */
  mori: TestAgent;
  /** Administers the small centre's workspace only. */
  abe: TestAgent;
  /** Administers the other workspace only. */
  ota: TestAgent;
  other: { workspaceId: WorkspaceId; queueId: QueueId };
};

const uuid = <T extends string>() => randomUUID() as string as T;

/** Adds them to the centre of a running server. */
export async function addAdministrators(server: TestServer): Promise<Administrators> {
  const { database } = server.running;
  const agent = (login: string): TestAgent => ({ id: uuid<AgentId>(), login, password: `${login}-password` });
  const people = { mori: agent('mori'), abe: agent('abe'), ota: agent('ota') };
  const other = { workspaceId: uuid<WorkspaceId>(), queueId: uuid<QueueId>() };
  await write(database, server.source, async (w) => {
    await w.tx
      .insert(schema.workspace)
      .values({ id: other.workspaceId, name: '別の業務', colour: '#444444', timeZone: 'Asia/Tokyo', locale: 'ja' });
    await w.tx.insert(schema.queue).values({ id: other.queueId, workspaceId: other.workspaceId, name: '別の窓口' });
    const row = { role: 'admin' as const, queueIds: [] };
    const { workspaceId } = server.centre;
    await w.tx.insert(schema.agent).values([
      { ...row, id: people.mori.id, displayName: '森 健', workspaceId, administersAll: true },
      { ...row, id: people.abe.id, displayName: '阿部 翼', workspaceId },
      { ...row, id: people.ota.id, displayName: '太田 栞', workspaceId: other.workspaceId },
    ]);
    for (const { id, login, password } of Object.values(people))
      await w.tx
        .insert(schema.credential)
        .values({ agentId: id, login, passwordHash: await hashPassword(password, server.source.random) });
    w.append('workspace', [other.workspaceId]);
    w.append('queue', [other.queueId]);
    w.append(
      'agent',
      Object.values(people).map((one) => one.id),
    );
  });
  return { ...people, other };
}

type Refused = { status: number; error: { why: string; detail: string; field?: string } };
export type Asking = { workspaceId?: string; changeId?: string | null };

/** One person's way to administer, over HTTP as the core does it. */
export async function administratorOf(server: TestServer, agent: Pick<TestAgent, 'login' | 'password'>) {
  const signedIn = signedInSchema.parse(await (await signIn(server.url, agent)).json());
  const send = async (call: string, input: unknown, { workspaceId, changeId = randomUUID() }: Asking = {}) =>
    await fetch(`${server.url}/api/administration/${call.replace('.', '/')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${signedIn.accessToken}` },
      body: JSON.stringify({ workspaceId: workspaceId ?? signedIn.agent.workspaceId, changeId, input }),
    });
  return {
    signedIn,
    send,
    /** Expects to be obeyed. */
    async ask<N extends AdministrationCall>(
      call: N,
      input: AdministrationInput<N>,
      asking: Asking = {},
    ): Promise<AdministrationOutput<N>> {
      const answer = await send(call, input, asking);
      const body = (await answer.json()) as { output: AdministrationOutput<N> };
      expect(answer.status, JSON.stringify(body)).toBe(200);
      return body.output;
    },
    /** Expects to be refused, and gives why. */
    async refused(call: AdministrationCall, input: unknown, asking: Asking = {}): Promise<Refused> {
      const answer = await send(call, input, asking);
      expect(answer.status).not.toBe(200);
      return { status: answer.status, ...((await answer.json()) as Pick<Refused, 'error'>) };
    },
  };
}
