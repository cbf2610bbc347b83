/** Makes the first workspace, queue and administrator of an empty database: for the set-up page and the command line. */
import { wrapUpCode, workspace, agent, auditEvent, credential, organisation, queue } from '../db/schema.ts';
import type { AgentId, QueueId, WorkspaceId } from '../../shared/domain/ids.ts';
import type { Writing } from '../db/write.ts';
import { foldLogin } from '../session/sessions.ts';

export type Founding = {
  organisation: string;
  workspace: string;
  language: 'ja' | 'en';
  timeZone: string;
  displayName: string;
  login: string;
  passwordHash: string;
};

/** Somebody was faster, or there was a centre before. */
export class AlreadyFounded extends Error {
  override name = 'AlreadyFounded';
  constructor() {
    super('This database holds a centre already. Nothing was changed.');
  }
}

/** What most centres begin with, in Japanese and English; each can be renamed or taken away. */
const FIRST_CODES = [
  ['解決', 'Resolved'],
  ['折り返し', 'Call back'],
  ['転送', 'Transferred'],
  ['伝言', 'Message taken'],
  ['間違い電話', 'Wrong number'],
] as const;
const FIRST_QUEUE = { ja: '総合窓口', en: 'General' } as const;
/** Minutes to an answer: a first guess that an administrator changes. */
const FIRST_TARGETS = { webChat: 15, line: 60, mail: 480, phone: 30 };

/** Whether nobody is in the database yet. */
export async function isEmptyCentre(queries: Writing['tx'] | { select: Writing['tx']['select'] }): Promise<boolean> {
  const [somebody] = await queries.select({ id: agent.id }).from(agent).limit(1);
  return somebody === undefined;
}

/** @throws AlreadyFounded, and then nothing is written */
export async function foundCentre(w: Writing, founding: Founding, fromAddress: string | null) {
  if (!(await isEmptyCentre(w.tx))) throw new AlreadyFounded();
  const { organisation: name, language, timeZone } = founding;
  const workspaceId = w.newId<WorkspaceId>();
  const queueId = w.newId<QueueId>();
  const agentId = w.newId<AgentId>();
  await w.tx.update(organisation).set({ name, timeZone, locale: language });
  await w.tx
    .insert(workspace)
    .values({ id: workspaceId, name: founding.workspace, colour: '#2B48C4', timeZone, locale: language });
  await w.tx
    .insert(queue)
    .values({ id: queueId, workspaceId, name: FIRST_QUEUE[language], replyTargets: FIRST_TARGETS });
  const codes = FIRST_CODES.map(([labelJa, labelEn], at) => ({
    id: w.newId<typeof wrapUpCode.$inferInsert.id>(),
    workspaceId,
    labelJa,
    labelEn,
    position: at + 1,
  }));
  await w.tx.insert(wrapUpCode).values(codes);
  await w.tx.insert(agent).values({
    id: agentId,
    workspaceId,
    displayName: founding.displayName,
    role: 'admin',
    queueIds: [queueId],
    rights: ['directory', 'personalData'],
    administersAll: true,
  });
  await w.tx
    .insert(credential)
    .values({ agentId, login: foldLogin(founding.login), passwordHash: founding.passwordHash });
  await w.tx.insert(auditEvent).values({
    id: w.newId(),
    at: w.now,
    what: 'organisation.founded',
    target: workspaceId,
    workspaceId,
    fromAddress,
    after: { organisation: name, workspace: founding.workspace, language, timeZone, login: foldLogin(founding.login) },
  });
  w.append('workspace', [workspaceId]);
  w.append('queue', [queueId]);
  w.append('agent', [agentId]);
  w.append(
    'wrapUpCode',
    codes.map((code) => code.id),
  );
  return { agentId, workspaceId, queueId };
}
